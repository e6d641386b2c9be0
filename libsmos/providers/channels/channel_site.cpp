// SPDX-License-Identifier: Apache-2.0
// Channel `site`: the static site, whose index pages and feeds are always remade from all posts.
#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/providers/channels/post_folder.hpp"
#include "libsmos/providers/channels/site_page.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>

namespace smos::providers {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_bytes = std::size_t{4} << 20;

std::vector<std::string> strings_of(const records::Json& json, const char* key) {
    std::vector<std::string> values;
    if (const auto found = json.find(key); found != json.end() && found->is_array()) {
        for (const auto& value : *found) {
            if (value.is_string())
                values.push_back(value.get<std::string>());
        }
    }
    return values;
}

Result<SitePost> read_post(const fs::path& folder) {
    const std::string path = (folder / "post.json").string();
    SMOS_TRY(const std::string text, read_file(path, file_bytes));
    SMOS_TRY(const records::Json json, records::parse_json(text, path));
    const auto string = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string{};
    };
    const auto integer = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
    };
    return SitePost{folder.filename().string(),
                    slug(string("persona_id")),
                    string("persona_name"),
                    string("language"),
                    string("title"),
                    string("caption"),
                    strings_of(json, "hashtags"),
                    strings_of(json, "transcript"),
                    string("digital_source_type"),
                    string("published_at"),
                    integer("duration_ms"),
                    integer("width"),
                    integer("height"),
                    integer("video_bytes")};
}

/// Newest first, then by name: the order never depends on the file system.
Result<std::vector<SitePost>> posts_of(const fs::path& muse) {
    std::vector<SitePost> posts;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(muse, failed)) {
        const bool hidden = entry.path().filename().string().front() == '.';
        if (hidden || !fs::exists(entry.path() / "post.json", failed))
            continue; // whatever else somebody keeps there
        SMOS_TRY(SitePost post, read_post(entry.path()));
        post.persona_id = muse.filename().string();
        posts.push_back(std::move(post));
    }
    std::sort(posts.begin(), posts.end(), [](const SitePost& a, const SitePost& b) {
        return a.published_at != b.published_at ? a.published_at > b.published_at
                                                : a.folder < b.folder;
    });
    return posts;
}

/// What a killed process left; the caller holds the lock under which such files are made.
void sweep_temporaries(const fs::path& folder) {
    std::error_code failed;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        if (entry.path().filename().string().front() == '.' && entry.path().extension() == ".tmp")
            left.push_back(entry.path());
    }
    for (const fs::path& path : left)
        fs::remove(path, failed);
}

class SiteChannel : public Channel {
  public:
    SiteChannel(std::string directory, std::string base_url)
        : directory_(std::move(directory)),
          base_url_(std::move(base_url)) {}

    std::string name() const override { return "site"; }
    std::string account(const Post& post) const override { return muse_of(post); }

    Result<std::optional<Posted>> find(const Post& post) override {
        SMOS_TRY(const bool there, is_post_folder(post, path_of(post)));
        return there ? std::optional{posted(post)} : std::nullopt;
    }

    Result<Posted> publish(const Post& post) override {
        const auto add_page = [&](const std::string& folder) -> Result<void> {
            std::string vtt;
            if (!post.vtt_path.empty()) {
                SMOS_TRY(vtt, read_file(folder + "/captions.vtt", file_bytes));
            }
            SMOS_TRY(const SitePost page, read_post(folder));
            return write_public(folder + "/index.html", post_page(page, vtt));
        };
        SMOS_CHECK(make_public_directory(directory_));
        SMOS_CHECK(make_post_folder(post, path_of(post), add_page));
        return posted(post);
    }

    Result<void> refresh(const Post& post) override {
        SMOS_CHECK(make_public_directory(directory_));
        const UniqueFd lock{
            ::open((directory_ + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (!lock || ::flock(lock.get(), LOCK_EX) != 0) {
            return Error{"cannot_create", "cannot lock the site", directory_, {}};
        }
        const fs::path muse = fs::path(directory_) / muse_of(post);
        sweep_temporaries(directory_);
        sweep_temporaries(muse);
        SMOS_TRY(const auto posts, posts_of(muse));
        if (posts.empty())
            return {}; // they were taken down by hand
        SMOS_CHECK(write_public((muse / "index.html").string(), muse_page(posts)));
        SMOS_CHECK(write_public((muse / "feed.xml").string(), rss_feed(posts, base_url_)));
        SMOS_CHECK(write_public((muse / "feed.json").string(), json_feed(posts, base_url_)));
        SMOS_CHECK(write_public(directory_ + "/style.css", site_style()));
        return refresh_front();
    }

  private:
    Result<void> refresh_front() {
        std::vector<std::vector<SitePost>> muses;
        std::vector<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(directory_)) {
            if (entry.is_directory() && fs::exists(entry.path() / "feed.xml")) {
                folders.push_back(entry.path());
            }
        }
        std::sort(folders.begin(), folders.end());
        for (const auto& folder : folders) {
            SMOS_TRY(auto posts, posts_of(folder));
            if (!posts.empty())
                muses.push_back(std::move(posts));
        }
        return write_public(directory_ + "/index.html", front_page(muses));
    }

    /// A web server under another user has to read it.
    static Result<void> write_public(const std::string& path, std::string_view bytes) {
        SMOS_CHECK(write_file_atomically(path, bytes));
        fs::permissions(path, fs::perms{0644});
        return {};
    }

    static std::string muse_of(const Post& post) { return slug(post.persona_id); }
    std::string path_of(const Post& post) const {
        return fmt::format("{}/{}/{}", directory_, muse_of(post), post_folder_name(post));
    }
    Posted posted(const Post& post) const {
        const std::string folder = path_of(post);
        const std::string page =
            base_url_.empty()
                ? file_uri(folder + "/index.html")
                : fmt::format(
                      "{}/{}/{}/index.html", base_url_, muse_of(post), post_folder_name(post));
        return {folder + "/video.mp4", page};
    }

    std::string directory_;
    std::string base_url_;
};

} // namespace

std::unique_ptr<Channel> site_channel(std::string directory, std::string base_url) {
    while (!base_url.empty() && base_url.back() == '/')
        base_url.pop_back();
    return std::make_unique<SiteChannel>(std::move(directory), std::move(base_url));
}

} // namespace smos::providers
