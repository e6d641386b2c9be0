// SPDX-License-Identifier: Apache-2.0
// Which twin does a look's job; the table of a vignette.
#include "libsmos/kernels/looks_cuda.hpp"
#include "libsmos/kernels/looks_plan.hpp"

#include <algorithm>

namespace smos::kernels {

namespace {

template <class T>
bool nothing_in(const Plane<T>& plane) {
    return plane.empty();
}
template <class T>
bool nothing_in(const Picture<T>& picture) {
    return picture.y.empty();
}

template <class Job>
Outcome run_on(const Job& job, Device device, Timing* timing) {
    if (device == Device::cpu) {
        return run_rows(job, all_rows(job.out));
    }
    if (!sound(job)) {
        return Outcome::bad_job;
    }
    return nothing_in(job.out) ? Outcome::done : run_on_cuda(job, timing);
}

// Shares of a line of samples at first, first + step, ... luma pixels of a side.
std::vector<std::int32_t>
shares(int count, double first, double step, int side, double from, double scale) {
    std::vector<std::int32_t> line;
    for (int i = 0; i < count; ++i) {
        const double away = first + step * i - side / 2.0;
        const double share = (away * away - from) * scale;
        line.push_back(static_cast<std::int32_t>(share < 0.0 ? share - 0.5 : share + 0.5));
    }
    return line;
}

} // namespace

std::optional<VignetteTable> vignette_table(const VignetteShape& shape) {
    const bool sized = shape.width >= 0 && shape.height >= 0 && shape.width <= max_side_px &&
                       shape.height <= max_side_px;
    if (!sized || shape.radius > 2 * full_weight || shape.softness < 1024 ||
        shape.softness > 2 * full_weight) {
        return std::nullopt;
    }
    const double width = shape.width;
    const double height = shape.height;
    const double diagonal = std::max(1.0, (width * width + height * height) / 4.0); // squared
    const double begin = shape.radius / 65536.0;
    const double end = begin + shape.softness / 65536.0;
    const double from = begin * begin * diagonal;
    const double scale = 65536.0 / ((end * end - begin * begin) * diagonal);
    VignetteTable table{shape.width, shape.height, {}, {}, {}, {}};
    const int half_width = (shape.width + 1) / 2;
    const int half_height = (shape.height + 1) / 2;
    table.columns = shares(shape.width, 0.5, 1.0, shape.width, 0.0, scale);
    table.rows = shares(shape.height, 0.5, 1.0, shape.height, from, scale);
    // Chroma samples sit on even luma columns and between two rows.
    table.chroma_columns = shares(half_width, 0.5, 2.0, shape.width, 0.0, scale);
    table.chroma_rows = shares(half_height, 1.0, 2.0, shape.height, from, scale);
    return table;
}

Outcome run(const Layer& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Grade& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Blur& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Sharpen& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Vignette& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Grain& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const ChromaKey& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Despill& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Region& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const MixByMask& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Dip& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const Join& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const WipeMask& job, Device device, Timing* t) { return run_on(job, device, t); }
Outcome run(const MatteMask& job, Device device, Timing* t) { return run_on(job, device, t); }

} // namespace smos::kernels
