// SPDX-License-Identifier: Apache-2.0
// The quality gate of moving stills: decibels against Lanczos-3 at the exact position, and the
// displacement of a slow pan. One JSON line a measurement; exit status 1 if a gate is missed.
#include "reference.hpp"
#include "stills.hpp"

#include "libsmos/kernels/mip.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace smos::quality {

namespace {

using kernels::Size;
using kernels::Window;

// The levels of limited-range video: stricter than decibels against 255.
constexpr double luma_range = 219.0;
constexpr double chroma_range = 224.0;
constexpr double unit = 4294967296.0;
constexpr Size out_size{1080, 1920};
constexpr int last_frame = 101;
constexpr double named_gate_db = 43.0; // the six named frames, and chroma everywhere
constexpr double drawn_gate_db = 42.0;
constexpr double over_zoompan_db = 1.5;
constexpr double pan_px = 0.1;
constexpr double pan_gate_px = 0.03;

std::int64_t fixed(double pixels) { return static_cast<std::int64_t>(std::llround(pixels * unit)); }

double real(std::int64_t fixed_value) { return static_cast<double>(fixed_value) / unit; }

class Gate {
  public:
    void least(const std::string& what, double value, double bound) {
        line(what, value, "least", bound, value >= bound);
    }
    void most(const std::string& what, double value, double bound) {
        line(what, value, "most", bound, value <= bound);
    }
    [[nodiscard]] int status() const { return missed_ == 0 ? 0 : 1; }

  private:
    void line(const std::string& what, double value, const char* side, double bound, bool held) {
        missed_ += held ? 0 : 1;
        std::printf("{\"what\":\"%s\",\"value\":%.4f,\"%s\":%.2f,\"ok\":%s}\n",
                    what.c_str(),
                    value,
                    side,
                    bound,
                    held ? "true" : "false");
    }
    int missed_ = 0;
};

// The window of frame n of the move z(n) = 1 + 0.2 n / 101, its centre moved by parts of the room.
Window zoomed(const Still& still, double n, double right, double lower) {
    const double z = 1.0 + 0.2 * n / last_frame;
    const double width = still.width_px / z;
    const double height = still.height_px / z;
    return {fixed((still.width_px - width) * (0.5 + right)),
            fixed((still.height_px - height) * (0.5 + lower)),
            fixed(width),
            fixed(height)};
}

// A still with the mip for a move, and frames of it.
class Moving {
  public:
    Moving(const Still& still, Window largest, Window smallest)
        : still_(still),
          source_{still.width_px, still.height_px},
          size_(kernels::mip_size(source_, largest, smallest, out_size)),
          mip_(size_.width, size_.height) {
        if (kernels::shrink_picture(still.view(), mip_.view()) != kernels::Outcome::done) {
            std::fprintf(stderr, "sampling: the mip could not be made\n");
            std::exit(1);
        }
    }

    [[nodiscard]] Size size() const { return size_; }

    [[nodiscard]] Still frame(Window window) const {
        Still out(out_size.width, out_size.height);
        const auto move =
            kernels::picture_move(kernels::in_mip(window, source_, size_), mip_.view(), out.view());
        if (!move || kernels::place_rows(*move, mip_.view(), out.view(), {0, out_size.height}) !=
                         kernels::Outcome::done) {
            std::fprintf(stderr, "sampling: the frame could not be placed\n");
            std::exit(1);
        }
        return out;
    }

    // Luma, u and v of the frame that should be.
    [[nodiscard]] Real wanted(Window window, int plane) const {
        const Place across{real(window.x) + real(window.width) / out_size.width / 2 - 0.5,
                           real(window.width) / out_size.width};
        const Place down{real(window.y) + real(window.height) / out_size.height / 2 - 0.5,
                         real(window.height) / out_size.height};
        if (plane == 0) {
            return lanczos(still_.view().y, across, down, out_size.width, out_size.height);
        }
        // Chroma sits on even columns and between rows, in the source and in the target.
        const Place half_across{across.start / 2, across.step};
        const Place half_down{(down.start + down.step / 2 - 0.5) / 2, down.step};
        return lanczos(plane == 1 ? still_.view().u : still_.view().v,
                       half_across,
                       half_down,
                       out_size.width / 2,
                       out_size.height / 2);
    }

  private:
    const Still& still_;
    Size source_;
    Size size_;
    Still mip_;
};

Moving moving(const Still& still) {
    return {still, zoomed(still, 0, 0, 0), zoomed(still, last_frame, 0, 0)};
}

void measure_frame(
    Gate& gate, const Moving& still, const std::string& name, Window window, double luma_gate_db) {
    const Still frame = still.frame(window);
    gate.least(
        name + " luma dB", psnr(still.wanted(window, 0), frame.view().y, luma_range), luma_gate_db);
    gate.least(
        name + " u dB", psnr(still.wanted(window, 1), frame.view().u, chroma_range), luma_gate_db);
    gate.least(
        name + " v dB", psnr(still.wanted(window, 2), frame.view().v, chroma_range), luma_gate_db);
}

void measure_named(Gate& gate, const Still& still, const std::string& name) {
    const Moving move = moving(still);
    std::printf("{\"what\":\"%s mip\",\"width\":%d,\"height\":%d}\n",
                name.c_str(),
                move.size().width,
                move.size().height);
    for (const int n : {17, 50, 87}) {
        measure_frame(gate,
                      move,
                      name + " frame " + std::to_string(n),
                      zoomed(still, n, 0, 0),
                      named_gate_db);
    }
}

// splitmix64
class Draw {
  public:
    explicit Draw(std::uint64_t seed) : state_(seed) {}
    double real() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return static_cast<double>((z ^ (z >> 31U)) >> 11U) / 9007199254740992.0;
    }

