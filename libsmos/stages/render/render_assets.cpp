// SPDX-License-Identifier: Apache-2.0
// Assets of a timeline: made once, kept by content, paid from the production's reservation.
#include "libsmos/stages/render/render_assets.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/capabilities/exec.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"

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

/// Removes what an attempt left behind.
class Scratch {
  public:
    explicit Scratch(std::string path) : path_(std::move(path)) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

  private:
    std::string path_;
};

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

std::int64_t quantity_of(const std::string& unit, const Json& request, const Fit& fit) {
    if (unit == "character") {
        return static_cast<std::int64_t>(code_points(request.value("text", "")).size());
    }
    if (unit == "second") {
        return (fit.duration_samples + samples_per_second - 1) / samples_per_second;
    }
    return 1;
}

/// Without word times of its own, speech gets them by the length of the words.
std::vector<records::TimelineWord> spread_words(const std::string& text, std::int64_t duration_ms) {
    std::vector<records::TimelineWord> words;
    std::size_t letters = 0;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty())
            words.push_back({0, static_cast<std::int64_t>(word.size()), word});
        letters += word.size();
        word.clear();
    };
    for (const char c : one_line(text))
        c == ' ' ? end_word() : word.push_back(c);
    end_word();
    std::int64_t before = 0;
    for (auto& entry : words) {
        const std::int64_t after = before + entry.end_ms;
        entry.start_ms = before * duration_ms / static_cast<std::int64_t>(letters);
        entry.end_ms = after * duration_ms / static_cast<std::int64_t>(letters);
        before = after;
    }
    return words;
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

std::string unit_of(const Binding& binding) {
    return binding.unit.empty() ? std::string{providers::unit_of(binding.capability)}
                                : binding.unit;
}

/// The most that one call costs.
Result<Micros> ceiling_of(const AssetSources& sources,
                          const Binding& binding,
                          const Json& request,
                          const Fit& fit) {
    const std::string unit = unit_of(binding);
    SMOS_TRY(const providers::PriceRow row,
             sources.prices.find(binding.provider, binding.model, unit, sources.now()));
    return cost(row.price, quantity_of(unit, request, fit));
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
        SMOS_TRY(const std::string directory, sources_.assets->scratch());
        const Scratch scratch{directory};
        SMOS_TRY(MadeFile made,
                 providers::make_locally(binding.capability, request_, fit_, directory));
        SMOS_TRY(Sidecar sidecar, sources_.assets->adopt(made.path, made.mime_type));
        return Answer{std::move(sidecar), std::move(made.words), std::nullopt};
    }

    Result<store::Spend> draw(const Binding& binding, const std::string& key) {
        SMOS_TRY(const Micros ceiling, ceiling_of(sources_, binding, request_, fit_));
        if (!reservation_id_) {
            return Error{
                "unpaid",
                fmt::format("{} of {} is not paid for", binding.capability, binding.provider),
                {},
                "send the record through smos-cfo reserve first"};
        }
        store::SpendRequest wanted;
        wanted.reservation_id = *reservation_id_;
        wanted.capability = binding.capability;
        wanted.provider = binding.provider;
        wanted.model = binding.model;
        wanted.ceiling_micros = ceiling;
        wanted.spend_key = key;
        return store::Spend::draw(sources_.ledger(), wanted);
    }

    /// The file is in the store before the call is settled: what was paid is never lost.
    Result<Answer> by_program(const Binding& binding, const std::string& key) {
        SMOS_TRY(store::Spend spend, draw(binding, key));
        if (spend.finished()) {
            if (auto answer = answer_of(*sources_.assets, spend.answer()))
                return *std::move(answer);
            return Error{"paid_file_gone",
                         "this was made and paid before, but its file is not in the store",
                         binding.provider,
                         "is --assets the one it was made with?"};
        }
        SMOS_TRY(const std::string directory, sources_.assets->scratch());
        const Scratch scratch{directory};
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
                 providers::run_exec(binding, request, spend, directory, keep));
        return answer;
    }

    Result<void> adopt(const providers::ExecAnswer& made, Answer& answer) {
        if (!made.path) {
            return Error{"exec_bad_answer", "the program named no file", {}, "correct the program"};
        }
        SMOS_TRY(
            answer.sidecar,
            sources_.assets->adopt(*made.path, mime_of(*made.path, made.metadata.or_object())));
        const Json& told = made.metadata.or_object();
        if (const auto length = told.find("duration_ms");
            length != told.end() && length->is_number_integer()) {
            answer.words = spread_words(request_.value("text", ""), length->get<std::int64_t>());
        }
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
                made.downgrade =
                    records::Downgrade{fmt::format("{} by {}/{}",
                                                   capability,
                                                   bindings.front().provider,
                                                   bindings.front().model),
                                       fmt::format("{}/{}", binding.provider, binding.model),
                                       first_error->text()};
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
    AssetQuote quote;
    quote.capability = capability;
    quote.provider = first.provider;
    quote.model = first.model;
    quote.dialect = first.dialect;
    quote.unit = unit_of(first);
    quote.quantity = quantity_of(quote.unit, request, fit);
    for (const Binding& binding : bindings) {
        const auto note = sources.assets->note(asset_notes, request_key(binding, request, fit));
        quote.stored = quote.stored || (note && answer_of(*sources.assets, *note));
        SMOS_TRY(const Micros ceiling, ceiling_of(sources, binding, request, fit));
        quote.ceiling_micros = std::max(quote.ceiling_micros, ceiling);
    }
    if (quote.stored)
        quote.ceiling_micros = 0;
    return quote;
}

} // namespace smos::stages
