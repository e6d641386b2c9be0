// SPDX-License-Identifier: Apache-2.0
// When each word of a spoken line is heard.
#include "libsmos/stages/render/render_words.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/media/speech/word_align.hpp"
#include "libsmos/providers/capabilities/exec.hpp"
#include "libsmos/providers/capabilities/heard_words.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/stages/render/render_spend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace smos::stages {
namespace {

using media::HeardWord;
using providers::Binding;
using records::Json;

constexpr const char* hearing_notes = "words";
constexpr const char* transcribing = "cap.speech.stt";
constexpr double least_share = 0.5; // of the letters: below, it is the transcript of something else
constexpr std::int64_t samples_per_ms = 48;

std::string script_of(const records::TimelineAsset& asset) {
    if (!asset.request)
        return {};
    const auto text = asset.request->find("text");
    return text != asset.request->end() && text->is_string() ? text->get<std::string>()
                                                             : std::string{};
}

std::string words_text(const std::vector<HeardWord>& words) {
    Json list = Json::array();
    for (const HeardWord& word : words)
        list.push_back(Json::array({word.start_ms, word.end_ms, word.text}));
    return records::dump(list);
}

std::string ending_of(const records::Sidecar& sidecar) {
    if (sidecar.mime_type == "audio/wav" || sidecar.mime_type == "audio/x-wav")
        return ".wav";
    return sidecar.mime_type == "audio/mpeg" ? ".mp3" : "";
}

/// Asks the bindings of cap.speech.stt in order.
class Transcriber {
  public:
    Transcriber(const AssetSources& sources,
                const LineRequest& line,
                const std::optional<std::string>& reservation_id,
                const MadeAsset& voice)
        : sources_(sources),
          reservation_id_(reservation_id),
          voice_(voice) {
        fit_.duration_samples = line.duration_samples;
    }

    Result<std::vector<HeardWord>> hear() {
        Error first{"no_binding",
                    fmt::format("nothing serves '{}'", transcribing),
                    {},
                    "bind it in the configuration (bindings)"};
        bool asked = false;
        for (const Binding& binding : sources_.bindings.of(transcribing)) {
            auto words = hear_with(binding);
            if (words)
                return words;
            if (!asked)
                first = words.error();
            asked = true;
        }
        return first;
    }

  private:
    Result<std::vector<HeardWord>> hear_with(const Binding& binding) {
        if (binding.dialect != "exec")
            return Error{"unknown_capability",
                         fmt::format("'{}' is not served locally", transcribing)};
        const Json request{{"capability", transcribing},
                           {"checksum", voice_.entry.sidecar.checksum},
                           {"duration_ms", fit_.duration_samples / samples_per_ms}};
        Sha256 hash;
        hash.update_field("smos-words/1");
        hash.update_field(binding.provider + "/" + binding.model);
        hash.update_field(records::dump(request));
        const std::string key = hex(hash.finish());
        if (const auto note = sources_.assets->note(hearing_notes, key)) {
            if (auto words = providers::read_words_text(*note, "note"))
                return words;
        }
        if (sources_.only_stored)
            return Error{"not_made", "it has yet to be heard", binding.provider};
        SMOS_TRY(auto words, ask(binding, request, key));
        SMOS_CHECK(sources_.assets->set_note(hearing_notes, key, words_text(words)));
        return words;
    }

    Result<std::vector<HeardWord>>
    ask(const Binding& binding, const Json& request, const std::string& key) {
        SMOS_TRY(store::Spend spend,
                 draw_spend(sources_, {binding, request, fit_, reservation_id_, key}));
        if (spend.finished())
            return providers::read_words_text(spend.answer(), binding.provider);
        SMOS_TRY(const ScratchFolder scratch, ScratchFolder::make(*sources_.assets));
        SMOS_TRY(const std::string voice, sources_.assets->path_of(voice_.entry.sidecar.uri));
        // The program gets a copy: what is in the store is not its to change.
        const std::string copy = scratch.path() + "/speech" + ending_of(voice_.entry.sidecar);
        std::error_code failed;
        std::filesystem::copy_file(voice, copy, failed);
        if (failed) {
            SMOS_CHECK(spend.fail());
            return Error{"io_error", failed.message(), copy, "is the disk full?"};
        }
        Json asked = request;
        asked["audio"] = copy;
        const auto keep = [](const providers::ExecAnswer& answer) -> Result<std::string> {
            return words_text(answer.words);
        };
        SMOS_TRY(const providers::ExecAnswer answer,
                 providers::run_exec(binding, asked, spend, scratch.path(), keep));
        return answer.words;
    }

