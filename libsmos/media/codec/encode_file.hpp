// SPDX-License-Identifier: Apache-2.0
// The file that a film is written into: without a name until it is complete.
#pragma once

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/result.hpp"

#include <memory>
#include <string>

struct AVIOContext;

namespace smos::media {

class OutputFile {
  public:
    /// An empty file, mode 0600, in the directory of `path`: one that the system removes with its
    /// writer where the file system can do that, else one with a temporary name.
    static Result<OutputFile> create(const std::string& path);

    int fd() const { return file_.get(); }
    /// Gives it its name; what was there under that name goes. Once.
    Result<void> publish();

  private:
    OutputFile(UniqueFd file, std::string path, std::string temporary, bool named)
        : file_(std::move(file)),
          path_(std::move(path)),
          temporary_(std::move(temporary)),
          named_(named) {}

    UniqueFd file_;
    std::string path_;
    TemporaryFile temporary_; // removed when it exists and was not published
    bool named_;
};

void close_output_stream(AVIOContext* stream);
using OutputStream = UniqueHandle<AVIOContext, close_output_stream>;

/// FFmpeg's view of a file that stays open longer.
OutputStream stream_into(int fd);

} // namespace smos::media
