// SPDX-License-Identifier: Apache-2.0
// Closed groups of pictures, each by a fresh encoder of its own, and the workers that make them.
#pragma once

#include "libsmos/media/codec/encode_video.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace smos::media {

class GopWorkers final : public VideoSource {
  public:
    /// `headers` is what headers_of() took from an encoder; `fingerprint` stands for the encoder in
    /// keys.
    GopWorkers(const EncodeOptions& options,
               CodecHandle headers,
               const Digest& fingerprint,
               std::string where);
    ~GopWorkers() override;
    GopWorkers(const GopWorkers&) = delete;
    GopWorkers& operator=(const GopWorkers&) = delete;

    const AVCodecContext& headers() const override { return *headers_; }
    Frame spare() override { return pool_.take(); }
    std::vector<FrameSpan> to_draw() const override;
    Result<VideoTurn> turn(bool want_frames, bool may_collect) override;
    Result<void> push(Frame frame) override;
    PlacedPackets collect() override;
    bool take_on(std::function<void()> errand) override;
    void wake() override;
    void report(EncodedFile& file) const override;

  private:
    enum class State { planned, looking, encoding, finished };
    struct Group {
        std::int64_t first = 0;
        int frames = 0;
        std::optional<Digest> key;
        State state = State::planned;
        int lane = 0;
        int asked = 0; // frames that were wanted so far
        int taken = 0; // frames that the encoder got so far
        std::deque<Frame> waiting;
        PacketList packets;
    };
    using Lock = std::unique_lock<std::mutex>;

    void work(int lane);
    Group* take_group(int lane);
    bool is_over() const;
    bool has_room() const;
    Result<PacketList> make(Group& group);
    std::optional<PacketList> find(const Group& group);
    Result<PacketList> encode(Group& group);
    void keep(const Group& group, const PacketList& packets);
    std::optional<Frame> next_frame(Group& group);
    Group* wanting();
    bool all_drawn() const;
    bool front_finished() const;

    const EncodeOptions options_;
    const CodecHandle headers_;
    const std::string where_;
    FramePool pool_;
    std::vector<Group> groups_;

    mutable std::mutex mutex_;
    std::condition_variable work_;   // for workers
    std::condition_variable turn_;   // for the driver
    std::vector<std::size_t> order_; // in which groups are taken
    std::size_t next_ = 0;           // of order_: what no worker has taken
    std::size_t last_to_encode_ = 0; // of groups_: from here on all are in the store
    std::size_t front_ = 0;          // the first group that was not collected
    std::size_t finished_bytes_ = 0;
    std::function<void()> errand_;
    Group* asked_ = nullptr; // the group whose frame is being drawn
    int encoded_ = 0;
    bool woken_ = false;
    bool stop_ = false;
    std::optional<Error> failure_;
    std::optional<Error> store_problem_;
    std::vector<std::thread> threads_;
};

} // namespace smos::media
