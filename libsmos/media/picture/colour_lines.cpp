// SPDX-License-Identifier: Apache-2.0
// Rows of FFmpeg pictures of any software pixel format as 16-bit codes.
#include "libsmos/media/picture/colour_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <numeric>

namespace smos::media {
namespace {

constexpr int code_matrix_bits = 30;

std::int64_t rounded_coefficient(double value) {
    const double scaled = value * static_cast<double>(std::int64_t{1} << code_matrix_bits);
    return static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

int floor_divide(int value, int by) { return value >= 0 ? value / by : -((-value + by - 1) / by); }

/// Every code of `depth` bits as 0..65535.
std::vector<std::uint16_t> level_table(int depth, bool full_range) {
    const std::int64_t count = std::int64_t{1} << depth;
    const std::int64_t black = full_range ? 0 : std::int64_t{16} * count / 256;
    const std::int64_t white = full_range ? count - 1 : std::int64_t{235} * count / 256;
    const std::int64_t span = white - black;
    std::vector<std::uint16_t> table(static_cast<std::size_t>(count));
    for (std::int64_t code = 0; code < count; ++code) {
        const std::int64_t inside = std::clamp(code, black, white) - black;
        table[static_cast<std::size_t>(code)] =
            static_cast<std::uint16_t>((inside * 65535 + span / 2) / span);
    }
    return table;
}

std::optional<Matrix3> rgb_of_luma_weights(double red, double blue) {
    const double green = 1 - red - blue;
    return Matrix3{{{1, 0, 2 * (1 - red)},
                    {1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green},
                    {1, 2 * (1 - blue), 0}}};
}

} // namespace

std::optional<Matrix3> rgb_of_ycc(AVColorSpace matrix) {
    switch (matrix) {
    case AVCOL_SPC_BT709:
        return rgb_of_luma_weights(0.2126, 0.0722);
    case AVCOL_SPC_FCC:
        return rgb_of_luma_weights(0.30, 0.11);
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
        return rgb_of_luma_weights(0.299, 0.114);
    case AVCOL_SPC_SMPTE240M:
        return rgb_of_luma_weights(0.212, 0.087);
    case AVCOL_SPC_BT2020_NCL:
        return rgb_of_luma_weights(0.2627, 0.0593);
    case AVCOL_SPC_YCGCO:
        return Matrix3{{{1, -1, 1}, {1, 1, 0}, {1, -1, -1}}};
    default:
        return std::nullopt;
    }
}

std::vector<ChromaTap>
chroma_taps(int count, int step2, int offset2, int scale, int site2, int source_count) {
    std::vector<ChromaTap> taps(static_cast<std::size_t>(count));
    const bool thins_out = scale == 1 && step2 == 4;
    for (int i = 0; i < count; ++i) {
        ChromaTap& tap = taps[static_cast<std::size_t>(i)];
        const int eighths = (step2 * i + offset2 - site2) * 4 / scale;
        int first = floor_divide(eighths, 8);
        const int part = eighths - 8 * first;
        tap.weight = {8 - part, part, 0};
        if (thins_out && part == 0) {
            --first;
            tap.weight = {2, 4, 2};
        }
        for (int k = 0; k < 3; ++k)
            tap.at[static_cast<std::size_t>(k)] = std::clamp(first + k, 0, source_count - 1);
    }
    return taps;
}

std::optional<PictureLines> PictureLines::of(const AVFrame& picture) {
    const AVPixFmtDescriptor* format =
        av_pix_fmt_desc_get(static_cast<AVPixelFormat>(picture.format));
    constexpr std::uint64_t unreadable =
        AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;
    if (format == nullptr || (format->flags & unreadable) != 0 || format->comp[0].depth > 16 ||
        std::strncmp(format->name, "xyz", 3) == 0)
        return std::nullopt;
    return PictureLines{picture, *format};
}

PictureLines::PictureLines(const AVFrame& picture, const AVPixFmtDescriptor& format)
    : picture_(&picture),
      format_(&format),
      rgb_((format.flags & AV_PIX_FMT_FLAG_RGB) != 0),
      grey_(format.nb_components <= 2),
      alpha_((format.flags & AV_PIX_FMT_FLAG_ALPHA) != 0),
      palette_((format.flags & AV_PIX_FMT_FLAG_PAL) != 0) {
    if (palette_) {
        rgb_ = true;
        grey_ = false;
        alpha_ = true;
    }
}

void PictureLines::read(int component, int row, std::vector<std::uint16_t>& codes) const {
    const bool chroma = !rgb_ && !grey_ && (component == 1 || component == 2);
    const int width_px = chroma ? chroma_width() : width();
    codes.resize(static_cast<std::size_t>(width_px));
    const AVComponentDescriptor& place = format_->comp[component];
    const std::uint8_t* const planes[4] = {
        picture_->data[0], picture_->data[1], picture_->data[2], picture_->data[3]};
    const bool bytes = place.depth == 8 && place.shift == 0 &&
                       (format_->flags & (AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BE)) == 0;
    if (bytes) {
        const std::uint8_t* from = planes[place.plane] +
                                   std::ptrdiff_t{row} * picture_->linesize[place.plane] +
                                   place.offset;
        if (place.step == 1) {
            std::copy_n(from, width_px, codes.begin());
            return;
        }
        for (int x = 0; x < width_px; ++x)
            codes[static_cast<std::size_t>(x)] = from[std::ptrdiff_t{x} * place.step];
        return;
    }
    const int strides[4] = {
        picture_->linesize[0], picture_->linesize[1], picture_->linesize[2], picture_->linesize[3]};
    const AVPixFmtDescriptor* format = format_;
    const std::uint8_t* data[4] = {planes[0], planes[1], planes[2], planes[3]};
    av_read_image_line2(codes.data(), data, strides, format, 0, row, component, width_px, 0, 2);
    // Bit patterns of "white is 0" come as they are stored.
    if (picture_->format == AV_PIX_FMT_MONOWHITE) {
        for (std::uint16_t& code : codes)
            code = code == 0 ? 1 : 0;
    }
}

void PictureLines::read_palette(int row, std::array<std::vector<std::uint16_t>, 4>& rgba) const {
    const std::uint8_t* from = picture_->data[0] + std::ptrdiff_t{row} * picture_->linesize[0];
    for (auto& line : rgba)
        line.resize(static_cast<std::size_t>(width()));
    for (std::size_t x = 0; x < rgba[0].size(); ++x) {
        std::uint32_t argb = 0; // in the machine's byte order
        std::memcpy(&argb, picture_->data[1] + std::size_t{4} * from[x], sizeof argb);
        rgba[0][x] = argb >> 16U & 255U;
        rgba[1][x] = argb >> 8U & 255U;
        rgba[2][x] = argb & 255U;
        rgba[3][x] = static_cast<std::uint16_t>(argb >> 24U);
    }
}

void mix_lines(const PictureLines& lines,
               int component,
               const ChromaTap& tap,
               std::vector<std::uint16_t>& line,
               std::vector<std::int32_t>& sums) {
    sums.assign(static_cast<std::size_t>(lines.chroma_width()), 0);
    for (std::size_t k = 0; k < 3; ++k) {
        if (tap.weight[k] == 0)
            continue;
        lines.read(component, tap.at[k], line);
        for (std::size_t x = 0; x < sums.size(); ++x)
            sums[x] += tap.weight[k] * line[x];
    }
}

RgbRows::RgbRows(const PictureLines& lines, const PictureCodes& codes) : lines_(lines) {
    const int depth = lines.depth(0);
    for (int i = 0; i < (lines.is_grey() || lines.has_palette() ? 1 : 3); ++i)
        levels_[static_cast<std::size_t>(i)] = level_table(lines.depth(i), codes.full_range);
    if (lines.has_alpha())
        alpha_levels_ =
            level_table(lines.has_palette() ? 8 : lines.depth(lines.alpha_index()), true);
    if (lines.is_rgb() || lines.is_grey())
        return;
    const int scale_x = lines.chroma_scale_x(), scale_y = lines.chroma_scale_y();
    columns_ = chroma_taps(
        lines.width(), 2, 0, scale_x, scale_x == 1 ? 0 : codes.site.x2, lines.chroma_width());
    rows_ = chroma_taps(
        lines.height(), 2, 0, scale_y, scale_y == 1 ? 0 : codes.site.y2, lines.chroma_height());
    const double count = static_cast<double>(1 << depth);
    const double luma_span = codes.full_range ? count - 1 : 219 * count / 256;
    const double chroma_span = codes.full_range ? count - 1 : 224 * count / 256;
    luma_zero_ = codes.full_range ? 0 : (std::int64_t{16} << depth) / 256;
    chroma_zero_ = (std::int64_t{64} << depth) / 2; // chroma comes 64-fold
    const Matrix3 matrix = rgb_of_ycc(codes.matrix).value_or(identity3);
    for (std::size_t i = 0; i < 3; ++i) {
        matrix_[i][0] = rounded_coefficient(matrix[i][0] * 65535 / luma_span);
        matrix_[i][1] = rounded_coefficient(matrix[i][1] * 65535 / chroma_span / 64);
        matrix_[i][2] = rounded_coefficient(matrix[i][2] * 65535 / chroma_span / 64);
    }
}

void RgbRows::read(int row, std::array<std::vector<std::uint16_t>, 4>& rgba) {
    if (lines_.has_palette()) {
        lines_.read_palette(row, rgba);
        for (auto& line : rgba) {
            for (std::uint16_t& code : line)
                code = alpha_levels_[std::min(std::size_t{code}, alpha_levels_.size() - 1)];
        }
        return;
    }
    if (lines_.is_rgb() || lines_.is_grey())
        read_planar(row, rgba);
    else
        read_ycc(row, rgba);
    if (lines_.has_alpha()) {
        lines_.read(lines_.alpha_index(), row, rgba[3]);
        for (std::uint16_t& code : rgba[3])
            code = alpha_levels_[std::min(std::size_t{code}, alpha_levels_.size() - 1)];
    } else {
        rgba[3].assign(static_cast<std::size_t>(lines_.width()), 65535);
    }
}

void RgbRows::read_planar(int row, std::array<std::vector<std::uint16_t>, 4>& rgba) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (lines_.is_grey() && i > 0) {
            rgba[i] = rgba[0];
            continue;
        }
        lines_.read(static_cast<int>(i), row, rgba[i]);
        for (std::uint16_t& code : rgba[i])
            code = levels_[i][std::min(std::size_t{code}, levels_[i].size() - 1)];
    }
}

