// SPDX-License-Identifier: Apache-2.0
// What a film is made of: pictures, voices with the times of their words, music and sounds.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/stages/render/render_assets.hpp"
#include "libsmos/stages/render/render_resolve.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// In this order: pictures and voices, the length, the words; then the timeline is resolved; then
/// the music, whose length follows from it; then the timeline is told the files.
class Materials {
  public:
    /// All outlive this.
    Materials(const AssetSources& sources,
              records::Timeline& timeline,
              const std::optional<std::string>& reservation_id)
        : sources_(sources),
          timeline_(timeline),
          reservation_id_(reservation_id) {}

    Result<void> make_pictures_and_voices();
    /// Measures the voices; those that cost nothing are spoken again, faster or slower, where the
    /// film would miss `target_ms` by far. 0: as long as it gets.
    Result<void> meet_length(std::int64_t target_ms);
    /// Lines that captions show get times for their words, whoever spoke them.
    Result<void> time_lines();
    Result<void> make_music();
    /// Files for requests; what nothing shows or plays leaves the timeline.
    void name_in_timeline();

    const std::map<std::string, SpokenLine>& lines() const { return lines_; }
    std::vector<records::RenderAsset> list() const;
    Result<std::map<std::string, std::string>> paths() const;
    std::vector<records::Downgrade> downgrades() const;

  private:
    providers::Fit picture_fit() const;
    Result<void> make(const std::string& id, const providers::Fit& fit);
    Result<void> make_each(const std::vector<std::string>& ids, const providers::Fit& fit);
    bool is_local(const std::string& id) const;
    void vary_pictures(const std::vector<std::string>& ids);
    Result<void> measure_lines();

    const AssetSources& sources_;
    records::Timeline& timeline_;
    const std::optional<std::string>& reservation_id_;
    std::mutex mutex_; // of assets_, while pictures and voices are made side by side
    std::map<std::string, MadeAsset> assets_;
    std::map<std::string, SpokenLine> lines_;
    std::vector<records::Downgrade> downgrades_;
};

} // namespace smos::stages
