// SPDX-License-Identifier: Apache-2.0
// The root of an OTIO file as a timeline.
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/interchange/layout.hpp"
#include "libsmos/records/interchange/member_order.hpp"
#include "libsmos/records/interchange/otio_import_parts.hpp"
#include "libsmos/records/interchange/otio_nodes.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace smos::records::interchange {
namespace {

bool mentions(const Json& node, const char* name) {
    const Json* metadata = member(node, "metadata");
    return metadata != nullptr && member(*metadata, name) != nullptr;
}

class TimelineImport {
  public:
    TimelineImport(const Json& root, const ImportOptions& options, Findings& findings)
        : root_(root),
          options_(options),
          findings_(findings),
          times_(findings),
          scene_{findings, times_, {}, {48000, 1}, false, false, options.folder} {}

    Json run() {
        find_timeline();
        if (findings_.stopped())
            return {};
        scene_.ours = text_of(smos_of(*timeline_), "schema") == "smos.timeline/1";
        read_rates();
        const bool marked =
            mentions(*timeline_, "PremierePro_OTIO") || mentions(*stack_, "PremierePro_OTIO");
        scene_.premiere = options_.profile == OtioProfile::premiere ||
                          (options_.profile == OtioProfile::automatic && marked && !scene_.ours);
        if (scene_.premiere && options_.profile == OtioProfile::automatic)
            findings_.guessed(path_,
                              "comes from Premiere: clips under a time warp are counted in "
                              "source frames");
        if (findings_.stopped())
            return {};
        Json made = head();
        TracksImport tracks{scene_, *stack_, stack_path_};
        const Json* unused = member(smos_of(*timeline_), "assets");
        tracks.read(scene_.ours && unused != nullptr ? *unused : Json::object());
        made["assets"] = *tracks.assets;
        made["tracks"] = *tracks.tracks;
        kept_tracks_ = *tracks.kept;
        put_marks(made);
        if (findings_.stopped())
            return {};
        finish(made);
        return made;
    }

  private:
    void find_timeline() {
        const Json* found = &root_;
        path_ = "otio";
        if (schema_of(*found).name == "SerializableCollection") {
            const Json& children = children_of(*found, path_, findings_);
            const Json* first = nullptr;
            for (std::size_t i = 0; i < children.size(); ++i) {
                const bool timeline = schema_of(children[i]).name == "Timeline";
                if (timeline && first == nullptr) {
                    first = &children[i];
                    path_ = fmt::format("otio.children[{}]", i);
                } else {
                    findings_.lost(fmt::format("otio.children[{}]", i),
                                   "only the first timeline of a collection is read");
                }
            }
            found = first != nullptr ? first : found;
        }
        const std::string name = schema_of(*found).name;
        if (name != "Timeline" && name != "Stack")
            return findings_.refuse(path_,
                                    "is no Timeline, and has none",
                                    "an OTIO file begins with \"OTIO_SCHEMA\": \"Timeline.1\"");
        timeline_ = found;
        stack_ = name == "Stack" ? found : member(*found, "tracks");
        stack_path_ = name == "Stack" ? path_ : path_ + ".tracks";
        if (stack_ == nullptr || schema_of(*stack_).name != "Stack")
            findings_.refuse(stack_path_, "is no Stack");
    }

    /// Ours says its rates; elsewhere the clock, else the most frequent rate of what is seen.
    void read_rates() {
        const Json& ours = smos_of(*timeline_);
        if (scene_.ours) {
            const Json* rate = member(ours, "rate");
            if (rate != nullptr && rate->is_array() && rate->size() == 2) {
                scene_.rate = {integer_of(&(*rate)[0]).value_or(0),
                               integer_of(&(*rate)[1]).value_or(0)};
            }
            if (const Json* samples = member(ours, "sample_rate"))
                scene_.sample_rate = {integer_of(samples).value_or(0), 1};
            for (const Rate& one : {scene_.rate, scene_.sample_rate}) {
                if (one.num < 1 || one.den < 1 || one.num > 1'000'000 || one.den > 1'000'000)
                    return findings_.refuse(path_ + ".metadata.smos", "has no usable rates");
            }
            times_.know(scene_.rate);
            times_.know(scene_.sample_rate);
            return;
        }
        std::map<double, std::size_t> counts;
        const Json& tracks = children_of(*stack_, stack_path_, findings_);
        for (const Json& track : tracks) {
            if (text_of(track, "kind") != "Audio" && schema_of(track).name != "Transition")
                count_rates(track, counts);
        }
        const Json* clock = member(*timeline_, "global_start_time");
        const Json* said = clock ? member(*clock, "rate") : nullptr;
        double best = said && said->is_number() ? said->get<double>() : 0;
        const bool usable = best >= 1 && best <= 1000;
        std::size_t most = 0;
        for (const auto& [rate, count] : counts) {
            if (!usable && count > most) {
                most = count;
                best = rate;
            }
        }
        if (!usable && most == 0) {
            findings_.guessed(path_, "says no rate; taken as 30 frames per second");
            best = 30;
        } else if (!usable || counts.size() > 1) {
            findings_.guessed(path_,
                              fmt::format("the timeline is taken to have {} frames per "
                                          "second",
                                          best));
        }
        scene_.rate = times_.rate(best, path_);
    }

