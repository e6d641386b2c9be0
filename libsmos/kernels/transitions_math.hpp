// SPDX-License-Identifier: Apache-2.0
// Mixing by a mask, joining and the masks of transitions in fixed point: the only place where they
// are written.
#pragma once

#include "libsmos/kernels/colour_math.hpp"
#include "libsmos/kernels/compose_math.hpp"
#include "libsmos/kernels/transitions.hpp"

namespace smos::kernels {

struct MixFullOp {
    Source from;
    Source to;
    Target out;
    Source mask;
    std::uint16_t gain;

    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) = mix(from.at(x, y), to.at(x, y), mask_weight(mask.at(x, y), gain));
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(from);
        carrier.in(to);
        carrier.in(mask);
        carrier.out(out);
    }
};

struct MixHalfOp {
    Source from;
    Source to;
    Target out;
    Source mask;
    std::uint16_t gain;

    SMOS_HD void operator()(int x, int y) const {
        const int x1 = clamp_index(2 * x + 1, mask.width);
        const int y1 = clamp_index(2 * y + 1, mask.height);
        const int sum =
            mask.at(2 * x, 2 * y) + mask.at(x1, 2 * y) + mask.at(2 * x, y1) + mask.at(x1, y1);
        out.at(x, y) = mix(from.at(x, y), to.at(x, y), mask_weight_of_four(sum, gain));
    }
    // The same where all four are known to be inside.
    SMOS_HD void inside(int x, int y) const {
        const std::uint8_t* p = &mask.at(2 * x, 2 * y);
        const int sum = p[0] + p[1] + p[mask.pitch] + p[mask.pitch + 1];
        out.at(x, y) = mix(from.at(x, y), to.at(x, y), mask_weight_of_four(sum, gain));
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(from);
        carrier.in(to);
        carrier.in(mask);
        carrier.out(out);
    }
};

struct DipOp {
    Source shown;
    Target out;
    std::uint8_t colour;
    std::int16_t weight;

    SMOS_HD void operator()(int x, int y) const {
        out.at(x, y) = mix(shown.at(x, y), colour, weight);
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(shown);
        carrier.out(out);
    }
};

struct JoinOp {
    Source from;
    Source to;
    Target out;
    int from_x;
    int from_y;
    int to_x;
    int to_y;

    SMOS_HD static bool inside(const Source& plane, int x, int y) {
        return x >= 0 && y >= 0 && x < plane.width && y < plane.height;
    }
    SMOS_HD void operator()(int x, int y) const {
        if (inside(to, x - to_x, y - to_y)) {
            out.at(x, y) = to.at(x - to_x, y - to_y);
        } else if (inside(from, x - from_x, y - from_y)) {
            out.at(x, y) = from.at(x - from_x, y - from_y);
        }
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(from);
        carrier.in(to);
        carrier.out(out);
    }
};

// Lengths are in half pixels and 16 bits below: `edge` is how far the ramp's front has come.
struct WipeMaskOp {
    Target out;
    bool across;
    bool backwards; // the way begins at the right or lower side
    std::int64_t edge;
    std::int64_t ramp;

    SMOS_HD void operator()(int x, int y) const {
        const int length = across ? out.width : out.height;
        const int place = across ? x : y;
        const int passed = backwards ? length - 1 - place : place;
        const std::int64_t depth = edge - (std::int64_t{2 * passed + 1} << 16);
        const std::int64_t level =
            depth <= 0 ? 0 : (depth >= ramp ? 255 : (depth * 255 + ramp / 2) / ramp);
        out.at(x, y) = static_cast<std::uint8_t>(level);
    }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.out(out);
    }
};

struct MatteMaskOp {
    Source matte;
    Target out;
    std::uint8_t level[256]; // of the mask, for each of the matte

    SMOS_HD void operator()(int x, int y) const { out.at(x, y) = level[matte.at(x, y)]; }
    template <class Carrier>
    void carry(Carrier& carrier) {
        carrier.in(matte);
        carrier.out(out);
    }
};

} // namespace smos::kernels
