// SPDX-License-Identifier: Apache-2.0
// What fonts and safe areas say about the words of a timeline, before anything is made.
#include "libsmos/stages/render/render_lints.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_text.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_layout.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/render/film_captions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;
using records::TimelineProblem;
using records::TimelineTrack;

std::vector<std::string> names_of(const std::vector<media::CaptionDesign>& designs) {
    std::vector<std::string> names;
    for (const media::CaptionDesign& design : designs)
        names.push_back(design.style.name);
    return names;
}

class Lints {
  public:
    explicit Lints(const Timeline& timeline) : timeline_(timeline) {}

    std::vector<TimelineProblem> run() {
        auto safe = media::safe_area(timeline_.canvas.safe_area);
        if (safe)
            safe_ = *safe;
        else
            refuse(safe.error(), "/canvas/safe");
        if (!safe)
            replace_with_nearest(timeline_.canvas.safe_area, media::safe_area_names());
        for (std::size_t i = 0; i < timeline_.tracks.size(); ++i) {
            const std::string at = fmt::format("/tracks/{}", i);
            captions(timeline_.tracks[i], at);
            texts(timeline_.tracks[i], at);
        }
        return std::move(problems_);
    }

  private:
    void add(bool fatal,
             const std::string& code,
             const std::string& at,
             const std::string& message,
             const std::string& hint) {
        problems_.push_back({fatal, code, at, message, hint, {}});
    }
    void refuse(const Error& error, const std::string& at, const std::string& item = {}) {
        add(true,
            error.code,
            at,
            item.empty() ? error.message : fmt::format("'{}': {}", item, error.message),
            error.hint);
    }
    void replace_with_nearest(const std::string& word, const std::vector<std::string>& known) {
        const std::string near = nearest(word, known);
        if (!near.empty())
            problems_.back().fix = Json::array(
                {Json{{"op", "replace"}, {"path", problems_.back().at}, {"value", near}}});
    }

    void glyphs(const media::FontSet& fonts,
                const std::string& text,
                const std::string& item,
                const std::string& at) {
        for (const media::MissingGlyph& glyph : fonts.missing(text))
            add(true,
                "missing_glyph",
                at,
                fmt::format(
                    "no font has {} of '{}'", media::name_of_character(glyph.code_point), item),
                "install a font that has it, or write it otherwise");
    }

    void captions(const TimelineTrack& track, const std::string& at) {
        if (track.kind != "caption")
            return;
        auto style = caption_design(track);
        if (!style) {
            refuse(style.error(), at + "/style");
            return replace_with_nearest(track.style, names_of(media::caption_designs()));
        }
        if (const auto look = caption_look(timeline_, track, {}); !look)
            return refuse(look.error(), at + "/accent");
        style->safe = safe_;
        style->language = track.language;
        for (std::size_t k = 0; k < track.cues.size(); ++k)
            cue(track.cues[k], *style, fmt::format("{}/items/{}/words", at, k));
    }

    /// Laid out alone: how its words are grouped does not depend on the other cues.
    void
    cue(const records::TimelineCue& cue, const media::CaptionStyle& style, const std::string& at) {
        media::CaptionTrack track;
        track.style = style;
        media::CaptionCue shown;
        for (const records::TimelineWord& word : cue.words)
            shown.words.push_back(
                {word.start_ms, std::max(word.start_ms + 1, word.end_ms), word.text});
        if (shown.words.empty())
            return;
        shown.end_ms = shown.words.back().end_ms;
        track.cues.push_back(shown);
        auto fonts = media::fonts_for(track);
        if (!fonts)
            return refuse(fonts.error(), at, cue.id);
        const std::size_t before = problems_.size();
        for (std::size_t n = 0; n < cue.words.size(); ++n)
            glyphs(*fonts, cue.words[n].text, cue.id, fmt::format("{}/{}/2", at, n));
        if (problems_.size() > before)
            return;
        const auto laid = media::CaptionRenderer::open(
            track, *fonts, timeline_.width_px(), timeline_.height_px());
        if (!laid)
            refuse(laid.error(), at, cue.id);
    }

