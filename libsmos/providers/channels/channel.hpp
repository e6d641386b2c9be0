// SPDX-License-Identifier: Apache-2.0
// A place where a post can be seen. Both channels here name their object before they make it, so
// that after a crash it can be found: at most one visible effect.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smos::providers {

/// What is posted. All text is from outside and hostile; paths are ours.
struct Post {
    std::string effect_id;
    std::string task_id;
    std::string persona_id;
    std::string persona_name;
    std::string language;
    std::string title;
    std::string caption;
    std::vector<std::string> hashtags;
    std::vector<std::string> transcript; // the spoken lines
    std::string digital_source_type;
    Instant published_at;
    std::int64_t duration_ms = 0;
    std::int64_t width_px = 0;
    std::int64_t height_px = 0;
    std::int64_t video_bytes = 0;
    std::string video_path;
    std::string poster_path;
    std::string vtt_path; // may be empty
    std::string srt_path; // may be empty
};

struct Posted {
    std::string external_id; // of dir and site: the absolute path of the video
    std::string url;
};

class Channel {
  public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    virtual std::string name() const = 0;
    virtual std::string account(const Post& post) const = 0;
    /// The post if it is already there: the answer to an effect whose end is unknown.
    virtual Result<std::optional<Posted>> find(const Post& post) = 0;
    /// Makes it visible, whole or not at all. An error means that nothing became visible.
    virtual Result<Posted> publish(const Post& post) = 0;
    /// Brings what depends on all posts (index, feeds) up to date; after publish and after find.
    virtual Result<void> refresh(const Post& post) = 0;
};

/// A folder per post in `directory`: video, poster, captions, post.json.
std::unique_ptr<Channel> directory_channel(std::string directory);

/// A static site in `directory`: a folder per muse with its page and feeds, a page per post. Works
/// from file://; with `base_url` the feeds and receipts carry its addresses.
std::unique_ptr<Channel> site_channel(std::string directory, std::string base_url);

} // namespace smos::providers
