// SPDX-License-Identifier: Apache-2.0
// Looks for faces six times a second and at each cut, never twice at the same picture.
#include "libsmos/media/reframe/face_view.hpp"

#include "libsmos/media/codec/video_source.hpp"
#include "libsmos/media/compose/frame_plan.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace smos::media {
namespace {

constexpr double sure_score = 0.9;     // below it textures are found too
constexpr std::int64_t least_cut = 18; // mean levels of a thumbnail
constexpr std::int64_t cut_over_usual = 4;

FaceBox box_of(const Face& face) {
    const auto whole = [](double value) {
        return static_cast<std::int64_t>(std::clamp(std::floor(value + 0.5), -1e6, 1e6));
    };
    FaceBox box;
    box.x = whole(face.x);
    box.y = whole(face.y);
    box.width = std::max<std::int64_t>(1, whole(face.width));
    box.height = std::max<std::int64_t>(1, whole(face.height));
    box.score_milli = std::clamp<std::int64_t>(whole(face.score * 1000), 0, 1000);
    box.sure = face.score >= sure_score;
    return box;
}

Result<std::vector<FaceBox>> boxes_in(FaceReader& reader, const Frame& picture) {
    SMOS_TRY(const std::vector<Face> faces, reader.find(to_rgb(picture)));
    std::vector<FaceBox> boxes;
    for (const Face& face : faces)
        if (face.flaw != "implausible")
            boxes.push_back(box_of(face));
    return boxes;
}

/// 16 x 9 samples of each plane.
using Thumbnail = std::array<std::uint8_t, 16 * 9 * 3>;

Thumbnail thumbnail_of(const Frame& picture) {
    Thumbnail thumbnail{};
    std::size_t at = 0;
    const auto plane = [&](const std::uint8_t* from, int width, int height, int stride) {
        for (int row = 0; row < 9; ++row)
            for (int column = 0; column < 16; ++column) {
                const int x = width * (2 * column + 1) / 32, y = height * (2 * row + 1) / 18;
                thumbnail[at++] = from[static_cast<std::ptrdiff_t>(y) * stride + x];
            }
    };
    plane(picture.y(), picture.width_px, picture.height_px, picture.y_stride());
    plane(picture.u(), picture.chroma_width(), picture.chroma_height(), picture.uv_stride());
    plane(picture.v(), picture.chroma_width(), picture.chroma_height(), picture.uv_stride());
    return thumbnail;
}

std::int64_t difference(const Thumbnail& a, const Thumbnail& b) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += std::abs(int{a[i]} - int{b[i]});
    return sum * 3 / static_cast<std::int64_t>(a.size());
}

/// Finds hard cuts: a picture that differs from the last far more than those before it did.
class CutWatch {
  public:
    bool see(const Frame& picture) {
        const Thumbnail now = thumbnail_of(picture);
        if (!started_) {
            last_ = now;
            started_ = true;
            return false;
        }
        const std::int64_t off = difference(now, last_);
        last_ = now;
        const bool cut = off >= least_cut && off >= cut_over_usual * usual_;
        usual_ = cut ? 0 : (3 * usual_ + off + 2) / 4;
        return cut;
    }

  private:
    Thumbnail last_{};
    std::int64_t usual_ = 0;
    bool started_ = false;
};

/// Reads a video along an item.
class Watching {
  public:
    Watching(FaceReader& reader, VideoSource& source) : reader_(reader), source_(source) {}

    Result<std::vector<FaceSample>>
    samples(const records::TimelineItem& item, const records::Rational& rate, FaceView& view) {
        const std::int64_t step = look_step(rate);
        std::vector<FaceSample> samples;
        for (std::int64_t frame = 0; frame < item.dur.value; ++frame) {
            const LayerPlan plan = plan_layer(item, item.at.value + frame);
            SMOS_TRY(const SourcePicture picture,
                     source_.at({plan.source_at.num * rate.den, plan.source_at.den * rate.num}));
            const bool cut = picture.index != index_ && cuts_.see(picture.layer->colour);
            index_ = picture.index;
            view.cuts += cut;
            if (!cut && frame % step != 0 && frame + 1 != item.dur.value)
                continue;
            SMOS_CHECK(look(picture, view));
            samples.push_back({frame, boxes_, cut});
        }
        return samples;
    }

  private:
    Result<void> look(const SourcePicture& picture, FaceView& view) {
        if (picture.index == looked_at_)
            return {};
        SMOS_TRY(boxes_, boxes_in(reader_, picture.layer->colour));
        looked_at_ = picture.index;
        ++view.looked;
        view.with_face += !boxes_.empty();
        return {};
    }

    FaceReader& reader_;
    VideoSource& source_;
    CutWatch cuts_;
    std::vector<FaceBox> boxes_;
    std::int64_t index_ = -1;
    std::int64_t looked_at_ = -1;
};

} // namespace

Result<FaceView> face_view(FaceReader& reader,
                           const std::string& path,
                           bool is_video,
                           const records::TimelineItem& item,
                           kernels::Size canvas,
                           const records::Rational& rate) {
    FaceView view;
    std::vector<FaceSample> samples;
    if (is_video) {
        SMOS_TRY(const std::unique_ptr<VideoSource> source, VideoSource::open(path));
        view.source = {source->info().width_px, source->info().height_px};
        SMOS_TRY(samples, Watching(reader, *source).samples(item, rate, view));
    } else {
        SMOS_TRY(const Layer layer, load_layer(path));
        view.source = {layer.colour.width_px, layer.colour.height_px};
        SMOS_TRY(std::vector<FaceBox> boxes, boxes_in(reader, layer.colour));
        view.looked = 1;
        view.with_face = !boxes.empty();
        samples.push_back({0, std::move(boxes), false});
    }
    view.path = crop_path(samples, item, view.source, canvas, rate);
    return view;
}

} // namespace smos::media
