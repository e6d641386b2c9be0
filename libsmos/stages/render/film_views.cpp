// SPDX-License-Identifier: Apache-2.0
// Seeks the faces of each item once for each shape of canvas.
#include "libsmos/stages/render/film_views.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/media/reframe/face_view.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"

#include <fmt/format.h>

namespace smos::stages {
namespace {

using records::Json;
using records::Timeline;
using records::TimelineItem;
using records::TimelineOutput;

constexpr const char* view_notes = "face-views";

/// What is kept of a search.
struct Followed {
    bool cut = true; // the canvas shows less than the whole picture
    bool found = false;
    records::Curve view;
};

kernels::Size size_of(const records::TimelineCanvas& canvas) {
    return {static_cast<int>(canvas.width_px), static_cast<int>(canvas.height_px)};
}

/// Everything that the view depends on: the file, the item wherever it stands, the canvas and the
/// models.
std::string key_of(const Timeline& timeline,
                   const TimelineItem& item,
                   kernels::Size canvas,
                   const media::FaceReader& reader) {
    Timeline part;
    part.rate = timeline.rate;
    TimelineItem alone = item;
    alone.id = "item";
    alone.asset = "asset";
    alone.at = records::TimelineTime::of(0);
    alone.fx.clear();
    records::TimelineTrack track;
    track.id = "track";
    track.kind = "video";
    track.items = {alone};
    part.tracks = {track};
    const records::TimelineAsset& asset = timeline.assets.at(item.asset);
    Sha256 hash;
    hash.update_field("face-view/1");
    hash.update_field(records::canonical_json(records::write_timeline(part)));
    hash.update_field(asset.kind);
    hash.update_field(asset.checksum.value_or(""));
    hash.update_field(fmt::format("{}x{}", canvas.width, canvas.height));
    hash.update_field(reader.backend());
    return hex(hash.finish());
}

Json to_json(const Followed& followed) {
    Json keys = Json::array();
    for (const records::Curve::Key& key : followed.view.keys)
        keys.push_back(Json::array({key.at, key.value, static_cast<int>(key.ease)}));
    return Json{{"cut", followed.cut}, {"found", followed.found}, {"keys", keys}};
}

std::optional<Followed> read_note(const std::optional<std::string>& note) {
    const auto json = note ? records::parse_json(*note, "note") : Error{"no_note", "none"};
    if (!json || !json->is_object() || !json->contains("keys"))
        return std::nullopt;
    Followed followed;
    if (!json->contains("cut") || !json->at("cut").is_boolean() || !json->contains("found") ||
        !json->at("found").is_boolean() || !json->at("keys").is_array())
        return std::nullopt;
    followed.cut = json->at("cut").get<bool>();
    followed.found = json->at("found").get<bool>();
    for (const Json& key : json->at("keys")) {
        const bool whole = key.is_array() && key.size() == 3 && key[0].is_number_integer() &&
                           key[1].is_array() && key[2].is_number_integer() &&
                           std::all_of(key[1].begin(), key[1].end(), [](const Json& part) {
                               return part.is_number_integer();
                           });
        if (!whole)
            return std::nullopt;
        followed.view.keys.push_back({key[0].get<std::int64_t>(),
                                      key[1].get<std::vector<std::int64_t>>(),
                                      static_cast<records::Easing>(key[2].get<int>())});
    }
    return followed;
}

class Follower {
  public:
    Follower(Timeline& timeline,
             const std::map<std::string, std::string>& files,
             media::FaceReader& reader,
             store::Assets& store,
             bool keeps,
             EncodingNotes& notes)
        : timeline_(timeline),
          files_(files),
          reader_(reader),
          store_(store),
          keeps_(keeps),
          notes_(notes) {}

    Result<void> follow(TimelineOutput& output) {
        const kernels::Size canvas = size_of(records::canvas_of_output(timeline_.canvas, output));
        for (const records::TimelineTrack& track : timeline_.tracks) {
            for (const TimelineItem& item : track.items) {
                if (item.asset.empty() || item.fit != "cover")
                    continue;
                SMOS_TRY(const Followed followed, followed_by(item, canvas));
                if (!followed.cut)
                    continue;
                if (followed.found)
                    output.views.push_back({item.id, followed.view});
                else
                    notes_.downgrades.push_back(
                        {fmt::format("output {}: item {}: crop face", output.id, item.id),
                         "crop centre",
                         "no face was found in it"});
            }
        }
        if (output.views.empty())
            output.crop = "centre"; // what is delivered, so that nobody seeks again
        return {};
    }

  private:
    Result<Followed> followed_by(const TimelineItem& item, kernels::Size canvas) {
        const std::string key = key_of(timeline_, item, canvas, reader_);
        if (auto known = read_note(store_.note(view_notes, key)))
            return *std::move(known);
        SMOS_TRY(const media::FaceView seen,
                 media::face_view(reader_,
                                  files_.at(item.asset),
                                  timeline_.assets.at(item.asset).kind == "video",
                                  item,
                                  canvas,
                                  timeline_.rate));
        Followed followed;
        followed.cut = std::int64_t{seen.source.width} * canvas.height !=
                           std::int64_t{seen.source.height} * canvas.width ||
                       !item.anim.view.empty() || !item.anim.crop.empty();
        followed.found = seen.path.found;
        followed.view = seen.path.view;
        if (keeps_) {
            SMOS_CHECK(store_.set_note(view_notes, key, records::dump(to_json(followed))));
        }
        return followed;
    }

    Timeline& timeline_;
    const std::map<std::string, std::string>& files_;
    media::FaceReader& reader_;
    store::Assets& store_;
    const bool keeps_;
    EncodingNotes& notes_;
};

} // namespace

std::vector<std::size_t> outputs_with_faces(const Timeline& timeline) {
    std::vector<std::size_t> outputs;
    for (std::size_t i = 0; i < timeline.outputs.size(); ++i)
        if (timeline.outputs[i].crop == "face" && timeline.outputs[i].views.empty())
            outputs.push_back(i);
    return outputs;
}

Result<void> follow_faces(Timeline& timeline,
                          const std::vector<std::size_t>& outputs,
                          const std::map<std::string, std::string>& files,
                          media::FaceReader& reader,
                          store::Assets& store,
                          bool keeps,
                          EncodingNotes& notes) {
    Follower follower{timeline, files, reader, store, keeps, notes};
    for (const std::size_t output : outputs)
        SMOS_CHECK(follower.follow(timeline.outputs.at(output)));
    return {};
}

} // namespace smos::stages