  private:
    std::uint64_t state_;
};

void measure_drawn(Gate& gate, const Still& still, const std::string& name, Draw& draw, int count) {
    const Moving move = moving(still);
    for (int i = 0; i < count; ++i) {
        const double n = draw.real() * last_frame;
        const Window window = zoomed(still, n, draw.real() - 0.5, draw.real() - 0.5);
        measure_frame(gate, move, name + " drawn " + std::to_string(n), window, drawn_gate_db);
    }
}

void measure_pan(Gate& gate, const Still& still, bool down) {
    const Window first = zoomed(still, 60, 0, 0);
    const Moving move(still, first, first);
    const double step = pan_px * real(first.width) / out_size.width;
    const std::string name = down ? "pan down" : "pan right";
    const Still start = move.frame(first);
    Still before = start;
    for (int k = 1; k <= 10; ++k) {
        Window window = first;
        (down ? window.y : window.x) += fixed(k * step);
        const Still now = move.frame(window);
        const kernels::Source shown = now.view().y;
        const double one = displacement(shown, std::as_const(before).view().y, down);
        const double all = displacement(shown, start.view().y, down);
        gate.most(name + " step " + std::to_string(k), std::abs(one - pan_px), pan_gate_px);
        gate.most(name + " so far " + std::to_string(k), std::abs(all - k * pan_px), pan_gate_px);
        before = now;
    }
}

std::optional<std::vector<std::uint8_t>> file_of(const std::string& path, std::size_t bytes) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    std::vector<std::uint8_t> data(bytes);
    if (!file || std::fread(data.data(), 1, bytes, file.get()) != bytes) {
        std::fprintf(stderr, "sampling: %s has not %zu bytes\n", path.c_str(), bytes);
        return std::nullopt;
    }
    return data;
}

int measure_made(std::uint64_t seed) {
    Gate gate;
    Draw draw(seed);
    const Still first = made_still(2160, 3840, 1);
    const Still second = made_still(2160, 3840, 2);
    measure_named(gate, first, "made 1");
    measure_named(gate, second, "made 2");
    measure_drawn(gate, first, "made 1", draw, 10);
    measure_drawn(gate, second, "made 2", draw, 10);
    measure_pan(gate, first, false);
    measure_pan(gate, second, true);
    return gate.status();
}

// A still of 2160x3840 as 4:2:0 samples, and zoompan's luma of frames 17, 50, 87 behind each other.
int measure_film(const std::string& name,
                 const std::string& still_path,
                 const std::string& zoompan_path,
                 std::uint64_t seed) {
    Gate gate;
    Still still(2160, 3840);
    const auto samples = file_of(still_path, still.y.size() + still.u.size() + still.v.size());
    const std::size_t frame_bytes = 1080U * 1920U;
    const auto zoompan = file_of(zoompan_path, 3 * frame_bytes);
    if (!samples || !zoompan) {
        return 66;
    }
    const auto u = samples->begin() + static_cast<std::ptrdiff_t>(still.y.size());
    const auto v = u + static_cast<std::ptrdiff_t>(still.u.size());
    still.y.assign(samples->begin(), u);
    still.u.assign(u, v);
    still.v.assign(v, samples->end());
    measure_named(gate, still, name);
    const Moving move = moving(still);
    const std::uint8_t* theirs = zoompan->data();
    for (const int n : {17, 50, 87}) {
        const Window window = zoomed(still, n, 0, 0);
        const Real wanted = move.wanted(window, 0);
        const kernels::Source hq_frame{theirs, out_size.width, out_size.height, out_size.width};
        const double hq = psnr(wanted, hq_frame, luma_range);
        const Still frame = move.frame(window);
        const double ours = psnr(wanted, frame.view().y, luma_range);
        const std::string what = name + " frame " + std::to_string(n);
        gate.least(
            what + " luma dB over zoompan hq's " + std::to_string(hq), ours - hq, over_zoompan_db);
        theirs += frame_bytes;
    }
    Draw draw(seed);
    measure_drawn(gate, still, name, draw, 10);
    return gate.status();
}

} // namespace

} // namespace smos::quality

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "made" && argc == 3) {
        return smos::quality::measure_made(std::strtoull(argv[2], nullptr, 10));
    }
    if (mode == "film" && argc == 6) {
        return smos::quality::measure_film(
            argv[2], argv[3], argv[4], std::strtoull(argv[5], nullptr, 10));
    }
    std::fprintf(stderr,
                 "usage: sampling made SEED\n"
                 "       sampling film NAME STILL.yuv ZOOMPAN.gray SEED\n");
    return 64;
}
