// SPDX-License-Identifier: Apache-2.0
// Closed groups of pictures, each by a fresh x264 of its own, and the workers that make them.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace smos::media {

/// A fresh encoder for one group; its headers (SPS, PPS) are in `extradata` and the same each time.
Result<CodecHandle> open_video_codec(const EncodeOptions& options, const std::string& where);

/// Takes frames in display order, cuts them into groups, and hands back packets in the order in
/// which they go into the file. One thread pushes and collects.
class GopWorkers {
  public:
    GopWorkers(const EncodeOptions& options, std::string where);
    ~GopWorkers();
    GopWorkers(const GopWorkers&) = delete;
    GopWorkers& operator=(const GopWorkers&) = delete;

    Frame spare();
    /// Waits while the queue is full; false after a failure.
    bool push(Frame frame);
    /// No more frames will come.
    void close();
    /// The packets of the finished groups at the front, timestamps in frames. With `wait` of all
    /// groups (after close()).
    Result<std::vector<PacketHandle>> collect(bool wait);
    std::int64_t frames() const { return pushed_; }

  private:
    struct Group {
        std::int64_t first = 0;
        std::int64_t assigned = 0; // frames given to the group so far
        std::deque<Frame> waiting;
        bool closed = false;
        bool done = false;
        std::vector<PacketHandle> packets;
    };
    using Lock = std::unique_lock<std::mutex>;

    void release_held(Lock& lock);
    void assign(Lock& lock, Frame frame, bool may_start_group);
    void work();
    Result<void> encode_group(Group& group);
    Result<void> check_headers(const AVCodecContext& codec);
    Result<void> take_packets(Group& group, AVCodecContext& codec);
    std::optional<Frame> next_frame(Group& group);
    void recycle(Frame frame);
    static void recycle_buffer(void* owner, std::uint8_t* bytes);
    PictureHandle wrap(Frame frame, std::int64_t pts);

    const EncodeOptions options_;
    const std::string where_;
    const std::size_t queue_limit_;
    std::vector<std::uint8_t> headers_;
    std::int64_t pushed_ = 0;
    std::deque<Frame> held_; // the last few frames, so that no group ends up too short

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable room_;
    std::deque<std::shared_ptr<Group>> groups_; // front: the oldest not yet collected
    std::deque<std::shared_ptr<Group>> open_;   // no worker has it yet
    std::vector<Frame> spares_;
    std::size_t queued_ = 0;
    bool closed_ = false;
    bool stop_ = false;
    std::optional<Error> failure_;
    std::vector<std::thread> threads_;
};

} // namespace smos::media
