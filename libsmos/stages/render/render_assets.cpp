// SPDX-License-Identifier: Apache-2.0
// Assets of a timeline: made once, kept by content, paid from the production's reservation.
#include "libsmos/stages/render/render_assets.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/capabilities/exec.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/stages/render/render_spend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace smos::stages {
namespace {

using providers::Binding;
using providers::Fit;
using providers::MadeFile;
using records::Json;
using records::Sidecar;

constexpr const char* asset_notes = "assets";
constexpr std::int64_t samples_per_second = 48'000;

Json words_json(const std::vector<records::TimelineWord>& words) {
    Json list = Json::array();
    for (const auto& word : words) {
        list.push_back(Json::array({word.start_ms, word.end_ms, word.text}));
    }
    return list;
}

std::vector<records::TimelineWord> words_of(const Json& list) {
    std::vector<records::TimelineWord> words;
    for (const Json& word : list) {
        const bool whole = word.is_array() && word.size() == 3 && word[0].is_number_integer() &&
                           word[1].is_number_integer() && word[2].is_string();
        if (!whole)
            return {}; // a damaged note: the words are found out again
        words.push_back(
            {word[0].get<std::int64_t>(), word[1].get<std::int64_t>(), word[2].get<std::string>()});
    }
    return words;
}

Json sidecar_json(const Sidecar& sidecar) {
    return Json{{"uri", sidecar.uri},
                {"mime_type", sidecar.mime_type},
                {"size_bytes", sidecar.size_bytes},
                {"checksum", sidecar.checksum}};
}

/// The note that answers a request: what was made, by whom, with which words.
struct Answer {
    Sidecar sidecar;
    std::vector<records::TimelineWord> words;
    std::optional<std::string> spend_id;
};

std::string note_text(const Answer& answer) {
    Json note{{"sidecar", sidecar_json(answer.sidecar)}, {"words", words_json(answer.words)}};
    if (answer.spend_id)
        note["spend_id"] = *answer.spend_id;
    return records::dump(note);
}

std::optional<Answer> answer_of(const store::Assets& assets, const std::string& text) {
    const auto note = records::parse_json(text, "note");
    if (!note || !note->is_object() || !note->contains("sidecar") || !note->contains("words")) {
        return std::nullopt;
    }
    const Json& sidecar = (*note)["sidecar"];
    Answer answer;
    answer.sidecar.uri = sidecar.value("uri", "");
    answer.sidecar.mime_type = sidecar.value("mime_type", "");
    answer.sidecar.size_bytes = sidecar.value("size_bytes", std::int64_t{0});
    answer.sidecar.checksum = sidecar.value("checksum", "");
    answer.words = words_of((*note)["words"]);
    if (note->contains("spend_id"))
        answer.spend_id = (*note)["spend_id"].get<std::string>();
    if (!assets.has(answer.sidecar))
        return std::nullopt;
    return answer;
}

/// Names the request: the same question to the same model is asked once.
std::string request_key(const Binding& binding, const Json& request, const Fit& fit) {
    Sha256 hash;
    hash.update_field("smos-asset/1");
    hash.update_field(binding.dialect + "/" + binding.provider + "/" + binding.model);
    hash.update_field(records::dump(request));
    hash.update_field(fmt::format("{}x{} {}", fit.width_px, fit.height_px, fit.duration_samples));
    return hex(hash.finish());
}

std::string mime_of(const std::string& path, const Json& metadata) {
    if (metadata.is_object() && metadata.contains("mime_type") &&
        metadata["mime_type"].is_string()) {
        return metadata["mime_type"].get<std::string>();
    }
    const std::string ending = std::filesystem::path(path).extension().string();
    if (ending == ".png")
        return "image/png";
    if (ending == ".jpg" || ending == ".jpeg")
        return "image/jpeg";
    return ending == ".wav" ? "audio/wav" : "application/octet-stream";
}

Error no_binding(const std::string& capability, const std::string& id) {
    return Error{"no_binding",
                 fmt::format("nothing serves '{}'", capability),
                 id,
                 "bind it in the configuration (bindings)"};
}

class Maker {
  public:
    Maker(const AssetSources& sources,
          const Json& request,
          const Fit& fit,
          const std::optional<std::string>& reservation_id)
        : sources_(sources),
          request_(request),
          fit_(fit),
          reservation_id_(reservation_id) {}

    Result<Answer> make(const Binding& binding) {
        const std::string key = request_key(binding, request_, fit_);
        if (const auto note = sources_.assets->note(asset_notes, key)) {
            if (auto answer = answer_of(*sources_.assets, *note))
                return *std::move(answer);
        }
        if (sources_.only_stored)
            return Error{"not_made", "it has yet to be made", binding.provider};
        auto answer = binding.dialect == "local" ? locally(binding) : by_program(binding, key);
        if (!answer)
            return answer.error();
        SMOS_CHECK(sources_.assets->set_note(asset_notes, key, note_text(*answer)));
        return answer;
    }

  private:
    Result<Answer> locally(const Binding& binding) {
        SMOS_TRY(const ScratchFolder scratch, ScratchFolder::make(*sources_.assets));
        SMOS_TRY(MadeFile made,
                 providers::make_locally(binding.capability, request_, fit_, scratch.path()));
        SMOS_TRY(Sidecar sidecar, sources_.assets->adopt(made.path, made.mime_type));
        return Answer{std::move(sidecar), std::move(made.words), std::nullopt};
    }

