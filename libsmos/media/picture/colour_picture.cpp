// SPDX-License-Identifier: Apache-2.0
// Decoded pictures of any pixel format as layers.
#include "libsmos/media/picture/colour_picture.hpp"

#include "libsmos/media/picture/colour_rgb.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace smos::media {
namespace {

constexpr int ycc_bits = 30;

std::int64_t ycc_coefficient(double value) {
    const double scaled = value * static_cast<double>(std::int64_t{1} << ycc_bits);
    return static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

std::uint8_t byte_of(std::int64_t sum) {
    constexpr std::int64_t half = std::int64_t{1} << (ycc_bits - 1);
    return static_cast<std::uint8_t>(std::clamp<std::int64_t>((sum + half) >> ycc_bits, 0, 255));
}

/// Y'CbCr to Y'CbCr, linear: new = matrix * (old - zero), in 8-bit codes times 2^30.
class YccPicture {
  public:
    YccPicture(const PictureLines& lines, const PictureCodes& codes, const StoredSite& target)
        : lines_(lines) {
        const int depth = lines.depth(0);
        const double count = static_cast<double>(1 << depth);
        const double luma_span = codes.full_range ? count - 1 : 219 * count / 256;
        const double chroma_span = codes.full_range ? count - 1 : 224 * count / 256;
        luma_zero_ = codes.full_range ? 0 : (std::int64_t{16} << depth) / 256;
        chroma_zero_ = (std::int64_t{64} << depth) / 2;
        const Matrix3 to_709 = product(*inverse(*rgb_of_ycc(AVCOL_SPC_BT709)),
                                       rgb_of_ycc(codes.matrix).value_or(identity3));
        for (std::size_t i = 0; i < 3; ++i) {
            const double scale = i == 0 ? 219 : 224;
            // Luma's share in colour differences is 0 but for rounding.
            matrix_[i][0] = i == 0 ? ycc_coefficient(scale / luma_span) : 0;
            for (std::size_t j = 1; j < 3; ++j) {
                const bool same = codes.matrix == AVCOL_SPC_BT709;
                const double share = same ? (i == j ? 1.0 : 0.0) : to_709[i][j];
                matrix_[i][j] = ycc_coefficient(share * scale / chroma_span / 64);
            }
        }
        make_taps(codes, target);
        make_levels(depth);
    }

    void convert(Layer& layer) {
        for (int row = 0; row < lines_.height(); ++row)
            luma_row(row, layer.colour.y() + std::ptrdiff_t{row} * layer.colour.y_stride());
        for (int row = 0; row < layer.colour.chroma_height(); ++row) {
            const std::ptrdiff_t at = std::ptrdiff_t{row} * layer.colour.uv_stride();
            chroma_row(row, layer.colour.u() + at, layer.colour.v() + at);
        }
    }

  private:
    void make_taps(const PictureCodes& codes, const StoredSite& target) {
        const int scale_x = lines_.chroma_scale_x(), scale_y = lines_.chroma_scale_y();
        const int site_x = scale_x == 1 ? 0 : codes.site.x2;
        const int site_y = scale_y == 1 ? 0 : codes.site.y2;
        doubles_ = scale_x == 2 && site_x == 0;
        const int width = lines_.chroma_width(), height = lines_.chroma_height();
        up_columns_ = chroma_taps(lines_.width(), 2, 0, scale_x, site_x, width);
        up_rows_ = chroma_taps(lines_.height(), 2, 0, scale_y, site_y, height);
        columns_ = chroma_taps((lines_.width() + 1) / 2, 4, target.x2, scale_x, site_x, width);
        rows_ = chroma_taps((lines_.height() + 1) / 2, 4, target.y2, scale_y, site_y, height);
    }

    /// 64 times the colour difference at each tap.
    void across(const std::vector<std::int32_t>& sums,
                const std::vector<ChromaTap>& taps,
                std::vector<std::int32_t>& out) const {
        out.resize(taps.size());
        const auto zero = static_cast<std::int32_t>(chroma_zero_);
        const bool direct = is_direct(taps, sums.size());
        for (std::size_t x = 0; direct && x < out.size(); ++x)
            out[x] = 8 * sums[x] - zero;
        if (direct)
            return;
        std::size_t x = 0;
        // Luma columns by turns on a sample and between two.
        for (; doubles_ && taps.size() > sums.size() && x + 2 < out.size(); x += 2) {
            const std::int32_t left = sums[x / 2], right = sums[x / 2 + 1];
            out[x] = 8 * left - zero;
            out[x + 1] = 4 * (left + right) - zero;
        }
        if (x == 0 && is_halved(taps, sums.size())) {
            out[0] = tapped(taps[0], sums) - zero;
            const std::int32_t* from = sums.data();
            for (x = 1; 2 * x + 1 < sums.size(); ++x)
                out[x] = 2 * (from[2 * x - 1] + 2 * from[2 * x] + from[2 * x + 1]) - zero;
        }
        for (; x < out.size(); ++x)
            out[x] = tapped(taps[x], sums) - zero;
    }

    static std::int32_t tapped(const ChromaTap& tap, const std::vector<std::int32_t>& sums) {
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < 3; ++k)
            sum += tap.weight[k] * sums[static_cast<std::size_t>(tap.at[k])];
        return sum;
    }

    /// Every second sample, with a quarter of each neighbour.
    static bool is_halved(const std::vector<ChromaTap>& taps, std::size_t count) {
        return taps.size() == (count + 1) / 2 && taps.size() > 1 && taps[1].weight[0] == 2 &&
               taps[1].at[1] == 2;
    }

    /// Every sample is taken as it stands.
    static bool is_direct(const std::vector<ChromaTap>& taps, std::size_t count) {
        return taps.size() == count && taps.front().weight[0] == 8 && taps.back().weight[0] == 8;
    }

    void luma_row(int row, std::uint8_t* out) {
        lines_.read(0, row, luma_);
        if (matrix_[0][1] == 0 && matrix_[0][2] == 0) {
            for (std::size_t x = 0; x < luma_.size(); ++x)
                out[x] = levels_[luma_[x]];
            return;
        }
        const ChromaTap& tap = up_rows_[static_cast<std::size_t>(row)];
        mix_lines(lines_, 1, tap, line_, blue_);
        mix_lines(lines_, 2, tap, line_, red_);
        across(blue_, up_columns_, blue_across_);
        across(red_, up_columns_, red_across_);
        const std::int64_t first = (std::int64_t{16} << ycc_bits) - matrix_[0][0] * luma_zero_;
        const auto [y, u, v] = matrix_[0];
        const std::uint16_t* const luma = luma_.data();
        const std::int32_t* const blue = blue_across_.data();
        const std::int32_t* const red = red_across_.data();
        for (std::size_t x = 0, count = luma_.size(); x < count; ++x)
            out[x] = byte_of(first + y * luma[x] + u * blue[x] + v * red[x]);
    }

    void chroma_row(int row, std::uint8_t* u, std::uint8_t* v) {
        const ChromaTap& tap = rows_[static_cast<std::size_t>(row)];
        mix_lines(lines_, 1, tap, line_, blue_);
        mix_lines(lines_, 2, tap, line_, red_);
        across(blue_, columns_, blue_across_);
        across(red_, columns_, red_across_);
        constexpr std::int64_t grey = std::int64_t{128} << ycc_bits;
        for (std::size_t x = 0; x < columns_.size(); ++x) {
            const std::int64_t blue = blue_across_[x], red = red_across_[x];
            u[x] = byte_of(grey + matrix_[1][1] * blue + matrix_[1][2] * red);
            v[x] = byte_of(grey + matrix_[2][1] * blue + matrix_[2][2] * red);
        }
    }

    /// What a luma code becomes where chroma has no share in it.
    void make_levels(int depth) {
        levels_.resize(std::size_t{1} << depth);
        for (std::size_t code = 0; code < levels_.size(); ++code) {
            const std::int64_t above = static_cast<std::int64_t>(code) - luma_zero_;
            levels_[code] = byte_of(matrix_[0][0] * above + (std::int64_t{16} << ycc_bits));
        }
    }

    const PictureLines& lines_;
    std::array<std::array<std::int64_t, 3>, 3> matrix_{};
    std::int64_t luma_zero_ = 0, chroma_zero_ = 0;
    std::vector<ChromaTap> up_columns_, up_rows_, columns_, rows_;
    std::vector<std::uint16_t> luma_, line_;
    std::vector<std::int32_t> blue_, red_, blue_across_, red_across_;
    std::vector<std::uint8_t> levels_;
    bool doubles_ = false;
};

void copy_rows(
    const AVFrame& picture, int plane, std::uint8_t* to, int stride, int width, int height) {
    for (int row = 0; row < height; ++row) {
        std::memcpy(to + std::ptrdiff_t{row} * stride,
                    picture.data[plane] + std::ptrdiff_t{row} * picture.linesize[plane],
                    static_cast<std::size_t>(width));
    }
}

/// Nothing to convert: 8 bits, 4:2:0, BT.709, limited, chroma where it belongs.
bool is_ready(const AVFrame& picture, const PictureCodes& codes, const StoredSite& target) {
    const bool planar =
        picture.format == AV_PIX_FMT_YUV420P || picture.format == AV_PIX_FMT_YUVA420P;
    return planar && codes.matrix == AVCOL_SPC_BT709 && !codes.full_range &&
           codes.site.x2 == target.x2 && codes.site.y2 == target.y2;
}

void copy_picture(const AVFrame& picture, Frame& frame) {
    copy_rows(picture, 0, frame.y(), frame.y_stride(), frame.width_px, frame.height_px);
    for (int plane = 1; plane <= 2; ++plane) {
        copy_rows(picture,
                  plane,
                  plane == 1 ? frame.u() : frame.v(),
                  frame.uv_stride(),
                  frame.chroma_width(),
                  frame.chroma_height());
    }
}

void read_alpha(const PictureLines& lines, Layer& layer) {
    const int greatest = (1 << lines.depth(lines.alpha_index())) - 1;
    layer.alpha.assign(layer.colour.y_size(), 0);
    std::vector<std::uint16_t> line;
    for (int row = 0; row < lines.height(); ++row) {
        lines.read(lines.alpha_index(), row, line);
        std::uint8_t* out = layer.alpha.data() + std::ptrdiff_t{row} * layer.colour.y_stride();
        for (const std::uint16_t code : line)
            *out++ = static_cast<std::uint8_t>((code * 255 + greatest / 2) / greatest);
    }
}

} // namespace

