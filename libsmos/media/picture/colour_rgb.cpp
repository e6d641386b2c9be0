// SPDX-License-Identifier: Apache-2.0
// R'G'B' rows to planar BT.709 with straight alpha.
#include "libsmos/media/picture/colour_rgb.hpp"

#include <algorithm>
#include <cstddef>

namespace smos::media {
namespace {

constexpr int rgb_bits = 40;
constexpr int fine_bits = 8; // chroma is kept in 256ths of an 8-bit code until it is averaged

/// 16-bit R'G'B' to Y'CbCr of BT.709 limited (ITU-R BT.709-6), in 8-bit codes times 2^40.
class LimitedYcc {
  public:
    LimitedYcc() {
        const Matrix3 matrix = *inverse(*rgb_of_ycc(AVCOL_SPC_BT709));
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                const double value = matrix[i][j] * (i == 0 ? 219.0 : 224.0) / 65535 *
                                     static_cast<double>(std::int64_t{1} << rgb_bits);
                matrix_[i][j] = static_cast<std::int64_t>(value < 0 ? value - 0.5 : value + 0.5);
            }
        }
    }
    std::uint8_t luma(const std::uint16_t* rgb) const {
        return static_cast<std::uint8_t>(rounded(sum(0, rgb), rgb_bits) + 16);
    }
    /// Component 1 or 2 in 256ths.
    std::int32_t chroma(std::size_t component, const std::uint16_t* rgb) const {
        return static_cast<std::int32_t>(rounded(sum(component, rgb), rgb_bits - fine_bits)) +
               (128 << fine_bits);
    }

  private:
    std::int64_t sum(std::size_t i, const std::uint16_t* rgb) const {
        return matrix_[i][0] * rgb[0] + matrix_[i][1] * rgb[1] + matrix_[i][2] * rgb[2];
    }
    static std::int64_t rounded(std::int64_t value, int bits) {
        return (value + (std::int64_t{1} << (bits - 1))) >> bits;
    }
    std::array<std::array<std::int64_t, 3>, 3> matrix_{};
};

/// The last rows in full resolution, as many as one row of chroma looks at.
class RgbPicture {
  public:
    RgbPicture(const PictureLines& lines, const StoredSite& target, Layer& layer)
        : layer_(layer),
          width_(static_cast<std::size_t>(lines.width())),
          columns_(chroma_taps((lines.width() + 1) / 2, 4, target.x2, 1, 0, lines.width())),
          rows_(chroma_taps((lines.height() + 1) / 2, 4, target.y2, 1, 0, lines.height())) {
        for (Row& row : ring_) {
            row.u.resize(width_);
            row.v.resize(width_);
            row.alpha.resize(width_);
        }
    }

    void add(int y, const std::array<std::vector<std::uint16_t>, 4>& rgba) {
        Frame& frame = layer_.colour;
        const std::ptrdiff_t at = std::ptrdiff_t{y} * frame.y_stride();
        Row& row = row_of(y);
        for (std::size_t x = 0; x < width_; ++x) {
            const std::uint16_t rgb[3] = {rgba[0][x], rgba[1][x], rgba[2][x]};
            frame.y()[at + static_cast<std::ptrdiff_t>(x)] = ycc_.luma(rgb);
            row.u[x] = ycc_.chroma(1, rgb);
            row.v[x] = ycc_.chroma(2, rgb);
        }
        row.alpha = rgba[3];
        if (!layer_.alpha.empty()) {
            std::uint8_t* out = layer_.alpha.data() + at;
            for (const std::uint16_t alpha : row.alpha)
                *out++ = static_cast<std::uint8_t>((alpha * 255U + 32767U) / 65535U);
        }
        emit_up_to(y);
    }

  private:
    struct Row {
        std::vector<std::int32_t> u, v;
        std::vector<std::uint16_t> alpha;
    };

    Row& row_of(int y) { return ring_[static_cast<std::size_t>(y) % ring_.size()]; }

