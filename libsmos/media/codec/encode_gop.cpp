// SPDX-License-Identifier: Apache-2.0
// Worker threads that encode closed groups of pictures beside each other.
#include "libsmos/media/codec/encode_gop.hpp"

#include "libsmos/media/codec/encode_codec.hpp"

#include <algorithm>
#include <cstring>
#include <malloc.h>
#include <new>
#include <numeric>

namespace smos::media {
namespace {

// Drawing takes a fraction of the time of encoding: a few frames keep an encoder busy.
constexpr int frames_ahead = 2;
// Of x264's presets up to veryfast; slower ones take more before they begin to work.
constexpr int look_ahead = 14;
// Packets behind a group that is still being encoded.
constexpr std::size_t finished_bytes_limit = std::size_t{32} << 20;
// The same when only kept groups are left: this worker has no encoder any more.
constexpr std::size_t found_bytes_limit = std::size_t{64} << 20;

// Mixing, mastering, encoding and hearing the sound takes as long as encoding this many times fewer
// frames than it has.
constexpr int frames_to_errand = 20;

int processors() { return static_cast<int>(std::thread::hardware_concurrency()); }

int worker_count(const EncodeOptions& options) {
    const int wanted = options.workers > 0 ? options.workers : std::clamp(processors(), 1, 8);
    return std::min(wanted, static_cast<int>(options.gops.size()));
}

/// Groups join when the decoding times of each begin `delay` frames before its pictures. A group
/// that is not longer than the delay ends before x264 has learnt it, and comes without.
Result<void> align_times(PacketList& packets,
                         int frames,
                         const AVCodecContext& codec,
                         const std::string& where) {
    const std::int64_t delay = codec.has_b_frames;
    if (packets.packets.size() != static_cast<std::size_t>(frames))
        return Error{"encoder", "libx264 lost frames of a group", where};
    if (packets.packets.front().flags == 0)
        return Error{"encoder", "libx264 began a group without a key frame", where};
    const std::int64_t shift = -delay - packets.packets.front().dts;
    std::int64_t expected = -delay;
    for (KeptPacket& packet : packets.packets) {
        packet.dts += shift;
        packet.duration = 1;
        if (packet.dts != expected++ || packet.pts < packet.dts || packet.pts >= frames)
            return Error{"encoder", "libx264 made times that do not join", where};
    }
    return {};
}

} // namespace

GopWorkers::GopWorkers(const EncodeOptions& options,
                       CodecHandle headers,
                       const Digest& fingerprint,
                       std::string where)
    : options_(options),
      headers_(std::move(headers)),
      where_(std::move(where)),
      pool_(options.width_px, options.height_px) {
    std::int64_t first = 0;
    for (const Gop& gop : options.gops) {
        Group& group = groups_.emplace_back();
        group.first = first;
        group.frames = gop.frames;
        if (gop.key)
            group.key = packets_key(fingerprint, *gop.key, gop.frames);
        if (!group.key || !options.store || !options.store->has(*group.key))
            last_to_encode_ = groups_.size();
        first += gop.frames;
    }
    order_.resize(groups_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    // The last ones are begun longest first, so that the workers end close to each other.
    const auto last = std::min(order_.size(), static_cast<std::size_t>(worker_count(options_)));
    std::stable_sort(
        order_.end() - static_cast<std::ptrdiff_t>(last),
        order_.end(),
        [this](std::size_t a, std::size_t b) { return groups_[a].frames > groups_[b].frames; });
    for (int lane = 0; lane < worker_count(options_); ++lane)
        threads_.emplace_back([this, lane] { work(lane); });
}

GopWorkers::~GopWorkers() {
    {
        const Lock lock(mutex_);
        stop_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

std::vector<FrameSpan> GopWorkers::to_draw() const {
    std::vector<FrameSpan> spans;
    for (const Group& group : groups_) { // what is read here does not change
        if (!group.key || !options_.store || !options_.store->has(*group.key))
            spans.push_back({group.first, group.first + group.frames});
    }
    return spans;
}

void GopWorkers::work(int lane) {
    while (Group* group = take_group(lane)) {
        Result<PacketList> packets = Error{"encoder", "out of memory", where_, "use fewer workers"};
        try {
            packets = make(*group);
        } catch (const std::bad_alloc&) { // the error that is already there
        }
        const Lock lock(mutex_);
        group->state = State::finished;
        if (packets) {
            group->packets = *std::move(packets);
            finished_bytes_ += group->packets.bytes.size();
        } else if (!failure_) {
            failure_ = packets.error();
        }
        turn_.notify_all();
        work_.notify_all();
    }
}

bool GopWorkers::is_over() const { return stop_ || failure_ || next_ == groups_.size(); }

/// For the packets of another group.
bool GopWorkers::has_room() const {
    return groups_[front_].state == State::planned ||
           finished_bytes_ < (next_ >= last_to_encode_ ? found_bytes_limit : finished_bytes_limit);
}

GopWorkers::Group* GopWorkers::take_group(int lane) {
    Lock lock(mutex_);
    for (;;) {
        work_.wait(lock, [this] { return is_over() || errand_ || has_room(); });
        // Packets that nobody collects may be waiting for this very errand.
        if (!errand_ || stop_ || failure_ || (!is_over() && has_room()))
            break;
        const auto errand = std::exchange(errand_, nullptr);
        lock.unlock();
        errand();
        lock.lock();
    }
    if (is_over())
        return nullptr;
    Group& group = groups_[order_[next_++]];
    group.lane = lane;
    group.state = State::looking;
    return &group;
}

Result<PacketList> GopWorkers::make(Group& group) {
    if (std::optional<PacketList> found = find(group))
        return *std::move(found);
    {
        const Lock lock(mutex_);
        group.state = State::encoding;
        ++encoded_;
    }
    turn_.notify_all();
    SMOS_TRY(PacketList packets, encode(group));
    keep(group, packets);
    ::malloc_trim(0); // the encoder's small pieces, before the next one takes others
    return packets;
}

std::optional<PacketList> GopWorkers::find(const Group& group) {
    if (!group.key || !options_.store)
        return std::nullopt;
    const std::optional<std::string> bytes = options_.store->find(*group.key);
    if (!bytes)
        return std::nullopt;
    std::optional<PacketList> packets = read_packets(*bytes);
    const auto has_other_length = [](const KeptPacket& packet) { return packet.duration != 1; };
    if (!packets || packets->units != group.frames ||
        std::any_of(packets->packets.begin(), packets->packets.end(), has_other_length) ||
        !align_times(*packets, group.frames, *headers_, where_))
        return std::nullopt;
    return packets;
}

void GopWorkers::keep(const Group& group, const PacketList& packets) {
    if (!group.key || !options_.store)
        return;
    const Result<void> kept = options_.store->keep(*group.key, write_packets(packets));
    const Lock lock(mutex_);
    if (!kept && !store_problem_)
        store_problem_ = kept.error();
}

Result<PacketList> GopWorkers::encode(Group& group) {
    SMOS_TRY(const CodecHandle codec, open_video_codec(options_, where_));
    const bool same = codec->extradata_size == headers_->extradata_size &&
                      std::memcmp(codec->extradata,
                                  headers_->extradata,
                                  static_cast<std::size_t>(codec->extradata_size)) == 0;
    if (!same)
        return Error{"encoder", "libx264 made other headers for a later group of frames", where_};
    PacketList packets;
    packets.units = group.frames;
    // Times from 0: the bytes may not depend on the place of the group in the film.
    for (std::int64_t pts = 0; pts <= group.frames; ++pts) {
        PictureHandle picture;
        if (pts < group.frames) {
            std::optional<Frame> frame = next_frame(group);
            if (!frame)
                return Error{"encoder", "stopped", where_};
            picture = pool_.lend(*std::move(frame), pts);
        }
        const int sent = avcodec_send_frame(codec.get(), picture.get());
        if (sent < 0)
            return libav_error("encoder", "cannot encode a frame", sent, where_);
        SMOS_CHECK(packets.take_from(*codec, "cannot encode", where_));
    }
    SMOS_CHECK(align_times(packets, group.frames, *headers_, where_));
    return packets;
}

std::optional<Frame> GopWorkers::next_frame(Group& group) {
    Lock lock(mutex_);
    work_.wait(lock, [&] { return stop_ || failure_ || !group.waiting.empty(); });
    if (stop_ || failure_)
        return std::nullopt;
    Frame frame = std::move(group.waiting.front());
    group.waiting.pop_front();
    ++group.taken;
    turn_.notify_all();
    return frame;
}

/// An encoder at work that will run dry first; then those that have yet to fill their look-ahead,
/// one after the other: when two begin together, one is at work soon, and later they begin apart.
GopWorkers::Group* GopWorkers::wanting() {
    const auto ahead = [](const Group& group) { return group.asked - group.taken; };
    Group* at_work = nullptr;
    Group* beginning = nullptr;
    for (std::size_t i = front_; i < groups_.size(); ++i) {
        Group& group = groups_[i];
        if (group.state != State::encoding || group.asked == group.frames ||
            ahead(group) >= frames_ahead)
            continue;
        if (group.taken < look_ahead) {
            if (beginning == nullptr)
                beginning = &group;
        } else if (at_work == nullptr || ahead(group) < ahead(*at_work)) {
            at_work = &group;
        }
    }
    const bool dry = at_work != nullptr && ahead(*at_work) == 0;
    return dry || beginning == nullptr ? at_work : beginning;
}

bool GopWorkers::all_drawn() const {
    if (next_ < groups_.size())
        return false;
    return std::all_of(groups_.begin(), groups_.end(), [](const Group& group) {
        return group.state == State::finished ||
               (group.state == State::encoding && group.asked == group.frames);
    });
}

bool GopWorkers::front_finished() const {
    return front_ < groups_.size() && groups_[front_].state == State::finished;
}

Result<VideoTurn> GopWorkers::turn(bool want_frames, bool may_collect) {
    Lock lock(mutex_);
    for (;;) {
        if (failure_)
            return *failure_;
        if (may_collect && front_finished())
            return VideoTurn{VideoTurn::Kind::packets, {}};
        if (std::exchange(woken_, false))
            return VideoTurn{VideoTurn::Kind::woken, {}};
        if (front_ == groups_.size())
            return VideoTurn{VideoTurn::Kind::done, {}};
        if (want_frames && all_drawn())
            return VideoTurn{VideoTurn::Kind::drawn, {}};
        if (Group* group = want_frames ? wanting() : nullptr) {
            asked_ = group;
            return VideoTurn{VideoTurn::Kind::frame,
                             WantedFrame{group->first + group->asked++, group->lane}};
        }
        turn_.wait(lock);
    }
}

Result<void> GopWorkers::push(Frame frame) {
    const Lock lock(mutex_);
    SMOS_EXPECT(asked_ != nullptr);
    asked_->waiting.push_back(std::move(frame));
    asked_ = nullptr;
    work_.notify_all();
    if (failure_)
        return *failure_;
    return {};
}

PlacedPackets GopWorkers::collect() {
    const Lock lock(mutex_);
    SMOS_EXPECT(front_finished());
    Group& group = groups_[front_++];
    finished_bytes_ -= group.packets.bytes.size();
    work_.notify_all();
    return {group.first, std::exchange(group.packets, {})};
}

bool GopWorkers::take_on(std::function<void()> errand) {
    const Lock lock(mutex_);
    const bool spare_processor = static_cast<int>(threads_.size()) < processors();
    if (spare_processor || is_over()) // the workers may have left
        return false;
    const auto frames = [](int sum, const Group& group) { return sum + group.frames; };
    const int all = std::accumulate(groups_.begin(), groups_.end(), 0, frames);
    if (all / frames_to_errand > groups_[order_.back()].frames)
        return false;
    errand_ = std::move(errand);
    work_.notify_all(); // workers may have filled all the room with kept groups already
    return true;
}

void GopWorkers::wake() {
    {
        const Lock lock(mutex_);
        woken_ = true;
    }
    turn_.notify_all();
}

void GopWorkers::report(EncodedFile& file) const {
    const Lock lock(mutex_);
    file.frames = groups_.back().first + groups_.back().frames;
    file.gops_encoded = encoded_;
    file.gops_reused = static_cast<int>(groups_.size()) - encoded_;
    if (store_problem_)
        file.store_problem = store_problem_;
}

} // namespace smos::media
