// SPDX-License-Identifier: Apache-2.0
// Shows what the sources read: colour_driver still|at|play|scalar FILE ...
#include "libsmos/media/codec/video_source.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

extern "C" {
#include <libavutil/cpu.h>
}

using namespace smos;
using namespace smos::media;

namespace {

int fail(const Error& error) {
    fmt::print("error {} {}\n", error.code, error.text());
    return 1;
}

/// "WIDTH HEIGHT alpha|opaque" on a line, then planes without padding: Y, U, V and alpha.
void write_layer(const Layer& layer, const std::string& path) {
    const Frame& frame = layer.colour;
    std::ofstream file(path, std::ios::binary);
    file << frame.width_px << ' ' << frame.height_px << ' '
         << (layer.alpha.empty() ? "opaque" : "alpha") << '\n';
    const auto plane = [&file](const std::uint8_t* from, int stride, int width, int height) {
        for (int row = 0; row < height; ++row)
            file.write(reinterpret_cast<const char*>(from) + std::ptrdiff_t{row} * stride, width);
    };
    plane(frame.y(), frame.y_stride(), frame.width_px, frame.height_px);
    plane(frame.u(), frame.uv_stride(), frame.chroma_width(), frame.chroma_height());
    plane(frame.v(), frame.uv_stride(), frame.chroma_width(), frame.chroma_height());
    if (!layer.alpha.empty())
        plane(layer.alpha.data(), frame.y_stride(), frame.width_px, frame.height_px);
}

/// FNV-1a over colours and alpha.
std::uint64_t sum_of(const Layer& layer) {
    std::uint64_t sum = 14695981039346656037ULL;
    const auto add = [&](const auto& bytes) {
        for (const std::uint8_t byte : bytes)
            sum = (sum ^ byte) * 1099511628211ULL;
    };
    add(layer.colour.bytes);
    add(layer.alpha);
    return sum;
}

int show_info(const VideoSourceInfo& info) {
    fmt::print("codec={} frames={} duration={}/{} rate={}/{} variable={} size={}x{} stored={}x{} "
               "aspect={}/{} orientation={} interlaced={} alpha={} delay={}/{} matrix={} "
               "guessed={} primaries={} transfer={} full={} hdr={} peak={} pixels={} bits={}\n",
               info.codec,
               info.frames,
               info.duration.num,
               info.duration.den,
               info.rate.num,
               info.rate.den,
               info.variable,
               info.width_px,
               info.height_px,
               info.stored_width_px,
               info.stored_height_px,
               info.pixel_aspect.num,
               info.pixel_aspect.den,
               info.orientation,
               info.interlaced,
               info.has_alpha,
               info.delay.num,
               info.delay.den,
               info.colour.matrix,
               info.colour.matrix_guessed,
               info.colour.primaries,
               info.colour.transfer,
               info.colour.full_range,
               info.colour.hdr,
               info.colour.peak_nits,
               info.colour.pixels,
               info.colour.bits);
    return 0;
}

records::Rational rational(const std::string& text) {
    char* rest = nullptr;
    const long long num = std::strtoll(text.c_str(), &rest, 10);
    const long long den = *rest == '/' ? std::strtoll(rest + 1, nullptr, 10) : 1;
    return {num, den};
}

int still(const std::vector<std::string>& words) {
    const Result<Layer> layer = load_layer(words[1]);
    if (!layer)
        return fail(layer.error());
    write_layer(*layer, words[2]);
    return 0;
}

/// play FILE THREADS CACHE_BYTES TIME...: what is shown at each time.
int play(const std::vector<std::string>& words) {
    VideoSourceOptions options;
    options.threads = std::atoi(words[2].c_str());
    options.cache_bytes = static_cast<std::size_t>(std::atoll(words[3].c_str()));
    const auto source = VideoSource::open(words[1], options);
    if (!source)
        return fail(source.error());
    for (std::size_t i = 4; i < words.size(); ++i) {
        const Result<SourcePicture> shown = (*source)->at(rational(words[i]));
        if (!shown)
            return fail(shown.error());
        fmt::print("{} {:016x} {} {}\n",
                   shown->index,
                   sum_of(*shown->layer),
                   shown->before_start ? "before" : "-",
                   shown->past_end ? "past" : "-");
    }
    return 0;
}

/// at FILE TIME OUT: one picture.
int at(const std::vector<std::string>& words) {
    const auto source = VideoSource::open(words[1]);
    if (!source)
        return fail(source.error());
    const Result<SourcePicture> shown = (*source)->at(rational(words[2]));
    if (!shown)
        return fail(shown.error());
    write_layer(*shown->layer, words[3]);
    return show_info((*source)->info());
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const std::string verb = words.empty() ? "" : words[0];
    if (verb == "still" && words.size() == 3)
        return still(words);
    if (verb == "at" && words.size() == 4)
        return at(words);
    if (verb == "play" && words.size() >= 4)
        return play(words);
    if (verb == "scalar" && words.size() >= 4) {
        av_force_cpu_flags(0); // as on a machine without SIMD
        return play(words);
    }
    fmt::print("usage: colour_driver still FILE OUT | at FILE TIME OUT | play|scalar FILE THREADS "
               "CACHE TIME...\n");
    return 64;
}
