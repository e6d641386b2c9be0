// SPDX-License-Identifier: Apache-2.0
// Makes libass see all of a font.
#include "libsmos/media/captions/fonts_charmap.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace smos::media {
namespace {

constexpr std::uint32_t microsoft_bmp = 3U << 16U | 1U;
constexpr std::uint32_t microsoft_full = 3U << 16U | 10U;
constexpr char unicode_bmp[4] = {0, 0, 0, 3};

std::uint32_t big_endian(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value =
            value << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    return value;
}

std::optional<std::size_t> find_table(const std::string& font, const char* tag) {
    const std::size_t count = big_endian(font, 4, 2);
    for (std::size_t record = 12; record < 12 + 16 * count; record += 16) {
        if (font.compare(record < font.size() ? record : font.size(), 4, tag) == 0)
            return big_endian(font, record + 8, 4);
    }
    return std::nullopt;
}

} // namespace

void prefer_full_charmap(std::string& font) {
    const std::optional<std::size_t> charmaps = find_table(font, "cmap");
    if (!charmaps)
        return;
    const std::size_t count = big_endian(font, *charmaps + 2, 2);
    std::optional<std::size_t> short_map;
    bool has_full = false;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t record = *charmaps + 4 + 8 * i;
        const std::uint32_t kind = big_endian(font, record, 4);
        has_full = has_full || kind == microsoft_full;
        if (kind == microsoft_bmp)
            short_map = record;
    }
    if (has_full && short_map && *short_map + sizeof unicode_bmp <= font.size())
        font.replace(*short_map, sizeof unicode_bmp, unicode_bmp, sizeof unicode_bmp);
}

FontMetrics read_metrics(const std::string& font) {
    FontMetrics metrics;
    const std::optional<std::size_t> table = find_table(font, "OS/2");
    if (!table)
        return metrics;
    const double ascent = big_endian(font, *table + 74, 2);
    const double descent = big_endian(font, *table + 76, 2);
    if (ascent + descent <= 0)
        return metrics;
    metrics.ascent = ascent / (ascent + descent);
    metrics.descent = 1 - metrics.ascent;
    constexpr std::uint32_t with_capitals = 2; // version of the table
    const double capital =
        big_endian(font, *table, 2) >= with_capitals ? big_endian(font, *table + 88, 2) : 0;
    metrics.capital = capital > 0 ? capital / (ascent + descent) : metrics.ascent * 0.75;
    return metrics;
}

} // namespace smos::media