Result<Layer> layer_of_picture(const AVFrame& picture,
                               const PictureCodes& codes,
                               const ColourTransform* transform,
                               const StoredSite& target,
                               const std::string& where) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    if (!lines) {
        const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(picture.format));
        return Error{"unsupported_media",
                     fmt::format("its pixel format {} cannot be read", name ? name : "is unknown"),
                     where,
                     "convert it to yuv420p, yuv420p10 or rgba"};
    }
    Layer layer;
    layer.colour = Frame(picture.width, picture.height);
    const bool ycc = !lines->is_rgb() && !lines->is_grey();
    const bool full_colours = lines->has_alpha() && lines->chroma_scale_x() == 1;
    if (transform != nullptr || !ycc || full_colours) {
        convert_rgb(*lines, codes, transform, target, layer);
    } else {
        if (is_ready(picture, codes, target))
            copy_picture(picture, layer.colour);
        else
            YccPicture(*lines, codes, target).convert(layer);
        if (lines->has_alpha())
            read_alpha(*lines, layer);
    }
    bleed_colours(layer);
    return layer;
}

ChromaSite chroma_site(const AVFrame& picture, AVChromaLocation unspecified) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    const int width = format == nullptr ? 0 : (1 << format->log2_chroma_w) - 1;
    const int height = format == nullptr ? 0 : (1 << format->log2_chroma_h) - 1;
    const AVChromaLocation location =
        picture.chroma_location == AVCHROMA_LOC_UNSPECIFIED ? unspecified : picture.chroma_location;
    switch (location) {
    case AVCHROMA_LOC_CENTER:
        return {width, height};
    case AVCHROMA_LOC_TOPLEFT:
        return {0, 0};
    case AVCHROMA_LOC_TOP:
        return {width, 0};
    case AVCHROMA_LOC_BOTTOMLEFT:
        return {0, 2 * height};
    case AVCHROMA_LOC_BOTTOM:
        return {width, 2 * height};
    default:
        return {0, height};
    }
}

bool has_full_range(const AVFrame& picture) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    switch (picture.format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
        return true;
    default:
        break;
    }
    if (picture.color_range != AVCOL_RANGE_UNSPECIFIED)
        return picture.color_range == AVCOL_RANGE_JPEG;
    return lines && (lines->is_rgb() || lines->is_grey());
}

} // namespace smos::media
