// SPDX-License-Identifier: Apache-2.0
// The composing kernels alone: every frame of a resolved timeline whose assets are files is drawn
// by one composer, so that its pictures are decoded, and then by another one under this thread's
// clock. What the second one does is place, turn, shrink, dissolve, blend and lay the captions.
#include "libsmos/kernels/simd.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/records/timeline/timeline_presets.hpp"
#include "libsmos/records/timeline/timeline_text.hpp"
#include "libsmos/stages/render/film_picture.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>

namespace {

using namespace smos;

double thread_cpu_ms() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

Result<records::Timeline> timeline_in(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    SMOS_TRY(const records::Json json, records::read_timeline_text(text, path));
    SMOS_TRY(const records::Timeline timeline, records::read_timeline(json));
    return records::timeline_of_output(timeline, 0);
}

std::map<std::string, std::string> files_of(const records::Timeline& timeline) {
    std::map<std::string, std::string> files;
    for (const auto& [id, asset] : timeline.assets) {
        const std::string uri = asset.uri.value_or("");
        files[id] = uri.substr(uri.rfind("file://", 0) == 0 ? 7 : 0);
    }
    return files;
}

/// Milliseconds a frame of the second drawing.
Result<double> kernels_alone(const records::Timeline& timeline) {
    const auto pictures =
        std::make_shared<media::Pictures>(files_of(timeline), media::default_picture_bytes);
    stages::FilmPicture decoding{timeline, pictures, kernels::Device::cpu};
    stages::FilmPicture drawing{timeline, pictures, kernels::Device::cpu};
    const std::string& accent = timeline.outputs.front().encoding->accent;
    SMOS_CHECK(decoding.open(accent));
    SMOS_CHECK(drawing.open(accent));
    media::Frame out{static_cast<int>(timeline.canvas.width_px),
                     static_cast<int>(timeline.canvas.height_px)};
    double spent_ms = 0;
    const std::int64_t frames = timeline.duration_frames();
    for (std::int64_t frame = 0; frame < frames; ++frame) {
        SMOS_CHECK(decoding.draw_without_words(frame, 0, out));
        SMOS_CHECK(drawing.lay_words(frame, out)); // libass is asked once
        const double before_ms = thread_cpu_ms();
        SMOS_CHECK(drawing.draw_without_words(frame, 0, out));
        SMOS_CHECK(drawing.lay_words(frame, out));
        spent_ms += thread_cpu_ms() - before_ms;
    }
    return spent_ms / static_cast<double>(frames);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: compose_bench RESOLVED_TIMELINE\n", stderr);
        return 64;
    }
    const auto timeline = timeline_in(argv[1]);
    if (!timeline) {
        fmt::print(stderr, "compose_bench: {}\n", timeline.error().text());
        return 65;
    }
    for (const kernels::Simd unit : kernels::simd_units()) {
        const auto ms = kernels::force_simd(unit)
                            ? kernels_alone(*timeline)
                            : Result<double>{Error{"internal", "cannot be forced", {}}};
        if (!ms) {
            fmt::print(stderr, "compose_bench: {}\n", ms.error().text());
            return 70;
        }
        fmt::print("{} {:.3f}\n", kernels::name_of(unit), *ms);
    }
    return 0;
}
