// SPDX-License-Identifier: Apache-2.0
// Colour grading of a 4:2:0 picture through tables made once for each set of values.
//
// The order is fixed; R'G'B' is gamma-coded, 0 .. 1:
//  1. to linear light by the inverse of the BT.709-6 §1.2 transfer (also above 1);
//     exposure: times 2^stops;
//     temperature t: red times 2^(t/2), blue times 2^(-t/2); tint m: green times 2^(-m/2); then all
//     three divided by the luminance that white got, so that only exposure changes it;
//     back to R'G'B'. Kept up to 4.
//  2. hue h and saturation s: (Cb, Cr) turned by h degrees (counter-clockwise with Cb to the right:
//     red goes to yellow, then green) and multiplied by s; Y' stays. One matrix on R'G'B', whose
//     rows sum to one.
//  3. contrast c: (x - 1/2) c + 1/2; gamma g: x^(1/g). Cut to 0 .. 1.
//  4. a LUT, mixed in by its amount.
//  5. region mask and opacity: mixed with what was there.
// Without temperature and tint a grey stays a grey (U = V = 128). A table that does nothing, with
// no LUT, leaves every byte alone.
#pragma once

#include "libsmos/kernels/compose.hpp"

#include <array>
#include <optional>
#include <vector>

namespace smos::kernels {

struct GradeValues {
    double exposure_stops = 0.0; // -8 .. 8
    double temperature = 0.0;    // -2 .. 2, positive is warmer
    double tint = 0.0;           // -2 .. 2, positive is more magenta
    double hue_degrees = 0.0;    // -360 .. 360
    double saturation = 1.0;     // 0 .. 4
    double contrast = 1.0;       // 0 .. 4
    double gamma = 1.0;          // 0.1 .. 10
};

inline constexpr int grade_steps = (1 << 14) + 1; // R'G'B' of 0 .. 1
inline constexpr int grade_reach = 1 << 16;       // R'G'B' of 0 .. 4
// Entries behind a table's last, so that two may be read where one is wanted.
inline constexpr int grade_spare = 1;

// Steps that leave every value alone, or only cut it to 0 .. 1.
struct GradeShortcuts {
    std::array<bool, 3> in = {};
    bool one_in = false; // the three channels of `in` are one
    bool matrix = false;
    bool out = false;
    int out_last = (1 << 16) - 1; // from here on `out` has one value
};

struct GradeTable {
    bool identity = true;
    GradeShortcuts shortcuts;
    // Step 1 in 16384ths: red, green, blue, grade_steps each, and one entry more.
    std::vector<std::uint16_t> in;
    std::array<std::int32_t, 9> matrix = {}; // step 2 in 16384ths, by rows
    // Step 3: grade_reach entries of 0 .. 16384, and one more.
    std::vector<std::uint16_t> out;
};

// None when a value is outside its range or no number.
[[nodiscard]] std::optional<GradeTable> grade_table(const GradeValues& values);

// What a .cube file says. A 3D LUT has size^3 entries of red, green, blue, red changing fastest; a
// 1D LUT has `size` such entries.
struct LutValues {
    bool three_d = true;
    int size = 0; // 3D: 2 .. 65, 1D: 2 .. 65536
    std::array<double, 3> domain_min = {0.0, 0.0, 0.0};
    std::array<double, 3> domain_max = {1.0, 1.0, 1.0};
    std::vector<float> entries;
};

// A LUT for R'G'B' of 0 .. 1. Entries are cut to 0 .. 1, inputs to the domain. Between entries: 3D
// tetrahedral, 1D linear.
struct LutTable {
    std::vector<std::uint16_t> curves; // 1D: as GradeTable::in, else empty
    int size = 0;                      // 3D: entries on a side, else 0
    std::vector<std::uint16_t> grid;   // 3D: red, green, blue, 0 of each entry, in 16384ths
    std::array<std::int64_t, 3> scale = {};
    std::array<std::int64_t, 3> start = {}; // entry position in 2^-30: value * scale + start
};

// None when the size is out of range, an entry is missing, something is no number, a domain is
// thinner than 0.001 or reaches beyond -100 .. 100.
[[nodiscard]] std::optional<LutTable> lut_table(const LutValues& values);

// In place. The tables are as grade_table and lut_table made them and outlive the job. `mask` has
// the size of out.y; empty: everywhere.
struct Grade {
    Picture<std::uint8_t> out;
    const GradeTable* table = nullptr; // null: as one that does nothing
    const LutTable* lut = nullptr;
    std::uint32_t lut_amount = full_weight;
    Source mask;
    std::uint32_t opacity = full_weight;
};

// The band is of luma rows: first even, last even or the height.
[[nodiscard]] Outcome run_rows(const Grade& job, Rows luma_band);
[[nodiscard]] Outcome run(const Grade& job, Device device, Timing* timing = nullptr);

} // namespace smos::kernels
