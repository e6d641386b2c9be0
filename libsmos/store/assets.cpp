// SPDX-License-Identifier: Apache-2.0
// Files by content, and notes about requests.
#include "libsmos/store/assets.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/core/paths.hpp"
#include "libsmos/store/owner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace smos::store {
namespace {

constexpr std::string_view cas_prefix = "cas:sha256:";
constexpr std::size_t note_bytes = std::size_t{1} << 20;

bool is_hash(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::optional<std::int64_t> size_of(const std::string& path) {
    struct stat entry {};
    if (::stat(path.c_str(), &entry) != 0 || !S_ISREG(entry.st_mode))
        return std::nullopt;
    return static_cast<std::int64_t>(entry.st_size);
}

/// Removes what killed processes left. A directory is named after its owner, then six characters.
void sweep_scratch(const std::string& parent) {
    namespace fs = std::filesystem;
    std::error_code failed;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(parent, failed)) {
        std::string owner = entry.path().filename().string();
        owner.resize(std::min(owner.size(), owner.rfind('-')));
        std::replace(owner.begin(), owner.end(), '_', ':');
        struct stat made {};
        if (::lstat(entry.path().c_str(), &made) == 0 &&
            !may_be_alive(owner, {made.st_mtim.tv_sec * 1'000'000LL}, system_now()))
            left.push_back(entry.path());
    }
    for (const fs::path& path : left)
        fs::remove_all(path, failed);
}

} // namespace

Assets::Assets(std::string root) : root_(std::move(root)) {}

std::string Assets::content_path(std::string_view hex) const {
    return fmt::format("{}/sha256/{}/{}", root_, hex.substr(0, 2), hex);
}

Result<records::Sidecar> Assets::adopt(const std::string& path, std::string_view mime_type) {
    SMOS_TRY(const Digest content, sha256_of_file(path));
    return adopt(path, mime_type, content);
}

Result<records::Sidecar>
Assets::adopt(const std::string& path, std::string_view mime_type, const Digest& content) {
    const std::string name = hex(content);
    const std::string target = content_path(name);
    const auto size = size_of(path);
    if (!size)
        return Error{"cannot_read", "not a file", path, {}};
    SMOS_CHECK(make_directories(parent_of(target)));
    ::chmod(path.c_str(), 0600);
    SMOS_CHECK(move_into_place(path, target, false));
    return records::Sidecar{
        std::string{cas_prefix} + name, std::string{mime_type}, *size, "sha256:" + name, {}};
}

Result<records::Sidecar> Assets::put(std::string_view bytes, std::string_view mime_type) {
    const std::string name = sha256_hex(bytes);
    const std::string target = content_path(name);
    SMOS_CHECK(make_directories(parent_of(target)));
    SMOS_CHECK(write_file_atomically(target, bytes));
    return records::Sidecar{std::string{cas_prefix} + name,
                            std::string{mime_type},
                            static_cast<std::int64_t>(bytes.size()),
                            "sha256:" + name,
                            {}};
}

Result<std::string> Assets::path_of(std::string_view uri) const {
    std::string path;
    if (uri.substr(0, cas_prefix.size()) == cas_prefix && is_hash(uri.substr(cas_prefix.size()))) {
        path = content_path(uri.substr(cas_prefix.size()));
    } else {
        SMOS_TRY(path, path_of_file_uri(uri));
    }
    if (!size_of(path)) {
        return Error{"missing_file",
                     "there is no such file",
                     std::string{uri.substr(0, 300)},
                     "was --assets the same when it was made?"};
    }
    return path;
}

bool Assets::has(const records::Sidecar& sidecar) const {
    const auto path = path_of(sidecar.uri);
    return path && size_of(*path) == sidecar.size_bytes;
}

Result<std::string> Assets::scratch() {
    const std::string parent = root_ + "/scratch";
    SMOS_CHECK(make_directories(parent));
    sweep_scratch(parent);
    std::string owner = this_process();
    std::replace(owner.begin(), owner.end(), ':', '_');
    std::string path = fmt::format("{}/{}-XXXXXX", parent, owner);
    if (::mkdtemp(path.data()) == nullptr) {
        return system_error("cannot_create", "cannot create a directory", path, errno);
    }
    return path;
}

std::optional<std::string> Assets::note(std::string_view kind, std::string_view key) const {
    auto text = read_file(fmt::format("{}/notes/{}/{}.json", root_, kind, key), note_bytes);
    if (!text)
        return std::nullopt;
    return *std::move(text);
}

Result<void> Assets::set_note(std::string_view kind, std::string_view key, std::string_view text) {
    const std::string directory = fmt::format("{}/notes/{}", root_, kind);
    SMOS_CHECK(make_directories(directory));
    return write_file_atomically(fmt::format("{}/{}.json", directory, key), text);
}

} // namespace smos::store