void RgbRows::read_ycc(int row, std::array<std::vector<std::uint16_t>, 4>& rgba) {
    constexpr std::int64_t half = std::int64_t{1} << (code_matrix_bits - 1);
    lines_.read(0, row, luma_);
    const ChromaTap& down = rows_[static_cast<std::size_t>(row)];
    mix_lines(lines_, 1, down, line_, chroma_[0]);
    mix_lines(lines_, 2, down, line_, chroma_[1]);
    for (std::size_t i = 0; i < 3; ++i)
        rgba[i].resize(luma_.size());
    for (std::size_t x = 0; x < luma_.size(); ++x) {
        const ChromaTap& tap = columns_[x];
        std::int64_t ycc[3] = {luma_[x] - luma_zero_, -chroma_zero_, -chroma_zero_};
        for (std::size_t k = 0; k < 2; ++k) {
            ycc[1] += tap.weight[k] * chroma_[0][static_cast<std::size_t>(tap.at[k])];
            ycc[2] += tap.weight[k] * chroma_[1][static_cast<std::size_t>(tap.at[k])];
        }
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& k = matrix_[i];
            const std::int64_t sum = k[0] * ycc[0] + k[1] * ycc[1] + k[2] * ycc[2] + half;
            rgba[i][x] = static_cast<std::uint16_t>(
                std::clamp<std::int64_t>(sum >> code_matrix_bits, 0, 65535));
        }
    }
}

} // namespace smos::media
