// SPDX-License-Identifier: Apache-2.0
// Judging: what was rendered is decoded, measured and read, and is fit, doubtful or not fit.
#pragma once

#include "libsmos/muse/muse.hpp"
#include "libsmos/records/critic.hpp"
#include "libsmos/records/stage.hpp"
#include "libsmos/stages/critic/critic_identity.hpp"
#include "libsmos/store/assets.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

struct CriticOptions {
    std::vector<muse::Muse> muses;               ///< chosen by the record's persona_id
    std::optional<std::int64_t> min_duration_ms; ///< else by the record, else 12 s to 18 s
    std::optional<std::int64_t> max_duration_ms;
    FaceSource faces; ///< opened when the first face has to be looked at
    bool dry_run = false;
    std::function<records::Stamp(std::int64_t started_us)> stamp;
    std::function<bool()> interrupted;
};

/// Acts on `rendered`: `approved`, `review` or `rejected`. A record whose file cannot be found is
/// `failed`; an interrupted one leaves as it came.
class CriticStage : public records::Stage {
  public:
    CriticStage(CriticOptions options, const store::Assets& assets)
        : options_(std::move(options)),
          assets_(assets) {}

    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;

  private:
    Result<void> judge_record(records::Record& record);

    CriticOptions options_;
    const store::Assets& assets_;
};

/// The technical checks and the disclosure of any media file, held against the house's format
/// (1080x1920, 30 frames a second, 12 s to 18 s, -14 LUFS); with a muse among the options also her
/// face. Nothing of it says that a record may be published.
Result<records::Critic> check_file(const CriticOptions& options, const std::string& path);

} // namespace smos::stages
