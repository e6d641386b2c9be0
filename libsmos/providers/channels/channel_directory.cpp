// SPDX-License-Identifier: Apache-2.0
// Channel `dir`: a folder per post.
#include "libsmos/core/paths.hpp"
#include "libsmos/providers/channels/post_folder.hpp"

namespace smos::providers {
namespace {

class DirectoryChannel : public Channel {
  public:
    explicit DirectoryChannel(std::string directory) : directory_(std::move(directory)) {}

    std::string name() const override { return "dir"; }
    std::string account(const Post&) const override { return directory_; }

    Result<std::optional<Posted>> find(const Post& post) override {
        SMOS_TRY(const bool there, is_post_folder(post, path_of(post)));
        return there ? std::optional{posted(post)} : std::nullopt;
    }
    Result<Posted> publish(const Post& post) override {
        const auto nothing = [](const std::string&) { return Result<void>{}; };
        SMOS_CHECK(make_post_folder(post, path_of(post), nothing));
        return posted(post);
    }
    Result<void> refresh(const Post&) override { return {}; }

  private:
    std::string path_of(const Post& post) const {
        return directory_ + "/" + post_folder_name(post);
    }
    Posted posted(const Post& post) const {
        const std::string video = path_of(post) + "/video.mp4";
        return {video, file_uri(video)};
    }

    std::string directory_;
};

} // namespace

std::unique_ptr<Channel> directory_channel(std::string directory) {
    return std::make_unique<DirectoryChannel>(std::move(directory));
}

} // namespace smos::providers
