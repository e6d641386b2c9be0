// SPDX-License-Identifier: Apache-2.0
// The folder of one post.
#include "libsmos/providers/channels/post_folder.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

namespace smos::providers {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t post_json_bytes = std::size_t{4} << 20;
constexpr const char* staging_prefix = ".staging-";

Error failed(const char* what, const std::string& path) {
    Error error = system_error("cannot_create", what, path, errno);
    if (error.hint.empty())
        error.hint = "check the rights of the channel's folder";
    return error;
}

Result<void> copy_file(const std::string& from, const std::string& to) {
    const UniqueFd source{::open(from.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!source)
        return failed("cannot read", from);
    const UniqueFd target{::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    if (!target)
        return failed("cannot create", to);
    for (;;) {
        const ssize_t copied =
            ::sendfile(target.get(), source.get(), nullptr, std::size_t{1} << 24U);
        if (copied == 0)
            break;
        if (copied < 0 && errno != EINTR)
            return failed("cannot write", to);
    }
    if (::fsync(target.get()) != 0)
        return failed("cannot write", to);
    return {};
}

/// A folder that is being filled; removed unless it was moved. Its lock says that we live.
class Staging {
  public:
    Staging(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    Staging(Staging&& other) noexcept
        : path_(std::exchange(other.path_, {})),
          lock_(std::move(other.lock_)) {}
    Staging& operator=(Staging&&) = delete;
    ~Staging() {
        std::error_code ignored;
        if (!path_.empty())
            fs::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }
    void moved() { path_.clear(); }

  private:
    std::string path_;
    UniqueFd lock_;
};

UniqueFd locked_directory(const std::string& path, int how) {
    UniqueFd directory{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory && ::flock(directory.get(), how) != 0)
        directory.reset();
    return directory;
}

/// What a killed process left half-filled: nobody holds its lock any more.
void sweep(const std::string& parent) {
    std::error_code failed;
    std::vector<std::string> left;
    for (const auto& entry : fs::directory_iterator(parent, failed)) {
        if (entry.path().filename().string().rfind(staging_prefix, 0) == 0)
            left.push_back(entry.path().string());
    }
    for (const std::string& path : left) {
        if (locked_directory(path, LOCK_EX | LOCK_NB))
            fs::remove_all(path, failed);
    }
}

Result<Staging> new_staging(const std::string& parent) {
    const UniqueFd one_at_a_time = locked_directory(parent, LOCK_EX);
    if (!one_at_a_time)
        return failed("cannot lock", parent);
    sweep(parent);
    std::string path = parent + "/" + staging_prefix + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr)
        return failed("cannot create", path);
    UniqueFd lock = locked_directory(path, LOCK_EX | LOCK_NB);
    if (!lock)
        return failed("cannot lock", path);
    return Staging{std::move(path), std::move(lock)};
}

Result<void> fill(const Post& post, const std::string& folder) {
    SMOS_CHECK(copy_file(post.video_path, folder + "/video.mp4"));
    SMOS_CHECK(copy_file(post.poster_path, folder + "/poster.jpg"));
    if (!post.vtt_path.empty())
        SMOS_CHECK(copy_file(post.vtt_path, folder + "/captions.vtt"));
    if (!post.srt_path.empty())
        SMOS_CHECK(copy_file(post.srt_path, folder + "/captions.srt"));
    const std::string facts = folder + "/post.json";
    SMOS_CHECK(write_file_atomically(facts, post_json(post).dump(2) + "\n"));
    if (::chmod(facts.c_str(), 0644) != 0)
        return failed("cannot change", facts);
    return {};
}

} // namespace

std::string post_folder_name(const Post& post) {
    // Of the effect, since a task may have any name: its UUID tells posts of one title apart.
    return fmt::format("{}-{}", slug(post.title), slug(post.effect_id).substr(0, 8));
}

records::Json post_json(const Post& post) {
    return records::Json{{"effect_id", post.effect_id},
                         {"task_id", post.task_id},
                         {"persona_id", post.persona_id},
                         {"persona_name", post.persona_name},
                         {"language", post.language},
                         {"title", post.title},
                         {"caption", post.caption},
                         {"hashtags", post.hashtags},
                         {"transcript", post.transcript},
                         {"ai_generated", true},
                         {"digital_source_type", post.digital_source_type},
                         {"published_at", format_rfc3339(post.published_at)},
                         {"duration_ms", post.duration_ms},
                         {"width", post.width_px},
                         {"height", post.height_px},
                         {"video_bytes", post.video_bytes}};
}

Result<void> make_public_directory(const std::string& path) {
    const bool there = fs::exists(path);
    SMOS_CHECK(make_directories(path));
    if (!there && ::chmod(path.c_str(), 0755) != 0)
        return failed("cannot change", path);
    return {};
}

Result<void> make_post_folder(const Post& post,
                              const std::string& path,
                              const std::function<Result<void>(const std::string&)>& add) {
    const std::string parent = fs::path(path).parent_path().string();
    SMOS_CHECK(make_public_directory(parent));
    SMOS_TRY(Staging staging, new_staging(parent));
    const std::string& folder = staging.path();
    SMOS_CHECK(fill(post, folder));
    SMOS_CHECK(add(folder));
    if (::chmod(folder.c_str(), 0755) != 0)
        return failed("cannot change", folder);
    if (::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST)
            return Error{"exists", "a post is there already", path, {}};
        return failed("cannot create", path);
    }
    staging.moved();
    const UniqueFd directory{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory || ::fsync(directory.get()) != 0)
        return failed("cannot sync", parent);
    return {};
}

Result<bool> is_post_folder(const Post& post, const std::string& path) {
    struct stat entry {};
    if (::lstat(path.c_str(), &entry) != 0)
        return false;
    const Error taken{"exists", "something else is there already", path, "move it away"};
    const auto text = read_file(path + "/post.json", post_json_bytes);
    if (!text)
        return taken;
    const auto json = records::parse_json(*text, path);
    if (!json || json->value("effect_id", std::string{}) != post.effect_id)
        return taken;
    return true;
}

} // namespace smos::providers