    /// The file is in the store before the call is settled: what was paid is never lost.
    Result<Answer> by_program(const Binding& binding, const std::string& key) {
        SMOS_TRY(store::Spend spend,
                 draw_spend(sources_, {binding, request_, fit_, reservation_id_, key}));
        if (spend.finished()) {
            if (auto answer = answer_of(*sources_.assets, spend.answer()))
                return *std::move(answer);
            return Error{"paid_file_gone",
                         "this was made and paid before, but its file is not in the store",
                         binding.provider,
                         "is --assets the one it was made with?"};
        }
        SMOS_TRY(const ScratchFolder scratch, ScratchFolder::make(*sources_.assets));
        Answer answer;
        answer.spend_id = spend.id();
        const auto keep = [&](const providers::ExecAnswer& made) -> Result<std::string> {
            SMOS_CHECK(adopt(made, answer));
            return note_text(answer);
        };
        Json request = request_;
        request["width"] = fit_.width_px;
        request["height"] = fit_.height_px;
        request["duration_ms"] = fit_.duration_samples * 1000 / samples_per_second;
        SMOS_TRY(const providers::ExecAnswer made,
                 providers::run_exec(binding, request, spend, scratch.path(), keep));
        return answer;
    }

    Result<void> adopt(const providers::ExecAnswer& made, Answer& answer) {
        if (!made.path) {
            return Error{"exec_bad_answer", "the program named no file", {}, "correct the program"};
        }
        SMOS_TRY(
            answer.sidecar,
            sources_.assets->adopt(*made.path, mime_of(*made.path, made.metadata.or_object())));
        for (const media::HeardWord& word : made.words)
            answer.words.push_back({word.start_ms, word.end_ms, word.text});
        return {};
    }

    const AssetSources& sources_;
    const Json& request_;
    const Fit& fit_;
    const std::optional<std::string>& reservation_id_;
};

MadeAsset made_by(const std::string& id, const Binding& binding, Answer answer) {
    MadeAsset made;
    made.entry.id = id;
    made.entry.sidecar = std::move(answer.sidecar);
    made.entry.generated = true;
    made.entry.provider = binding.provider;
    made.entry.model = binding.model;
    made.entry.licence = "generated";
    made.entry.spend_id = answer.spend_id;
    made.words = std::move(answer.words);
    made.words_as_shown = binding.dialect == "local";
    return made;
}

/// After these nobody knows what happened to the money, or all providers would say the same.
bool ends_the_attempt(const Error& error) {
    return error.code == "in_doubt" || error.code == "exec_timeout" ||
           error.code == "exec_crashed" || error.code == "exec_bad_answer" ||
           error.code == "unpaid" || error.code == "in_flight";
}

Result<MadeAsset> given_file(const AssetSources& sources,
                             const std::string& id,
                             const records::TimelineAsset& asset) {
    SMOS_TRY(const std::string path, sources.assets->path_of(*asset.uri));
    SMOS_TRY(const Digest digest, sha256_of_file(path));
    MadeAsset given;
    given.entry.id = id;
    given.entry.generated = asset.ai;
    given.entry.licence = asset.licence;
    given.entry.sidecar.uri = *asset.uri;
    given.entry.sidecar.mime_type = mime_of(path, Json{});
    given.entry.sidecar.size_bytes = static_cast<std::int64_t>(std::filesystem::file_size(path));
    given.entry.sidecar.checksum = "sha256:" + hex(digest);
    if (asset.checksum && *asset.checksum != given.entry.sidecar.checksum)
        return Error{"changed",
                     "the file is not the one that the timeline was made with",
                     path,
                     "resolve the timeline again"};
    return given;
}

} // namespace

Result<MadeAsset> make_asset(const AssetSources& sources,
                             const std::string& id,
                             const records::TimelineAsset& asset,
                             const Fit& fit,
                             const std::optional<std::string>& reservation_id) {
    if (!asset.request)
        return given_file(sources, id, asset);
    const std::string capability = asset.request->value("capability", "");
    const std::vector<Binding>& bindings = sources.bindings.of(capability);
    std::optional<Error> first_error;
    for (const Binding& binding : bindings) {
        Maker maker{sources, *asset.request, fit, reservation_id};
        auto answer = maker.make(binding);
        if (answer) {
            MadeAsset made = made_by(id, binding, *std::move(answer));
            if (first_error) {
                made.downgrades.push_back({fmt::format("{} by {}/{}",
                                                       capability,
                                                       bindings.front().provider,
                                                       bindings.front().model),
                                           fmt::format("{}/{}", binding.provider, binding.model),
                                           first_error->text()});
            }
            return made;
        }
        if (!first_error)
            first_error = answer.error();
        if (ends_the_attempt(answer.error()))
            return answer.error();
    }
    if (first_error)
        return *first_error;
    return no_binding(capability, id);
}

Result<AssetQuote> quote_asset(const AssetSources& sources,
                               const std::string& id,
                               const records::TimelineAsset& asset,
                               const Fit& fit) {
    const Json& request = *asset.request;
    const std::string capability = request.value("capability", "");
    const std::vector<Binding>& bindings = sources.bindings.of(capability);
    if (bindings.empty())
        return no_binding(capability, id);
    const Binding& first = bindings.front();
    const std::optional<std::string> unpaid;
    AssetQuote quote;
    quote.capability = capability;
    quote.provider = first.provider;
    quote.model = first.model;
    quote.dialect = first.dialect;
    for (const Binding& binding : bindings) {
        const auto note = sources.assets->note(asset_notes, request_key(binding, request, fit));
        quote.stored = quote.stored || (note && answer_of(*sources.assets, *note));
        SMOS_TRY(const CallPrice price, price_of(sources, {binding, request, fit, unpaid, {}}));
        if (&binding == &first) {
            quote.unit = price.unit;
            quote.quantity = price.quantity;
        }
        quote.ceiling_micros = std::max(quote.ceiling_micros, price.ceiling_micros);
    }
    if (quote.stored)
        quote.ceiling_micros = 0;
    return quote;
}

} // namespace smos::stages
