// SPDX-License-Identifier: Apache-2.0
// Finds the objects of an Atoms project.
#include "libsmos/records/interchange/atoms_document.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace smos::records::interchange {
namespace {

constexpr std::size_t most_objects = 50'000;

class Collector {
  public:
    Collector(const Json& root, Findings& findings) : root_(root), findings_(findings) {}

    AtomsDocument run() {
        document_.project = member(root_, "project");
        if (document_.project == nullptr && member(root_, "sequence_ids") != nullptr)
            document_.project = &root_;
        if (document_.project != nullptr && !document_.project->is_object())
            findings_.refuse("atoms.project", "expected an object");
        choose_sequence();
        if (findings_.stopped())
            return {};
        gather_tracks();
        gather_clips();
        everywhere("transitions", document_.transitions);
        everywhere("filter_stacks", document_.filters);
        everywhere("automations", document_.automations);
        everywhere("assets", document_.assets);
        unique_ids();
        return std::move(document_);
    }

  private:
    template <typename Take>
    void list(const Json& owner, const char* key, const std::string& path, const Take& take) {
        const Json* found = member(owner, key);
        if (found == nullptr || findings_.stopped())
            return;
        if (!found->is_array())
            return findings_.refuse(path + "." + key, "expected an array");
        for (std::size_t i = 0; i < found->size() && !findings_.stopped(); ++i) {
            const Json& json = (*found)[i];
            AtomsObject object{
                &json, fmt::format("{}.{}[{}]", path, key, i), text_of(json, "id"), {}};
            if (!json.is_object())
                return findings_.refuse(object.path, "expected an object");
            if (++objects_ > most_objects)
                return findings_.refuse(object.path,
                                        fmt::format("more than {} objects", most_objects));
            take(std::move(object));
        }
    }

    void choose_sequence() {
        std::vector<AtomsObject> all;
        if (const Json* one = member(root_, "sequence"))
            all.push_back({one, "atoms.sequence", text_of(*one, "id"), {}});
        const auto take = [&](AtomsObject object) { all.push_back(std::move(object)); };
        list(root_, "sequences", "atoms", take);
        if (document_.project != nullptr && document_.project != &root_)
            list(*document_.project, "sequences", "atoms.project", take);
        if (all.empty() && member(root_, "timebase_fps") != nullptr)
            all.push_back({&root_, "atoms", text_of(root_, "id"), {}});
        if (all.empty() || !all[0].json->is_object())
            return findings_.refuse("atoms.sequences", "there is no sequence");
        std::size_t chosen = 0;
        const Json* order =
            document_.project ? member(*document_.project, "sequence_ids") : nullptr;
        if (order != nullptr && order->is_array() && !order->empty() && (*order)[0].is_string()) {
            const auto wanted = (*order)[0].get<std::string>();
            for (std::size_t i = all.size(); i-- > 0;)
                chosen = all[i].id == wanted ? i : chosen;
            if (all[chosen].id != wanted)
                findings_.refuse("atoms.project.sequence_ids[0]",
                                 "refers to a sequence that is not there");
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i != chosen)
                findings_.lost(all[i].path, "only one sequence becomes the timeline");
        }
        document_.sequence = all[chosen];
    }

    void gather_tracks() {
        const AtomsObject& sequence = document_.sequence;
        const auto take = [&](AtomsObject object) {
            object.parent = sequence.id;
            document_.tracks.push_back(std::move(object));
        };
        list(*sequence.json, "tracks", sequence.path, take);
        if (sequence.json != &root_)
            list(root_, "tracks", "atoms", [&](AtomsObject object) {
                if (text_of(*object.json, "sequence_id") == sequence.id)
                    take(std::move(object));
                else
                    other_tracks_.insert(object.id);
            });
        std::stable_sort(document_.tracks.begin(),
                         document_.tracks.end(),
                         [this](const AtomsObject& a, const AtomsObject& b) {
                             return atoms_number(a, "order", 0, findings_) <
                                    atoms_number(b, "order", 0, findings_);
                         });
    }

    /// Those inside a track, and those at the root or in the sequence that name one.
    void gather_clips() {
        std::set<std::string> tracks;
        for (const AtomsObject& track : document_.tracks) {
            tracks.insert(track.id);
            list(*track.json, "clips", track.path, [&](AtomsObject clip) {
                clip.parent = track.id;
                document_.clips.push_back(std::move(clip));
            });
        }
        const auto loose = [&](AtomsObject clip) {
            clip.parent = text_of(*clip.json, "track_id");
            if (tracks.count(clip.parent) != 0)
                document_.clips.push_back(std::move(clip));
            else if (other_tracks_.count(clip.parent) == 0)
                findings_.refuse(clip.path + ".track_id", "refers to a track that is not there");
        };
        list(root_, "clips", "atoms", loose);
        if (document_.sequence.json != &root_)
            list(*document_.sequence.json, "clips", document_.sequence.path, loose);
    }

    void everywhere(const char* key, std::vector<AtomsObject>& into) {
        const auto take = [&](AtomsObject object) { into.push_back(std::move(object)); };
        list(root_, key, "atoms", take);
        if (document_.sequence.json != nullptr && document_.sequence.json != &root_)
            list(*document_.sequence.json, key, document_.sequence.path, take);
        for (const AtomsObject& track : document_.tracks)
            list(*track.json, key, track.path, take);
    }

    void unique_ids() {
        std::set<std::string> ids;
        for (const auto* objects : {&document_.tracks, &document_.clips}) {
            for (const AtomsObject& object : *objects) {
                if (object.id.empty())
                    findings_.refuse(object.path + ".id", "is missing");
                else if (!ids.insert(object.id).second)
                    findings_.refuse(object.path + ".id", "another object has this id");
            }
        }
    }

    const Json& root_;
    Findings& findings_;
    AtomsDocument document_;
    std::set<std::string> other_tracks_; // of sequences that were not chosen
    std::size_t objects_ = 0;
};

} // namespace

AtomsDocument atoms_document(const Json& root, Findings& findings) {
    return Collector{root, findings}.run();
}

double
atoms_number(const AtomsObject& object, const char* key, double fallback, Findings& findings) {
    const Json* found = member(*object.json, key);
    if (found == nullptr)
        return fallback;
    const double value = found->is_number() ? found->get<double>() : 0;
    if (!found->is_number())
        findings.refuse(object.path + "." + key, "expected a number");
    else if (!(std::abs(value) <= 1e9))
        findings.refuse(object.path + "." + key, "is out of range");
    else
        return value;
    return fallback;
}

Exact atoms_time(const AtomsObject& object,
                 const char* key,
                 double fallback_ms,
                 Findings& findings) {
    const double ms = atoms_number(object, key, fallback_ms, findings);
    return Exact::near(ms) * Exact::of(1, 1000);
}

bool atoms_flag(const AtomsObject& object, const char* key) {
    const Json* found = member(*object.json, key);
    return found != nullptr && *found == Json(true);
}

} // namespace smos::records::interchange
