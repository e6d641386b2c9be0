// SPDX-License-Identifier: Apache-2.0
// Stills that are decoded and shrunk beside the drawing, before they are asked for.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/kernels/mip.hpp"
#include "libsmos/media/compose/shrunk_stills.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace smos::media {

/// A still as it is kept: shrunk to the size of its moves.
struct LoadedStill {
    kernels::Size full;
    kernels::Size mip;
    std::shared_ptr<const Layer> shrunk;
    std::shared_ptr<const Layer> whole; // null: nobody else shrinks it
};

Result<std::shared_ptr<const Layer>>
shrunk_to(const std::shared_ptr<const Layer>& whole, kernels::Size mip, const std::string& asset);

/// At most two stills at a time, in threads of their own; used by one thread.
class StillsAhead {
  public:
    StillsAhead() = default;
    ~StillsAhead();
    StillsAhead(const StillsAhead&) = delete;
    StillsAhead& operator=(const StillsAhead&) = delete;

    struct Wish {
        std::string asset;
        std::string path;
        kernels::Size mip;
        bool keep_whole = false;
        std::shared_ptr<const ShrunkStills> kept; // null: none are
    };
    /// Does nothing for an asset that is under way.
    void begin(Wish wish);
    /// Waits for an asset that was begun; without a value for another. Each is given once.
    std::optional<Result<LoadedStill>> take(const std::string& asset);
    /// Nobody will take it.
    void forget(const std::string& asset) { coming_.erase(asset); }

  private:
    using Task = std::packaged_task<Result<LoadedStill>()>;
    void work();

    std::map<std::string, std::future<Result<LoadedStill>>> coming_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::deque<Task> tasks_;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

} // namespace smos::media
