// SPDX-License-Identifier: Apache-2.0
// The folder of one post, built beside its place and moved there in one step, never over another.
#pragma once

#include "libsmos/providers/channels/channel.hpp"
#include "libsmos/records/json.hpp"

#include <functional>
#include <string>

namespace smos::providers {

/// "a-title-in-letters-1a2b3c4d": safe as a file name and in an address, whatever the title holds.
std::string post_folder_name(const Post& post);

/// The members of post.json: what the page and the feeds are made from.
records::Json post_json(const Post& post);

/// A new directory can be read by a web server; one that is there keeps its rights.
Result<void> make_public_directory(const std::string& path);

/// Copies the files in, writes post.json, lets `add` write more, and moves the folder to `path`.
/// Error `exists` when something is there already.
Result<void> make_post_folder(const Post& post,
                              const std::string& path,
                              const std::function<Result<void>(const std::string& folder)>& add);

/// Whether the folder at `path` is that of this very effect; another's is Error `exists`.
Result<bool> is_post_folder(const Post& post, const std::string& path);

} // namespace smos::providers
