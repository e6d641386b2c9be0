// SPDX-License-Identifier: Apache-2.0
// Frames on their way into an encoder and back for reuse.
#include "libsmos/media/codec/encode_frames.hpp"

#include <memory>
#include <new>

namespace smos::media {
namespace {

constexpr std::size_t most_spares = 2;

} // namespace

struct FramePool::Lent {
    FramePool* owner;
    Frame frame;
};

Frame FramePool::take() {
    {
        const std::lock_guard lock(mutex_);
        if (!spares_.empty()) {
            Frame frame = std::move(spares_.back());
            spares_.pop_back();
            return frame;
        }
    }
    return Frame(width_px_, height_px_);
}

void FramePool::give(Frame frame) {
    const std::lock_guard lock(mutex_);
    if (spares_.size() < most_spares)
        spares_.push_back(std::move(frame));
}

void FramePool::give_back(void* opaque, std::uint8_t*) {
    const std::unique_ptr<Lent> lent{static_cast<Lent*>(opaque)};
    lent->owner->give(std::move(lent->frame));
}

PictureHandle FramePool::lend(Frame frame, std::int64_t pts) {
    PictureHandle picture = make_picture();
    auto lent = std::make_unique<Lent>(Lent{this, std::move(frame)});
    Frame& inner = lent->frame;
    picture->width = inner.width_px;
    picture->height = inner.height_px;
    picture->format = AV_PIX_FMT_YUV420P;
    picture->pts = pts;
    picture->color_range = AVCOL_RANGE_MPEG;
    picture->colorspace = AVCOL_SPC_BT709;
    picture->color_primaries = AVCOL_PRI_BT709;
    picture->color_trc = AVCOL_TRC_BT709;
    picture->data[0] = inner.y();
    picture->data[1] = inner.u();
    picture->data[2] = inner.v();
    picture->linesize[0] = inner.y_stride();
    picture->linesize[1] = picture->linesize[2] = inner.uv_stride();
    picture->buf[0] =
        av_buffer_create(inner.bytes.data(), inner.bytes.size(), give_back, lent.get(), 0);
    if (picture->buf[0] == nullptr)
        throw std::bad_alloc();
    static_cast<void>(lent.release());
    return picture;
}

} // namespace smos::media
