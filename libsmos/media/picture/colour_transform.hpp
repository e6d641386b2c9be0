// SPDX-License-Identifier: Apache-2.0
// RGB of any primaries and curve to RGB of BT.709, through integer tables.
#pragma once

#include "libsmos/media/picture/colour_curve.hpp"
#include "libsmos/media/picture/colour_math.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace smos::media {

/// What a ColourTransform is built from.
struct ColourRecipe {
    enum class Target { srgb, bt1886 }; ///< the curve of the codes that come out
    std::array<Curve, 3> to_light;
    Matrix3 to_bt709 = identity3; ///< on linear light
    Target target = Target::srgb;
    /// Brightest light in SDR whites; above 1 all light is tone-mapped by tone_mapped() on its
    /// greatest component before the matrix.
    double peak = 1;
    /// The curves give HLG scene light: BT.2100's OOTF for a display of 1000 cd/m2 comes first.
    bool hlg = false;
};

/// Codes are 0..65535. Light above 1 or below 0 after the matrix is cut off component by component.
/// Within 0.06 of an 8-bit level of the same formulas in double precision.
class ColourTransform {
  public:
    explicit ColourTransform(const ColourRecipe& recipe);

    /// In place, `count` pixels.
    void apply(std::uint16_t* red, std::uint16_t* green, std::uint16_t* blue, int count) const;

    /// No colour of a 17x17x17 grid moves by more than half an 8-bit level.
    bool is_identity() const;

  private:
    using LightTable = std::vector<std::int32_t>;

    /// 0..1 in two steps: one entry per 2^-24 up to 2^-8, one per 2^-16 above.
    template <typename T>
    struct Fine {
        std::vector<T> dark, bright;
        T at(std::int64_t light) const;
    };

    void show_hlg(std::array<std::int64_t, 3>& light) const;
    void tone_map(std::array<std::int64_t, 3>& light) const;

    std::array<std::shared_ptr<const LightTable>, 3> to_light_;
    std::array<std::array<std::int64_t, 3>, 3> matrix_{};
    Fine<std::uint16_t> to_code_;
    Fine<std::int32_t> hlg_gain_;     // empty: no HLG
    std::vector<std::int32_t> share_; // of light that tone mapping leaves; empty: none
};

} // namespace smos::media
