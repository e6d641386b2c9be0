// SPDX-License-Identifier: Apache-2.0
// Separable Lanczos-3, down and then along; phase correlation with a plain Fourier sum.
#include "reference.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>

namespace smos::quality {

namespace {

constexpr double pi = 3.14159265358979323846;

double kernel(double x) {
    const double u = std::abs(x);
    if (u < 1e-9) {
        return 1.0;
    }
    return u < 3.0 ? 3.0 * std::sin(pi * u) * std::sin(pi * u / 3.0) / (pi * pi * u * u) : 0.0;
}

struct Taps {
    int first = 0;
    std::vector<float> weight;
};

Taps taps_at(double position, double step) {
    const double stretch = std::max(step, 1.0);
    const int reach = static_cast<int>(3.0 * stretch) + 1;
    Taps taps;
    taps.first = static_cast<int>(std::floor(position)) - reach + 1;
    std::vector<double> weight;
    double total = 0.0;
    for (int k = 0; k < 2 * reach; ++k) {
        weight.push_back(kernel((taps.first + k - position) / stretch));
        total += weight.back();
    }
    for (const double w : weight) {
        taps.weight.push_back(static_cast<float>(w / total));
    }
    return taps;
}

std::size_t at(int x, int y, int width) {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x);
}

} // namespace

Real lanczos(const kernels::Source& source, Place across, Place down, int width, int height) {
    std::vector<Taps> columns;
    for (int x = 0; x < width; ++x) {
        columns.push_back(taps_at(across.start + x * across.step, across.step));
    }
    Real out{width, height, std::vector<float>(at(0, height, width))};
    std::vector<float> line(static_cast<std::size_t>(source.width));
    for (int y = 0; y < height; ++y) {
        const Taps rows = taps_at(down.start + y * down.step, down.step);
        std::fill(line.begin(), line.end(), 0.0F);
        for (std::size_t k = 0; k < rows.weight.size(); ++k) {
            const int row = std::clamp(rows.first + static_cast<int>(k), 0, source.height - 1);
            const std::uint8_t* from = source.row(row);
            for (std::size_t x = 0; x < line.size(); ++x) {
                line[x] += rows.weight[k] * static_cast<float>(from[x]);
            }
        }
        for (int x = 0; x < width; ++x) {
            const Taps& taps = columns[static_cast<std::size_t>(x)];
            float sum = 0.0F;
            for (std::size_t k = 0; k < taps.weight.size(); ++k) {
                const int column =
                    std::clamp(taps.first + static_cast<int>(k), 0, source.width - 1);
                sum += taps.weight[k] * line[static_cast<std::size_t>(column)];
            }
            out.value[at(x, y, width)] = sum;
        }
    }
    return out;
}

double psnr(const Real& wanted, const kernels::Source& got, double range) {
    double squares = 0.0;
    for (int y = 0; y < wanted.height; ++y) {
        for (int x = 0; x < wanted.width; ++x) {
            const float value = std::clamp(wanted.value[at(x, y, wanted.width)], 0.0F, 255.0F);
            const double off = static_cast<double>(value) - got.at(x, y);
            squares += off * off;
        }
    }
    return 10.0 *
           std::log10(range * range * wanted.width * wanted.height / std::max(squares, 1e-9));
}

double displacement(const kernels::Source& first, const kernels::Source& second, bool down) {
    constexpr int length = 512;
    constexpr int lines = 256;
    constexpr int lowest = 4;
    constexpr int highest = length / 5; // above, sampling has thrown power away
    std::vector<double> window(length);
    for (int i = 0; i < length; ++i) {
        window[static_cast<std::size_t>(i)] = 0.5 - 0.5 * std::cos(2.0 * pi * (i + 0.5) / length);
    }
    std::vector<std::complex<double>> turn(length);
    for (int i = 0; i < length; ++i) {
        turn[static_cast<std::size_t>(i)] = std::polar(1.0, -2.0 * pi * i / length);
    }
    const int x0 = (first.width - length) / 2;
    const int y0 = (first.height - length) / 2;
    std::vector<std::complex<double>> cross(highest);
    for (int line = 0; line < lines; ++line) {
        for (int f = lowest; f < highest; ++f) {
            std::complex<double> a;
            std::complex<double> b;
            for (int i = 0; i < length; ++i) {
                const int x = down ? x0 + 2 * line : x0 + i;
                const int y = down ? y0 + i : y0 + 2 * line;
                const auto& w = turn[static_cast<std::size_t>(f * i % length)];
                const double share = window[static_cast<std::size_t>(i)];
                a += w * (share * (first.at(x, y) - 128.0));
                b += w * (share * (second.at(x, y) - 128.0));
            }
            cross[static_cast<std::size_t>(f)] += a * std::conj(b);
        }
    }
    double top = 0.0;
    double bottom = 0.0;
    for (int f = lowest; f < highest; ++f) {
        const double phase = std::arg(cross[static_cast<std::size_t>(f)]);
        top += phase * f;
        bottom += 2.0 * pi * f * f / length;
    }
    return top / bottom;
}

} // namespace smos::quality