    void count_rates(const Json& track, std::map<double, std::size_t>& counts) {
        const Json* children = member(track, "children");
        for (const Json& node : children && children->is_array() ? *children : Json::array()) {
            const Json* range = member(node, "source_range");
            const Json* duration = range ? member(*range, "duration") : nullptr;
            const Json* rate = duration ? member(*duration, "rate") : nullptr;
            const double value = rate && rate->is_number() ? rate->get<double>() : 0;
            if (value >= 1 && value <= 1000)
                ++counts[value];
        }
    }

    Json head() {
        const Json& ours = smos_of(*timeline_);
        Json made = Json::object();
        made["schema"] = "smos.timeline/1";
        Names names{scene_.ours};
        made["id"] = names.take(id_of(*timeline_, ours), "timeline");
        if (scene_.ours && id_of(*timeline_, ours).empty())
            made["id"] = "";
        if (!scene_.ours) {
            made["rate"] = {scene_.rate.num, scene_.rate.den};
            made["sample_rate"] = scene_.sample_rate.num;
            put_canvas(made, options_.canvas, path_, findings_);
        } else {
            put_extras(made, ours);
            if (options_.canvas && member(made, "canvas") != nullptr)
                findings_.refuse(path_,
                                 "names its canvas itself",
                                 "leave --canvas out, and edit canvas in what is printed");
            else if (options_.canvas)
                put_canvas(made, options_.canvas, path_, findings_);
        }
        made["assets"] = Json::object();
        made["tracks"] = Json::array();
        return made;
    }

    void put_marks(Json& made) {
        const Json* markers = member(*stack_, "markers");
        Json marks = Json::array();
        if (markers != nullptr && !markers->is_array())
            return findings_.refuse(stack_path_ + ".markers", "expected an array");
        for (std::size_t i = 0; markers != nullptr && i < markers->size(); ++i)
            mark((*markers)[i], fmt::format("{}.markers[{}]", stack_path_, i), marks);
        const auto plain = marks.empty() ? std::nullopt : std::optional<Json>{marks};
        const Json held = static_cast<int>(marks.size());
        if (const auto said = heard(smos_of(*timeline_), "marks", held, plain))
            made["marks"] = *said;
    }

    void mark(const Json& node, const std::string& path, Json& marks) {
        const auto range = times_.range_in(node, "marked_range", path);
        if (!range)
            return findings_.refuse(path + ".marked_range", "is missing");
        const Json& ours = smos_of(node);
        const Exact times[] = {range->start.seconds, range->duration.seconds};
        Json made = Json::object();
        for (std::size_t i = 0; i < 2; ++i) {
            const char* key = i == 0 ? "at" : "dur";
            const std::int64_t held = times[i].at(range->start.rate).rounded();
            const Exact units = times[i].at(scene_.rate);
            if (!units.whole())
                findings_.guessed(path, "lies between frames; moved to the nearest");
            if (const auto value = heard(ours, key, held, Json(units.rounded())))
                made[key] = *value;
        }
        for (const auto& [key, from] : {std::pair{"name", "name"}, std::pair{"note", "comment"}}) {
            const std::string text = text_of(node, from);
            const auto plain = text.empty() ? std::nullopt : std::optional<Json>{text};
            if (const auto value = heard(ours, key, text, plain))
                made[key] = *value;
        }
        put_extras(made, ours);
        Json known = Json::object({{"name", 1}, {"comment", 1}, {"marked_range", 1}});
        if (text_of(node, "color") == "GREEN")
            known["color"] = 1;
        put_meta(made, residue_of(node, known, true));
        marks.push_back(std::move(made));
    }

    void finish(Json& made) {
        const Json& ours = smos_of(*timeline_);
        for (const char* list : {"assets", "tracks"}) {
            if (made[list].empty() && !heard(ours, list, 0, Json::array()))
                made.erase(list);
        }
        Json known = Json::object({{"name", 1}, {"tracks", 1}, {"children", 1}});
        const Json* clock = member(*timeline_, "global_start_time");
        if (clock != nullptr && same(*clock, otio_time(0, scene_.rate)))
            known["global_start_time"] = 1;
        Json residue = Json::object();
        if (timeline_ != stack_)
            residue = residue_of(*timeline_, known, true);
        if (const std::string name = text_of(*timeline_, "name"); made["id"] != Json(name))
            residue["name"] = name;
        Json stack_known = Json::object({{"children", 1}, {"source_range", 1}});
        if (text_of(*stack_, "name") == "tracks")
            stack_known["name"] = 1;
        Json stack = residue_of(*stack_, stack_known, false);
        if (member(stack, "effects") != nullptr)
            findings_.lost(stack_path_ + ".effects", "of the stack are kept for the way back only");
        if (!stack.empty())
            residue["stack"] = std::move(stack);
        if (!kept_tracks_.empty())
            residue["tracks"] = std::move(kept_tracks_);
        put_meta(made, std::move(residue));
        if (const Json* order = member(ours, "order"); order != nullptr && scene_.ours)
            restore_order(made, *order);
    }

    const Json& root_;
    const ImportOptions& options_;
    Findings& findings_;
    OtioTimes times_;
    ImportScene scene_;
    const Json* timeline_ = nullptr;
    const Json* stack_ = nullptr;
    std::string path_;
    std::string stack_path_;
    Json kept_tracks_ = Json::array();
};

} // namespace

Result<Converted> otio_import(const Json& otio, const ImportOptions& options) {
    Findings findings;
    Json timeline = TimelineImport{otio, options, findings}.run();
    return findings.result(std::move(timeline));
}

} // namespace smos::records::interchange
