// SPDX-License-Identifier: Apache-2.0
// Worker threads that encode closed groups of pictures beside each other.
#include "libsmos/media/codec/encode_gop.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace smos::media {
namespace {

// Every group starts with idr_pic_id 0, which is illegal for two IDR pictures in a row, and x264
// needs more frames than its reordering depth for timestamps that join: no group is shorter, unless
// the whole video is.
constexpr std::size_t shortest_group = 8;

struct LentFrame {
    GopWorkers* owner;
    Frame frame;
};

int worker_count(const EncodeOptions& options) {
    if (options.workers > 0)
        return options.workers;
    return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8);
}

std::size_t queue_limit(const EncodeOptions& options) {
    // Each worker starts half a group behind the one before it, which keeps all of them busy.
    const int waiting = options.gop_frames * (worker_count(options) - 1) / 2;
    return static_cast<std::size_t>(waiting) + 16;
}

} // namespace

GopWorkers::GopWorkers(const EncodeOptions& options, std::string where)
    : options_(options),
      where_(std::move(where)),
      queue_limit_(queue_limit(options)) {
    for (int i = 0; i < worker_count(options_); ++i)
        threads_.emplace_back([this] { work(); });
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

Frame GopWorkers::spare() {
    {
        const Lock lock(mutex_);
        if (!spares_.empty()) {
            Frame frame = std::move(spares_.back());
            spares_.pop_back();
            return frame;
        }
    }
    return Frame(options_.width_px, options_.height_px);
}

void GopWorkers::recycle(Frame frame) {
    const Lock lock(mutex_);
    if (spares_.size() < 4)
        spares_.push_back(std::move(frame));
}

bool GopWorkers::push(Frame frame) {
    held_.push_back(std::move(frame));
    ++pushed_;
    Lock lock(mutex_);
    release_held(lock);
    return !failure_;
}

void GopWorkers::release_held(Lock& lock) {
    while (held_.size() > shortest_group) {
        Frame frame = std::move(held_.front());
        held_.pop_front();
        assign(lock, std::move(frame), true);
    }
}

void GopWorkers::close() {
    Lock lock(mutex_);
    while (!held_.empty()) {
        Frame frame = std::move(held_.front());
        held_.pop_front();
        assign(lock, std::move(frame), held_.size() + 1 >= shortest_group);
    }
    if (!groups_.empty())
        groups_.back()->closed = true;
    closed_ = true;
    lock.unlock();
    work_.notify_all();
}

void GopWorkers::assign(Lock& lock, Frame frame, bool may_start_group) {
    room_.wait(lock, [this] { return queued_ < queue_limit_ || failure_; });
    if (failure_)
        return;
    const bool full = !groups_.empty() && groups_.back()->assigned >= options_.gop_frames;
    if (groups_.empty() || groups_.back()->closed || (full && may_start_group)) {
        auto group = std::make_shared<Group>();
        if (!groups_.empty()) {
            groups_.back()->closed = true;
            group->first = groups_.back()->first + groups_.back()->assigned;
        }
        groups_.push_back(group);
        open_.push_back(group);
    }
    groups_.back()->waiting.push_back(std::move(frame));
    ++groups_.back()->assigned;
    ++queued_;
    work_.notify_all();
}

void GopWorkers::work() {
    for (;;) {
        std::shared_ptr<Group> group;
        {
            Lock lock(mutex_);
            work_.wait(lock, [this] { return stop_ || failure_ || closed_ || !open_.empty(); });
            if (stop_ || failure_ || open_.empty())
                return;
            group = open_.front();
            open_.pop_front();
        }
        Result<void> encoded;
        try {
            encoded = encode_group(*group);
        } catch (const std::bad_alloc&) {
            encoded = Error{"encoder", "out of memory", where_, "use fewer workers"};
        }
        const Lock lock(mutex_);
        group->done = true;
        if (!encoded && !failure_)
            failure_ = encoded.error();
        room_.notify_all();
        work_.notify_all();
    }
}

std::optional<Frame> GopWorkers::next_frame(Group& group) {
    Lock lock(mutex_);
    work_.wait(lock, [&] { return stop_ || failure_ || group.closed || !group.waiting.empty(); });
    if (stop_ || failure_ || group.waiting.empty())
        return std::nullopt;
    Frame frame = std::move(group.waiting.front());
    group.waiting.pop_front();
    --queued_;
    room_.notify_all();
    return frame;
}

void GopWorkers::recycle_buffer(void* owner, std::uint8_t*) {
    const std::unique_ptr<LentFrame> lent{static_cast<LentFrame*>(owner)};
    lent->owner->recycle(std::move(lent->frame));
}

PictureHandle GopWorkers::wrap(Frame frame, std::int64_t pts) {
    PictureHandle picture = make_picture();
    auto lent = std::make_unique<LentFrame>(LentFrame{this, std::move(frame)});
    Frame& inner = lent->frame;
    picture->width = inner.width_px;
    picture->height = inner.height_px;
    picture->format = AV_PIX_FMT_YUV420P;
    picture->pts = pts;
    picture->color_range = AVCOL_RANGE_MPEG;
    picture->colorspace = AVCOL_SPC_BT709;
    picture->data[0] = inner.y();
    picture->data[1] = inner.u();
    picture->data[2] = inner.v();
    picture->linesize[0] = inner.y_stride();
    picture->linesize[1] = picture->linesize[2] = inner.uv_stride();
    // The encoder copies the samples on entry and then hands the frame back through this buffer.
    picture->buf[0] =
        av_buffer_create(inner.bytes.data(), inner.bytes.size(), recycle_buffer, lent.get(), 0);
    if (picture->buf[0] == nullptr)
        throw std::bad_alloc();
    static_cast<void>(lent.release());
    return picture;
}

Result<void> GopWorkers::encode_group(Group& group) {
    SMOS_TRY(const CodecHandle codec, open_video_codec(options_, where_));
    SMOS_CHECK(check_headers(*codec));
    std::int64_t pts = group.first;
    while (std::optional<Frame> frame = next_frame(group)) {
        const PictureHandle picture = wrap(*std::move(frame), pts++);
        const int sent = avcodec_send_frame(codec.get(), picture.get());
        if (sent < 0)
            return libav_error("encoder", "cannot encode a frame", sent, where_);
        SMOS_CHECK(take_packets(group, *codec));
    }
    const int flushed = avcodec_send_frame(codec.get(), nullptr);
    if (flushed < 0)
        return libav_error("encoder", "cannot end a group of frames", flushed, where_);
    return take_packets(group, *codec);
}

Result<void> GopWorkers::check_headers(const AVCodecContext& codec) {
    const std::uint8_t* begin = codec.extradata;
    const std::vector<std::uint8_t> headers(begin, begin + codec.extradata_size);
    const Lock lock(mutex_);
    if (headers_.empty())
        headers_ = headers;
    if (headers_ != headers)
        return Error{"encoder", "libx264 made other headers for a later group of frames", where_};
    return {};
}

Result<void> GopWorkers::take_packets(Group& group, AVCodecContext& codec) {
    for (;;) {
        PacketHandle packet = make_packet();
        const int got = avcodec_receive_packet(&codec, packet.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
            return {};
        if (got < 0)
            return libav_error("encoder", "cannot encode", got, where_);
        packet->duration = 1;
        group.packets.push_back(std::move(packet));
    }
}

Result<std::vector<PacketHandle>> GopWorkers::collect(bool wait) {
    std::vector<PacketHandle> packets;
    Lock lock(mutex_);
    for (;;) {
        if (failure_)
            return *failure_;
        // The newest group stays, because the next one continues its frame numbers.
        const bool last_may_go = closed_ && groups_.size() == 1;
        if (groups_.empty() || (groups_.size() == 1 && !last_may_go))
            return packets;
        if (!groups_.front()->done) {
            if (!wait)
                return packets;
            room_.wait(lock, [this] { return failure_ || groups_.front()->done; });
            continue;
        }
        for (PacketHandle& packet : groups_.front()->packets)
            packets.push_back(std::move(packet));
        groups_.pop_front();
    }
}

} // namespace smos::media
