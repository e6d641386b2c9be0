// SPDX-License-Identifier: Apache-2.0
// What a look's job must keep, which pixels it writes, and the constants of its formula.
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>
#include <cmath>

namespace smos::kernels {

namespace {

constexpr int farthest = 256 * max_side_px;

bool offset_sound(int x, int y) {
    return x >= -max_side_px && x <= max_side_px && y >= -max_side_px && y <= max_side_px;
}

bool between(int value, int low, int high) { return value >= low && value <= high; }

bool mask_sound(const Source& mask, const Source& over) {
    const bool none = mask.width == 0 && mask.height == 0;
    return none || (sound(mask) && same_size(mask, over));
}

// An empty plane means "everywhere", whatever its pointer is.
Source mask_of(const Source& mask) { return mask.empty() ? Source{} : mask; }

bool apart(const Source& a, const Target& b) {
    if (a.empty() || b.empty()) {
        return true;
    }
    const std::uint8_t* a_end = a.row(a.height - 1) + a.width;
    const std::uint8_t* b_end = b.row(b.height - 1) + b.width;
    return !(a.data < b_end && b.data < a_end);
}

bool taps_sound(const BlurTaps* taps) {
    return taps != nullptr && between(taps->reach, 0, max_side_px) &&
           taps->weight.size() == 2 * static_cast<std::size_t>(taps->reach) + 1;
}

bool lut_sound(const LutTable& lut) {
    if (lut.size == 0) {
        return lut.curves.size() == 3 * grade_steps + grade_spare;
    }
    const auto side = static_cast<std::size_t>(lut.size);
    return between(lut.size, 2, 65) && lut.grid.size() == 4 * side * side * side;
}

bool table_sound(const GradeTable& table) {
    return table.identity || (table.in.size() == 3 * grade_steps + grade_spare &&
                              table.out.size() == grade_reach + grade_spare);
}

bool has_curves(const Grade& job) { return job.table != nullptr && !job.table->identity; }
bool has_lut(const Grade& job) { return job.lut != nullptr && job.lut_amount > 1; }

bool source_pair(const Source& from, const Source& to, const Target& out) {
    return sound(from) && sound(to) && sound(out) && same_size(from, out) && same_size(to, out);
}

bool progress_sound(std::uint32_t progress, std::uint32_t softness) {
    return progress <= full_weight && softness <= full_weight;
}

} // namespace

bool sound(const Layer& job) {
    return sound(job.out) && sound(job.front) && mask_sound(job.alpha, job.front.y) &&
           offset_sound(job.x0, job.y0) && job.opacity <= full_weight &&
           job.mode >= BlendMode::normal && job.mode <= BlendMode::soft_light &&
           apart(job.front.y, job.out.y) && apart(job.front.u, job.out.u) &&
           apart(job.front.v, job.out.v);
}

bool sound(const Grade& job) {
    return sound(job.out) && (job.table == nullptr || table_sound(*job.table)) &&
           (job.lut == nullptr || lut_sound(*job.lut)) && job.lut_amount <= full_weight &&
           mask_sound(job.mask, job.out.y) && job.opacity <= full_weight;
}

bool sound(const Blur& job) {
    return sound(job.source) && sound(job.out) && same_size(job.source, job.out) &&
           apart(job.source, job.out) && taps_sound(job.columns) && taps_sound(job.rows);
}

bool sound(const Sharpen& job) {
    return sound(job.source) && sound(job.out) && same_size(job.source, job.out) &&
           apart(job.source, job.out) && taps_sound(job.taps) && job.amount <= 4 * full_weight;
}

bool sound(const Vignette& job) {
    if (!sound(job.out) || job.table == nullptr || job.amount > full_weight) {
        return false;
    }
    const auto sized = [](const std::vector<std::int32_t>& line, int length) {
        return line.size() == static_cast<std::size_t>(length);
    };
    const VignetteTable& table = *job.table;
    return sized(table.columns, job.out.y.width) && sized(table.rows, job.out.y.height) &&
           sized(table.chroma_columns, job.out.u.width) &&
           sized(table.chroma_rows, job.out.u.height);
}

bool sound(const Grain& job) { return sound(job.out) && job.strength <= 64 * 256; }

bool sound(const ChromaKey& job) {
    return sound(job.source) && sound(job.out) && same_size(job.source.y, job.out) &&
           job.similarity <= 65536 && job.smoothness <= 65536;
}

bool sound(const Despill& job) { return sound(job.out) && job.amount <= full_weight; }

bool sound(const Region& job) {
    const bool known = job.shape == RegionShape::rectangle || job.shape == RegionShape::ellipse;
    return sound(job.out) && known && between(job.centre_x, -farthest, farthest) &&
           between(job.centre_y, -farthest, farthest) && between(job.half_width, 256, farthest) &&
           between(job.half_height, 256, farthest) && between(job.feather, 0, farthest);
}

bool sound(const MixByMask& job) {
    if (!source_pair(job.from, job.to, job.out) || !sound(job.mask) || job.weight > full_weight) {
        return false;
    }
    return job.chroma ? (job.mask.width + 1) / 2 == job.out.width &&
                            (job.mask.height + 1) / 2 == job.out.height
                      : same_size(job.mask, job.out);
}

bool sound(const Dip& job) {
    return sound(job.shown) && sound(job.out) && same_size(job.shown, job.out) &&
           job.weight <= full_weight;
}

bool sound(const Join& job) {
    return sound(job.from) && sound(job.to) && sound(job.out) && apart(job.from, job.out) &&
           apart(job.to, job.out) && offset_sound(job.from_x, job.from_y) &&
           offset_sound(job.to_x, job.to_y);
}

bool sound(const WipeMask& job) {
    return sound(job.out) && progress_sound(job.progress, job.softness) &&
           job.direction >= Direction::left && job.direction <= Direction::down;
}

bool sound(const MatteMask& job) {
    return sound(job.matte) && sound(job.out) && same_size(job.matte, job.out) &&
           progress_sound(job.progress, job.softness);
}

Rect touched(const Layer& job) {
    const Rect over{job.x0, job.y0, job.x0 + job.front.y.width, job.y0 + job.front.y.height};
    if (job.front.y.empty() || job.opacity < 2) {
        return {};
    }
    return {std::max(over.x0 >> 1, 0),
            std::max(over.y0 >> 1, 0),
            std::min((over.x1 + 1) >> 1, job.out.u.width),
            std::min((over.y1 + 1) >> 1, job.out.u.height)};
}

Rect touched(const Grade& job) {
    if (!has_curves(job) && !has_lut(job)) {
        return {};
    }
    return {0, 0, job.out.u.width, job.out.u.height};
}

Rect touched(const Despill& job) { return {0, 0, job.out.u.width, job.out.u.height}; }

GradeOp formula(const Grade& job) {
    GradeOp op{job.out, mask_of(job.mask), alpha_gain(job.opacity), {}, {}};
    if (has_curves(job)) {
        op.curves.in = job.table->in.data();
        op.curves.out = job.table->out.data();
        std::copy(job.table->matrix.begin(), job.table->matrix.end(), op.curves.matrix);
    }
    if (has_lut(job)) {
        op.lut.curves = job.lut->size == 0 ? job.lut->curves.data() : nullptr;
        op.lut.grid = job.lut->size > 0 ? job.lut->grid.data() : nullptr;
        op.lut.size = job.lut->size;
        op.lut.amount = static_cast<std::int32_t>((job.lut_amount + 2) >> 2);
        const std::int64_t whole = std::int64_t{job.lut->size - 1} << 16;
        op.lut.plain = std::all_of(job.lut->scale.begin(),
                                   job.lut->scale.end(),
                                   [&](std::int64_t scale) { return scale == whole; }) &&
                       std::all_of(job.lut->start.begin(),
                                   job.lut->start.end(),
                                   [](std::int64_t start) { return start == 32768; });
        std::copy(job.lut->scale.begin(), job.lut->scale.end(), op.lut.scale);
        std::copy(job.lut->start.begin(), job.lut->start.end(), op.lut.start);
    }
    return op;
}

GradeShortcuts shortcuts_of(const Grade& job) {
    return has_curves(job) ? job.table->shortcuts : GradeShortcuts{};
}

VignetteOps formula(const Vignette& job) {
    const VignetteTable& t = *job.table;
    return {{job.out.y, t.columns.data(), t.rows.data(), job.amount, 16, 0},
            {job.out.u, t.chroma_columns.data(), t.chroma_rows.data(), job.amount, 128, 3},
            {job.out.v, t.chroma_columns.data(), t.chroma_rows.data(), job.amount, 128, 5}};
}

GrainOp formula(const Grain& job) {
    // The noise's deviation: sqrt(4 (256^2 - 1) / 12) = 147.8; times 256 it is 37837.
    const auto gain = static_cast<int>((job.strength * 65536ULL + 18918) / 37837);
    return {job.out, scrambled(scrambled(job.seed) ^ (job.frame * 0xc2b2ae35U)), gain};
}

ChromaKeyOp formula(const ChromaKey& job) {
    const int ramp = static_cast<int>(std::max(job.smoothness, 256U)); // 1/256 level
    return {job.source,
            job.out,
            job.key.u,
            job.key.v,
            static_cast<int>(job.similarity / 4),
            (ramp + 3) / 4,
            static_cast<int>((std::int64_t{255} << 18) / ramp)};
}

DespillOp formula(const Despill& job) {
    const double u = job.key.u - 128.0;
    const double v = job.key.v - 128.0;
    const double length = std::sqrt(u * u + v * v);
    const double scale = length > 0.0 ? 16384.0 / length : 0.0;
    return {job.out,
            static_cast<int>(std::lround(u * scale)),
            static_cast<int>(std::lround(v * scale)),
            static_cast<int>((job.amount + 2) >> 2)};
}

RegionOp formula(const Region& job) {
    RegionOp op{job.out,
                job.shape,
                job.centre_x,
                job.centre_y,
                job.half_width,
                job.half_height,
                std::max(job.feather, 256),
                job.inverted,
                (std::int64_t{1} << 40) / job.half_width,
                (std::int64_t{1} << 40) / job.half_height,
                0,
                0};
    // A little more than half the feather over the shorter half axis, in 65536ths.
    const std::int64_t shorter = std::min(job.half_width, job.half_height);
    const std::int64_t ramp = (op.feather << 15) / shorter + 64;
    op.outside = (65536 + ramp) * (65536 + ramp);
    op.inside = ramp < 65536 ? (65536 - ramp) * (65536 - ramp) : -1;
    return op;
}

MixFullOp formula(const MixByMask& job) {
    const std::uint32_t gain = (16449 * ((job.weight + 2) >> 2)) >> 14;
    return {job.from, job.to, job.out, job.mask, static_cast<std::uint16_t>(gain)};
}

DipOp formula(const Dip& job) {
    return {job.shown, job.out, job.colour, static_cast<std::int16_t>((job.weight + 2) >> 2)};
}

JoinOp formula(const Join& job) {
    return {job.from, job.to, job.out, job.from_x, job.from_y, job.to_x, job.to_y};
}

WipeMaskOp formula(const WipeMask& job) {
    const bool across = job.direction == Direction::left || job.direction == Direction::right;
    const std::int64_t way = 2 * (across ? job.out.width : job.out.height);
    const std::int64_t ramp = std::max<std::int64_t>(job.softness * way, 2 << 16);
    return {job.out,
            across,
            job.direction == Direction::left || job.direction == Direction::up,
            (job.progress * ((way << 16) + ramp)) >> 16,
            ramp};
}

MatteMaskOp formula(const MatteMask& job) {
    MatteMaskOp op{job.matte, job.out, {}};
    const std::int64_t ramp = std::max<std::int64_t>(std::int64_t{job.softness} * 255, 65536);
    const std::int64_t edge = (job.progress * ((std::int64_t{255} << 16) + ramp)) >> 16;
    for (int i = 0; i < 256; ++i) {
        const int stretched = std::clamp(((i - 16) * 255 + 109) / 219, 0, 255);
        const int level = job.limited ? stretched : i;
        const std::int64_t depth = edge - (std::int64_t{job.inverted ? 255 - level : level} << 16);
        const std::int64_t inside =
            depth <= 0 ? 0 : (depth >= ramp ? 255 : (depth * 255 + ramp / 2) / ramp);
        op.level[i] = static_cast<std::uint8_t>(inside);
    }
    return op;
}

} // namespace smos::kernels
