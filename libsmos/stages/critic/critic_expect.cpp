// SPDX-License-Identifier: Apache-2.0
// What a film is held against: the house's format, the timeline, what smos-render says it made.
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/stages/critic/critic_checks.hpp"

#include <algorithm>
#include <cmath>

namespace smos::stages {
namespace {

using records::Json;

std::optional<std::int64_t> integer_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
        return std::nullopt;
    return found->get<std::int64_t>();
}

std::optional<double> length_seconds(const records::Record& record) {
    const auto payload = record.member("payload");
    if (!payload || !*payload || !(*payload)->is_object())
        return std::nullopt;
    const auto length = (*payload)->find("length_seconds");
    if (length == (*payload)->end() || !length->is_number())
        return std::nullopt;
    const double seconds = length->get<double>();
    return seconds >= 1 && seconds <= 3600 ? std::optional<double>{seconds} : std::nullopt;
}

/// A box that cannot lie in any picture is left out; the missing box shows in the evidence.
std::optional<media::CaptionBox> box_of(const Json& json) {
    if (!json.is_object())
        return std::nullopt;
    media::CaptionBox box;
    const auto from = integer_of(json, "start_ms"), to = integer_of(json, "end_ms");
    const auto x = integer_of(json, "x"), y = integer_of(json, "y");
    const auto w = integer_of(json, "w"), h = integer_of(json, "h");
    if (!from || !to || !x || !y || !w || !h)
        return std::nullopt;
    const auto fits = [](std::int64_t value) { return value >= -65'536 && value <= 65'536; };
    if (*from < 0 || *to <= *from || !fits(*x) || !fits(*y) || *w < 1 || *h < 1 || !fits(*w) ||
        !fits(*h)) {
        return std::nullopt;
    }
    box.start_ms = *from;
    box.end_ms = *to;
    box.x = static_cast<int>(*x);
    box.y = static_cast<int>(*y);
    box.width = static_cast<int>(*w);
    box.height = static_cast<int>(*h);
    const auto text = json.find("text");
    if (text != json.end() && text->is_string())
        box.text = text->get<std::string>();
    return box;
}

void read_captions(const records::RenderOutput& output, Expectation& wanted) {
    constexpr std::size_t most_boxes = 4096;
    for (const records::Sidecar& sidecar : output.captions) {
        const Json& metadata = sidecar.metadata.or_object();
        const auto boxes = metadata.is_object() ? metadata.find("boxes") : metadata.end();
        if (boxes == metadata.end() || !boxes->is_array())
            continue;
        for (const Json& each : *boxes) {
            if (const auto box = box_of(each); box && wanted.boxes.size() < most_boxes)
                wanted.boxes.push_back(*box);
        }
        const auto missing = metadata.find("missing");
        if (missing != metadata.end() && missing->is_array()) {
            for (const Json& glyph : *missing) {
                wanted.missing_glyphs.push_back(glyph.is_string() ? glyph.get<std::string>()
                                                                  : records::dump(glyph));
            }
        }
        return; // every form of the captions carries the same boxes
    }
    wanted.no_captions = "the render lists no caption boxes";
}

/// The one of that name, else the first; null when the timeline lists none.
const records::TimelineOutput* planned_output(const records::Timeline& timeline,
                                              const records::RenderOutput& output) {
    for (const records::TimelineOutput& planned : timeline.outputs) {
        if (planned.id == output.id)
            return &planned;
    }
    return timeline.outputs.empty() ? nullptr : &timeline.outputs.front();
}

/// A preset that lays nothing over the picture ("canvas") leaves it to the canvas.
void set_safe_area(const records::Timeline& timeline,
                   const records::RenderOutput& output,
                   Expectation& wanted) {
    for (const std::string& name : {output.preset, timeline.canvas.safe_area}) {
        if (const auto safe = media::safe_area(name)) {
            wanted.safe = *safe;
            wanted.safe_name = name;
            return;
        }
    }
}

} // namespace

Expectation expectation_of(const records::Record& record,
                           const records::Timeline& timeline,
                           const records::RenderOutput& output) {
    Expectation wanted;
    wanted.width_px = timeline.width_px();
    wanted.height_px = timeline.height_px();
    wanted.rate_num = timeline.rate.num;
    wanted.rate_den = timeline.rate.den;
    bool burned = true;
    if (const records::TimelineOutput* planned = planned_output(timeline, output)) {
        wanted.lufs = planned->lufs.real();
        wanted.true_peak_dbtp = planned->true_peak.real();
        burned = planned->burn;
        const auto canvas = records::canvas_of_output(timeline.canvas, *planned);
        wanted.width_px = canvas.width_px;
        wanted.height_px = canvas.height_px;
    }
    if (const auto seconds = length_seconds(record)) {
        wanted.min_ms = std::llround(*seconds * 800);
        wanted.max_ms = std::llround(*seconds * 1200);
    }
    set_safe_area(timeline, output, wanted);
    wanted.declared_ms = integer_of(output.video.metadata.or_object(), "duration_ms");
    wanted.declared_sha256 = output.video.checksum;
    if (burned)
        read_captions(output, wanted);
    else
        wanted.no_captions = "the captions are not burned in";
    if (wanted.no_captions.empty() && wanted.boxes.empty())
        wanted.no_captions = "it has no captions";
    return wanted;
}

std::vector<media::CaptionBox> fitted(const Expectation& wanted, const media::MediaInfo& info) {
    std::vector<media::CaptionBox> boxes = wanted.boxes;
    const double across = static_cast<double>(info.width_px) / static_cast<double>(wanted.width_px);
    const double down = static_cast<double>(info.height_px) / static_cast<double>(wanted.height_px);
    for (media::CaptionBox& box : boxes) {
        box.x = static_cast<int>(std::lround(box.x * across));
        box.y = static_cast<int>(std::lround(box.y * down));
        box.width = static_cast<int>(std::lround(box.width * across));
        box.height = static_cast<int>(std::lround(box.height * down));
    }
    return boxes;
}

} // namespace smos::stages