    void texts(const TimelineTrack& track, const std::string& at) {
        for (std::size_t k = 0; k < track.items.size(); ++k) {
            const auto& gen = track.items[k].gen;
            if (gen && gen->name == "text")
                text(*gen, track.items[k], records::item_pointer(track, at, k) + "/gen/1");
        }
    }

    void text(const records::TimelineEffect& gen,
              const records::TimelineItem& item,
              const std::string& at) {
        media::TextRequest request;
        const auto given = [&](const char* name) {
            const auto found = gen.texts.find(name);
            return found == gen.texts.end() ? std::string{} : found->second;
        };
        request.text = given("text");
        const std::string name = given("style");
        auto style = media::text_style(name.empty() ? "title" : name);
        if (!style) {
            refuse(style.error(), at + "/style", item.id);
            return replace_with_nearest(name, names_of(media::text_designs()));
        }
        request.style = *style;
        if (const auto box = gen.values.find("box"); box != gen.values.end()) {
            const auto permille = [&](std::size_t part) {
                return static_cast<int>(records::value_at(box->second, part, 0) / 1000);
            };
            request.box = {permille(0), permille(1), permille(2), permille(3)};
        }
        auto fonts = media::fonts_for(request);
        if (!fonts)
            return refuse(fonts.error(), at + "/style", item.id);
        const std::size_t before = problems_.size();
        glyphs(*fonts, request.text, item.id, at + "/text");
        if (problems_.size() > before)
            return;
        const auto block =
            media::render_text(request, *fonts, timeline_.width_px(), timeline_.height_px());
        if (!block)
            return refuse(block.error(), at + "/text", item.id);
        if (stands_still(item) && outside(block->box))
            add(false,
                "outside_safe_area",
                at + "/box",
                fmt::format(
                    "'{}' reaches under the buttons of '{}'", item.id, timeline_.canvas.safe_area),
                "move the box, or shorten the text");
    }

    /// Where a text that is moved or turned comes to stand is not held against the safe area.
    static bool stands_still(const records::TimelineItem& item) {
        const records::TimelineMotion& anim = item.anim;
        return anim.pos.empty() && anim.scale.empty() && anim.rotation.empty() &&
               anim.crop.empty() && anim.view.empty();
    }

    bool outside(const media::CaptionBox& box) const {
        const int width = timeline_.width_px();
        const int height = timeline_.height_px();
        return box.x * 1000 < safe_.left * width || box.y * 1000 < safe_.top * height ||
               (box.x + box.width) * 1000 > (1000 - safe_.right) * width ||
               (box.y + box.height) * 1000 > (1000 - safe_.bottom) * height;
    }

    const Timeline& timeline_;
    media::SafeArea safe_;
    std::vector<TimelineProblem> problems_;
};

} // namespace

std::vector<TimelineProblem> render_lints(const Timeline& timeline) {
    std::vector<TimelineProblem> problems = Lints{timeline}.run();
    // What fits the canvas may not fit an output of another shape.
    for (std::size_t i = 0; i < timeline.outputs.size(); ++i) {
        const Timeline output = records::timeline_of_output(timeline, i);
        if (output.width_px() == timeline.width_px() && output.height_px() == timeline.height_px())
            continue;
        for (TimelineProblem& problem : Lints{output}.run()) {
            const bool known =
                std::any_of(problems.begin(), problems.end(), [&](const TimelineProblem& each) {
                    return each.code == problem.code && each.at == problem.at;
                });
            if (known)
                continue;
            problem.message += fmt::format(" (in output '{}')", timeline.outputs[i].id);
            problems.push_back(std::move(problem));
        }
    }
    return problems;
}

} // namespace smos::stages