    /// All rows of chroma that need no row below y.
    void emit_up_to(int y) {
        for (; next_ < layer_.colour.chroma_height(); ++next_) {
            const ChromaTap& tap = rows_[static_cast<std::size_t>(next_)];
            for (std::size_t k = 0; k < 3; ++k) {
                if (tap.weight[k] != 0 && tap.at[k] > y)
                    return;
            }
            emit(tap);
        }
    }

    /// Without alpha: rows first, then columns, weights of 8 by 8.
    void emit_opaque(const ChromaTap& down) {
        const std::ptrdiff_t at = std::ptrdiff_t{next_} * layer_.colour.uv_stride();
        for (const bool blue : {true, false}) {
            sums_.assign(width_, 0);
            for (std::size_t k = 0; k < 3; ++k) {
                if (down.weight[k] == 0)
                    continue;
                const Row& row = row_of(down.at[k]);
                const std::vector<std::int32_t>& line = blue ? row.u : row.v;
                for (std::size_t x = 0; x < width_; ++x)
                    sums_[x] += down.weight[k] * line[x];
            }
            std::uint8_t* out = (blue ? layer_.colour.u() : layer_.colour.v()) + at;
            for (const ChromaTap& tap : columns_) {
                std::int32_t sum = 0;
                for (std::size_t k = 0; k < 3; ++k)
                    sum += tap.weight[k] * sums_[static_cast<std::size_t>(tap.at[k])];
                *out++ = mean(sum, 64);
            }
        }
    }

    void emit(const ChromaTap& down) {
        if (layer_.alpha.empty()) {
            emit_opaque(down);
            return;
        }
        const std::ptrdiff_t at = std::ptrdiff_t{next_} * layer_.colour.uv_stride();
        for (std::size_t x = 0; x < columns_.size(); ++x) {
            std::int64_t u = 0, v = 0, plain_u = 0, plain_v = 0, weights = 0;
            for (std::size_t k = 0; k < 9; ++k) {
                const std::int64_t weight = down.weight[k / 3] * columns_[x].weight[k % 3];
                if (weight == 0)
                    continue;
                const Row& row = row_of(down.at[k / 3]);
                const auto column = static_cast<std::size_t>(columns_[x].at[k % 3]);
                const std::int64_t share = weight * row.alpha[column];
                u += share * row.u[column];
                v += share * row.v[column];
                plain_u += weight * row.u[column];
                plain_v += weight * row.v[column];
                weights += share;
            }
            const auto place = at + static_cast<std::ptrdiff_t>(x);
            layer_.colour.u()[place] = weights > 0 ? mean(u, weights) : mean(plain_u, 64);
            layer_.colour.v()[place] = weights > 0 ? mean(v, weights) : mean(plain_v, 64);
        }
    }

    static std::uint8_t mean(std::int64_t sum, std::int64_t weights) {
        const std::int64_t divisor = weights << fine_bits;
        return static_cast<std::uint8_t>(
            std::clamp<std::int64_t>((sum + divisor / 2) / divisor, 0, 255));
    }

    Layer& layer_;
    std::size_t width_;
    std::vector<ChromaTap> columns_, rows_;
    std::array<Row, 4> ring_;
    std::vector<std::int32_t> sums_;
    LimitedYcc ycc_;
    int next_ = 0;
};

} // namespace

void convert_rgb(const PictureLines& lines,
                 const PictureCodes& codes,
                 const ColourTransform* transform,
                 const StoredSite& target,
                 Layer& layer) {
    if (lines.has_alpha())
        layer.alpha.assign(layer.colour.y_size(), 0);
    RgbRows rows(lines, codes);
    RgbPicture picture(lines, target, layer);
    std::array<std::vector<std::uint16_t>, 4> rgba;
    for (int y = 0; y < lines.height(); ++y) {
        rows.read(y, rgba);
        if (transform != nullptr)
            transform->apply(rgba[0].data(), rgba[1].data(), rgba[2].data(), lines.width());
        picture.add(y, rgba);
    }
}

} // namespace smos::media
