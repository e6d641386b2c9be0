// SPDX-License-Identifier: Apache-2.0
// Rows of FFmpeg pictures of any software pixel format as 16-bit codes. Private to libsmos/media.
#pragma once

#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/picture/colour_math.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace smos::media {

/// Where chroma samples sit, in halves of a luma pixel from the first luma sample they belong to.
struct ChromaSite {
    int x2 = 0;
    int y2 = 1;
};

/// How a picture's codes are meant.
struct PictureCodes {
    AVColorSpace matrix = AVCOL_SPC_BT709; ///< of Y'CbCr; one that rgb_of_ycc() knows
    bool full_range = false;
    ChromaSite site; ///< of subsampled chroma
};

/// R'G'B' 0..1 of Y' 0..1 and two colour differences -0.5..0.5. Nothing for matrices that are not
/// linear or unknown.
std::optional<Matrix3> rgb_of_ycc(AVColorSpace matrix);

/// Up to three samples and their weights, which sum to 8.
struct ChromaTap {
    std::array<std::int32_t, 3> at{};
    std::array<std::int32_t, 3> weight{};
};

/// The taps for sample i = 0.. at luma position (step2 * i + offset2) / 2, out of `source_count`
/// samples that are `scale` luma pixels apart and start at site2 / 2. Linear between samples; where
/// two source samples meet in one (scale 1, step2 4) the triangle 1 2 1 or the mean of two.
std::vector<ChromaTap>
chroma_taps(int count, int step2, int offset2, int scale, int site2, int source_count);

/// Rows of one decoded picture, which outlives this.
class PictureLines {
  public:
    /// Nothing for formats that hold floats, XYZ or Bayer patterns, or live on a device.
    static std::optional<PictureLines> of(const AVFrame& picture);

    bool is_rgb() const { return rgb_; }
    bool is_grey() const { return grey_; }
    bool has_alpha() const { return alpha_; }
    bool has_palette() const { return palette_; }
    int depth(int component) const { return format_->comp[component].depth; }
    int chroma_scale_x() const { return 1 << format_->log2_chroma_w; }
    int chroma_scale_y() const { return 1 << format_->log2_chroma_h; }
    int width() const { return picture_->width; }
    int height() const { return picture_->height; }
    int chroma_width() const { return AV_CEIL_RSHIFT(width(), format_->log2_chroma_w); }
    int chroma_height() const { return AV_CEIL_RSHIFT(height(), format_->log2_chroma_h); }
    /// Which component is alpha.
    int alpha_index() const { return format_->nb_components - 1; }

    /// Raw codes of one component: 0, 1, 2 are R G B or Y U V; not for palettes.
    void read(int component, int row, std::vector<std::uint16_t>& codes) const;
    /// A palette's row, as 8-bit codes.
    void read_palette(int row, std::array<std::vector<std::uint16_t>, 4>& rgba) const;

  private:
    PictureLines(const AVFrame& picture, const AVPixFmtDescriptor& format);

    const AVFrame* picture_;
    const AVPixFmtDescriptor* format_;
    bool rgb_, grey_, alpha_, palette_;
};

/// The picture as rows of R'G'B' and alpha, 0..65535, chroma interpolated to every pixel.
class RgbRows {
  public:
    RgbRows(const PictureLines& lines, const PictureCodes& codes);
    /// Four rows of the picture's width; alpha is 65535 where there is none.
    void read(int row, std::array<std::vector<std::uint16_t>, 4>& rgba);

  private:
    void read_planar(int row, std::array<std::vector<std::uint16_t>, 4>& rgba);
    void read_ycc(int row, std::array<std::vector<std::uint16_t>, 4>& rgba);

    const PictureLines& lines_;
    std::array<std::vector<std::uint16_t>, 3> levels_; // of the codes of R, G, B; grey is the first
    std::vector<std::uint16_t> alpha_levels_;
    std::vector<ChromaTap> columns_, rows_;
    std::array<std::array<std::int64_t, 3>, 3> matrix_{}; // 2^-30
    std::int64_t luma_zero_ = 0, chroma_zero_ = 0;
    std::vector<std::uint16_t> luma_, line_;
    std::array<std::vector<std::int32_t>, 2> chroma_;
};

/// One row of chroma as 8 times its codes, mixed from the rows of `tap`.
void mix_lines(const PictureLines& lines,
               int component,
               const ChromaTap& tap,
               std::vector<std::uint16_t>& line,
               std::vector<std::int32_t>& sums);

} // namespace smos::media
