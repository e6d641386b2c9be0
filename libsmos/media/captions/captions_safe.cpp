// SPDX-License-Identifier: Apache-2.0
// Safe areas by preset, one row each.
#include "libsmos/media/captions/captions_safe.hpp"

#include "libsmos/core/nearest.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <array>

namespace smos::media {
namespace {

struct Preset {
    const char* name;
    SafeArea safe;
};

constexpr std::array<Preset, 6> presets{{
    {"tiktok", {60, 80, 140, 230}},
    {"reels", {60, 140, 60, 350}},
    {"shorts", {60, 100, 120, 250}},
    {"youtube", {50, 50, 50, 100}},
    {"square", {50, 50, 50, 80}},
    {"4x5", {60, 50, 60, 80}},
}};

} // namespace

const std::vector<std::string>& safe_area_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> list;
        for (const Preset& preset : presets)
            list.emplace_back(preset.name);
        return list;
    }();
    return names;
}

Result<SafeArea> safe_area(std::string_view preset) {
    if (preset == "ig-1x1")
        preset = "square";
    else if (preset == "4:5" || preset == "ig-4x5")
        preset = "4x5";
    for (const Preset& known : presets) {
        if (preset == known.name)
            return known.safe;
    }
    return Error{"unknown_preset",
                 fmt::format("there is no preset \"{}\"", one_line(preset)),
                 "",
                 nearest_hint(preset, safe_area_names())};
}

} // namespace smos::media