    const AssetSources& sources_;
    const std::optional<std::string>& reservation_id_;
    const MadeAsset& voice_;
    providers::Fit fit_;
};

std::string joined(const std::vector<HeardWord>& words) {
    std::string text;
    for (const HeardWord& word : words)
        text += word.text + " ";
    return text;
}

void take(const media::WordAlignment& aligned, MadeAsset& made) {
    made.words.clear();
    for (const media::TimedWord& word : aligned.words)
        made.words.push_back({word.start_ms, word.end_ms, word.text});
    made.words_as_shown = true;
}

/// Of the `align` file, else those that came with the voice.
Result<std::vector<HeardWord>> told_words(const AssetSources& sources,
                                          const records::TimelineAsset& asset,
                                          const MadeAsset& made) {
    if (asset.align) {
        SMOS_TRY(const std::string path, sources.assets->path_of(*asset.align));
        SMOS_TRY(const std::string text, read_file(path, limits::document_bytes));
        return providers::read_words_text(text, path);
    }
    std::vector<HeardWord> told;
    for (const records::TimelineWord& word : made.words)
        told.push_back({word.start_ms, word.end_ms, word.text});
    return told;
}

} // namespace

bool is_shown(const records::Timeline& timeline, const std::string& voice) {
    return std::any_of(timeline.tracks.begin(), timeline.tracks.end(), [&](const auto& track) {
        return std::any_of(track.cues.begin(), track.cues.end(), [&](const auto& cue) {
            return cue.asset == voice && cue.words.empty();
        });
    });
}

Result<void> time_words(const AssetSources& sources,
                        const records::TimelineAsset& asset,
                        const LineRequest& line,
                        const std::optional<std::string>& reservation_id,
                        MadeAsset& made) {
    if (made.words_as_shown && !asset.align)
        return {};
    const std::int64_t duration_ms = line.duration_samples / samples_per_ms;
    SMOS_TRY(const std::vector<HeardWord> told, told_words(sources, asset, made));
    const std::string script = script_of(asset);
    if (!told.empty()) {
        const auto aligned =
            media::align_words(script.empty() ? joined(told) : script, told, duration_ms);
        if (script.empty() || aligned.heard_share >= least_share) {
            take(aligned, made);
            return {};
        }
    }
    std::string why = !asset.align   ? told.empty() ? "its maker told no word times"
                                                    : "the words that its maker told are not those "
                                                      "of the script"
                      : told.empty() ? "its align file has no words"
                                     : "the words of its align file are not those of the script";
    const auto heard = Transcriber{sources, line, reservation_id, made}.hear();
    if (!heard && (heard.error().retryable || heard.error().code == "not_made"))
        return heard.error();
    if (heard) {
        const auto aligned =
            media::align_words(script.empty() ? joined(*heard) : script, *heard, duration_ms);
        if (aligned.heard_share >= least_share) {
            take(aligned, made);
            if (asset.align)
                made.downgrades.push_back({fmt::format("align of '{}'", line.id),
                                           "word times by " + std::string{transcribing},
                                           std::move(why)});
            return {};
        }
        why +=
            fmt::format("; the transcript has {:.0f} % of the script", aligned.heard_share * 100);
    } else {
        why += "; " + heard.error().text();
    }
    take(media::align_words(script, {}, duration_ms), made);
    made.downgrades.push_back(
        {fmt::format("word times of '{}'", line.id),
         script.empty() ? "no captions for it" : "word times estimated by letters",
         std::move(why)});
    return {};
}

} // namespace smos::stages
