// SPDX-License-Identifier: Apache-2.0
// Publishing: approved records become posts, each at most once per channel, with a receipt.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/providers/channels/channel.hpp"
#include "libsmos/records/publish.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/records/stage.hpp"
#include "libsmos/store/assets.hpp"
#include "libsmos/store/effects.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

struct PublishOptions {
    std::vector<std::unique_ptr<providers::Channel>> channels;
    std::string persona_name; // empty: the persona id
    std::string language = "en";
    bool dry_run = false;
    std::function<records::Stamp()> stamp; // by the tool's clock
    std::function<Instant()> now;          // the system's clock: when it went out
};

/// Acts on `approved` and on `partial` (the channels that are missing). Before the first byte
/// leaves, the effect is committed as in flight; a lapsed one is looked for before it is sent
/// again.
class PublishStage : public records::Stage {
  public:
    /// `effects` opens the outbox when the first record needs it; never called in a dry run.
    PublishStage(PublishOptions options,
                 std::function<store::Effects&()> effects,
                 const store::Assets& assets);
    bool concerns(const records::Record& record) const override;
    std::vector<records::Record> apply(records::Record record) override;

  private:
    Result<providers::Post> post_of(const records::Record& record) const;
    Result<records::Receipt> publish_to(providers::Channel& channel,
                                        providers::Post& post,
                                        const std::string& content_sha256);
    Result<records::Receipt> send(providers::Channel& channel,
                                  providers::Post& post,
                                  const store::Effect& effect,
                                  bool look_first);
    void publish_record(records::Record& record, providers::Post& post, records::Publish& section);

    PublishOptions options_;
    std::function<store::Effects&()> effects_;
    const store::Assets& assets_;
};

} // namespace smos::stages
