// SPDX-License-Identifier: Apache-2.0
// One Atoms sequence on its way to a timeline.
#pragma once

#include "libsmos/records/interchange/atoms_document.hpp"
#include "libsmos/records/interchange/interchange.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace smos::records::interchange {

/// A clip in units of its track.
struct AtomsPlaced {
    const AtomsObject* clip = nullptr;
    bool audio = false;
    Rate rate{};
    Rate speed{1, 1};
    std::int64_t at = 0;
    std::int64_t end = 0;
    std::int64_t in = 0;
    JsonBox before{}; // array: transitions at its beginning
    JsonBox extra{};  // object: members from filters and automations
};

class AtomsImport {
  public:
    AtomsImport(const Json& root, const ImportOptions& options, Findings& findings);
    Json run();

  private:
    void place_clips();
    void place_transitions();
    void place_transition(const AtomsObject& transition);
    void put_filters();
    void put_filter(const AtomsObject& filter, Json& effects);
    void put_table(const AtomsObject& params, Json& effects);
    void put_automations();
    void put_automation(const AtomsObject& automation, AtomsPlaced& placed);
    void join_position(AtomsPlaced& placed);
    Json keyframes(const AtomsObject& automation, const AtomsPlaced& placed);
    /// The clips that a stack or an automation is about; none when `findings` has stopped.
    std::vector<std::size_t> targets(const AtomsObject& object, bool clips_only);
    Json asset(const AtomsPlaced& placed);
    Json item(const AtomsPlaced& placed);
    void put_picture(Json& made, const AtomsObject& clip);
    void put_crop(Json& anim, const AtomsObject& clip);
    /// Where a clip stands: its position, or the middle.
    Json still_position(const AtomsObject& clip);
    /// `value` within the bounds, with a note where it was outside.
    double bounded(double value, double low, double high, const std::string& path);
    /// `id`, or with a number behind it where another object has it.
    std::string unique(const std::string& id);
    std::vector<std::vector<std::size_t>> lanes(const std::string& track);
    Json tracks(Json& kept);
    Json timeline();
    /// Into meta.atoms of the timeline.
    void keep(const char* list, const AtomsObject& object);

    AtomsDocument document_;
    std::string folder_;
    std::optional<CanvasSize> canvas_;
    Findings& findings_;
    Rate rate_{30, 1};
    std::map<std::string, bool> audio_; // by track
    std::set<std::string> ids_;         // of tracks, clips and transitions
    std::vector<AtomsPlaced> placed_;
    std::map<std::string, std::size_t> by_id_;
    std::map<std::string, std::string> asset_ids_;
    JsonBox assets_; // object
    JsonBox kept_;   // object
};

} // namespace smos::records::interchange
