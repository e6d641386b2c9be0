// SPDX-License-Identifier: Apache-2.0
// The composing of a whole film, kernels alone: 450 frames of 1080x1920 as the benchmark short15
// has them. Stills of 4/3 samples a pixel zoom from 1.0 to 1.2, four dissolves of 15 frames, a
// picture of 640x360 in 330 frames, a turning logo of 240x240 in 420, two caption masks in 430.
#include "measure.hpp"

#include "libsmos/kernels/compose.hpp"
#include "libsmos/kernels/mip.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace smos::parity {

using namespace kernels;

namespace {

constexpr int frames = 450;
constexpr int still_frames = 102;
constexpr int still_every = 87;
constexpr int rounds = 3;
constexpr int band_rows = 128;
constexpr int logo_px = 240;
constexpr int turned_px = 340;
constexpr std::int64_t unit = std::int64_t{1} << 32;

struct Film {
    Noise noise{"short15"};
    Frame stills[5] = {{noise, 1440, 2560},
                       {noise, 1440, 2560},
                       {noise, 1440, 2560},
                       {noise, 1440, 2560},
                       {noise, 1440, 2560}};
    Frame inset{noise, 640, 360};
    Scene logo_luma{noise, logo_px, logo_px, 0, Fill::masks, 2}; // with its alpha
    Scene logo_chroma{noise, logo_px / 2, logo_px / 2, 0, Fill::noise, 2};
    Frame turned{noise, turned_px, turned_px};
    Scene turned_alpha{noise, turned_px, turned_px, 0, Fill::masks};
    Scene words{noise, 800, 100, 0, Fill::masks};
    Scene outline{noise, 820, 120, 0, Fill::masks};
    Frame second{noise, 1080, 1920};
    Frame out{noise, 1080, 1920};
};

PictureMove move_of(Film& film, int still, int n) {
    const Frame& from = film.stills[still];
    const auto width = static_cast<std::int64_t>(1440.0 / (1.0 + 0.2 * n / 101) * 4294967296.0);
    const std::int64_t height = width / 9 * 16;
    const Window window{(1440 * unit - width) / 2, (2560 * unit - height) / 2, width, height};
    return picture_move(window, from.view(), film.out.view()).value_or(PictureMove{});
}

void copy_plane(const Source& from, const Target& to, int x0, int y0) {
    for (int y = 0; y < from.height; ++y) {
        std::memcpy(to.row(y0 + y) + x0, from.row(y), static_cast<std::size_t>(from.width));
    }
}

void turn_logo(Film& film, int frame) {
    const double angle = 24.0 * frame / 30 * 3.14159265358979323846 / 180;
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    const double middle = turned_px / 2.0 - 0.5;
    const double centre = logo_px / 2.0 - 0.5;
    const Affine map{
        c, s, centre - c * middle - s * middle, -s, c, centre + s * middle - c * middle};
    const Affine half = chroma_map(map);
    const WarpPair luma{std::as_const(film.logo_luma).view(),
                        film.turned.y.view(),
                        film.turned_alpha.view(),
                        map,
                        16,
                        0};
    const WarpPair chroma{std::as_const(film.logo_chroma).view(),
                          film.turned.u.view(),
                          film.turned.v.view(),
                          half,
                          128,
                          128};
    static_cast<void>(run_rows(luma, {0, turned_px}));
    static_cast<void>(run_rows(chroma, {0, turned_px / 2}));
}

void lay_logo(Film& film, Rows band) {
    const Rows half = chroma_rows(band);
    const Source mask = film.turned_alpha.view();
    const auto lay = [&](const Target& out, const Source& front, bool chroma, Rows rows) {
        const Blend job{out, mask, 750, 10, chroma, 52429, 0, front};
        static_cast<void>(run_rows(job, rows));
    };
    lay(film.out.y.view(), film.turned.y.view(), false, band);
    lay(film.out.u.view(), film.turned.u.view(), true, half);
    lay(film.out.v.view(), film.turned.v.view(), true, half);
}

// Band by band, so that what one step writes is near when the next one reads it.
void compose(Film& film, int frame) {
    const int still = std::min(frame / still_every, 4);
    const int local = frame - still * still_every;
    const int before = local + still_every;
    const bool dissolves = still > 0 && before < still_frames;
    const PictureMove move = move_of(film, still, local);
    const PictureMove old = dissolves ? move_of(film, still - 1, before) : PictureMove{};
    if (frame >= 15 && frame < 435) {
        turn_logo(film, frame);
    }
    for (int first = 0; first < 1920; first += band_rows) {
        const Rows band{first, std::min(first + band_rows, 1920)};
        const auto place = [&](const PictureMove& by, int from, Frame& to) {
            static_cast<void>(place_rows(by, film.stills[from].view(), to.view(), band));
        };
        place(move, still, film.out);
        if (dissolves) {
            place(old, still - 1, film.second);
            const auto weight = static_cast<std::uint32_t>(local * 65536 / 15);
            static_cast<void>(
                crossfade_rows(film.second.view(), film.out.view(), film.out.view(), weight, band));
        }
        if (frame >= 15 && frame < 435) {
            lay_logo(film, band);
        }
        if (frame < 430) {
            const Colour white{235, 128, 128};
            static_cast<void>(
                blend_rows(film.out.view(), film.outline.view(), 130, 1490, {}, full_weight, band));
            static_cast<void>(blend_rows(
                film.out.view(), film.words.view(), 140, 1500, white, full_weight, band));
        }
    }
    if (frame >= 60 && frame < 390) {
        copy_plane(film.inset.y.view(), film.out.y.view(), 220, 1180);
        copy_plane(film.inset.u.view(), film.out.u.view(), 110, 590);
        copy_plane(film.inset.v.view(), film.out.v.view(), 110, 590);
    }
}

} // namespace

void measure_short15(const char* unit_name) {
    const auto film = std::make_unique<Film>();
    double best_ms = HUGE_VAL;
    for (int round = 0; round < rounds; ++round) {
        const double begin_ms = thread_ms();
        for (int frame = 0; frame < frames; ++frame) {
            compose(*film, frame);
        }
        const double ms = (thread_ms() - begin_ms) / frames;
        best_ms = std::min(best_ms, ms);
    }
    std::printf(
        "{\"op\":\"short15 frame\",\"device\":\"%s\",\"best_ms\":%.4f}\n", unit_name, best_ms);
}

} // namespace smos::parity
