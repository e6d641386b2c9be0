// SPDX-License-Identifier: Apache-2.0
// ICC profiles with a matrix and curves, from hostile bytes.
#include "libsmos/media/picture/colour_icc.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>

namespace smos::media {
namespace {

constexpr std::size_t icc_header_bytes = 128;
constexpr std::size_t icc_profile_limit = std::size_t{4} << 20U;
constexpr std::uint32_t icc_tag_limit = 256;
constexpr std::uint32_t icc_curve_limit = 65536;
constexpr const char* icc_advice = "convert the picture to sRGB and leave its profile out";

/// Bytes beyond the end read as zero; what they are needed for is checked before.
class IccBytes {
  public:
    explicit IccBytes(std::string_view bytes) : bytes_(bytes) {}
    std::size_t size() const { return bytes_.size(); }
    std::uint32_t u32(std::size_t at) const { return u16(at) << 16U | u16(at + 2); }
    std::uint32_t u16(std::size_t at) const { return u8(at) << 8U | u8(at + 1); }
    double fixed16(std::size_t at) const {
        return static_cast<double>(static_cast<std::int32_t>(u32(at))) / 65536;
    }
    std::string_view text(std::size_t at, std::size_t count) const {
        return at <= bytes_.size() ? bytes_.substr(at, count) : std::string_view{};
    }

  private:
    std::uint32_t u8(std::size_t at) const {
        return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0U;
    }
    std::string_view bytes_;
};

class IccProfile {
  public:
    IccProfile(std::string_view bytes, const std::string& where) : bytes_(bytes), where_(where) {}

    Result<ColourRecipe> recipe(bool grey_picture) const {
        SMOS_CHECK(check_header());
        const std::string_view space = bytes_.text(16, 4);
        if (space != "RGB " && space != "GRAY")
            return refused(fmt::format("is for {} colours", shown(space)));
        if (find("A2B0") || find("A2B1"))
            return refused("needs lookup tables (A2B0), and only matrix and curves are read");
        ColourRecipe recipe;
        if (space == "GRAY") {
            if (!grey_picture)
                return refused("is for grey, and the picture is not grey");
            SMOS_TRY(recipe.to_light[0], curve("kTRC"));
            recipe.to_light[1] = recipe.to_light[2] = recipe.to_light[0];
            return recipe;
        }
        if (bytes_.text(20, 4) != "XYZ ")
            return refused("connects through Lab, and only matrix and curves are read");
        const char* const curves[3] = {"rTRC", "gTRC", "bTRC"};
        for (std::size_t i = 0; i < 3; ++i) {
            SMOS_TRY(recipe.to_light[i], curve(curves[i]));
        }
        SMOS_TRY(const Matrix3 to_d50, matrix());
        recipe.to_bt709 = product(bt709_of_d50_xyz(), to_d50);
        return recipe;
    }

  private:
    Error refused(const std::string& what) const {
        return Error{"unsupported_colour",
                     fmt::format("its ICC profile{} {}", name(), what),
                     where_,
                     icc_advice};
    }
    Error broken(const std::string& what) const {
        return Error{"damaged", fmt::format("its ICC profile {}", what), where_, icc_advice};
    }
    static std::string shown(std::string_view signature) {
        std::string text;
        for (const char c : signature)
            text += c > ' ' && c < 127 ? std::string{c} : std::string{};
        return text.empty() ? "unknown" : text;
    }

    Result<void> check_header() const {
        if (bytes_.size() < icc_header_bytes + 4 || bytes_.text(36, 4) != "acsp")
            return broken("is cut off or none at all");
        if (bytes_.size() > icc_profile_limit || bytes_.u32(128) > icc_tag_limit)
            return broken("is too large");
        const std::string_view kind = bytes_.text(12, 4);
        if (kind == "mntr" || kind == "scnr" || kind == "spac")
            return {};
        return refused(fmt::format(
            "is of the class {}, for {} colours", shown(kind), shown(bytes_.text(16, 4))));
    }

    /// ' "Name"' of the description, as far as it is ASCII ('desc' of version 2, 'mluc').
    std::string name() const {
        const std::optional<std::size_t> at = find("desc");
        if (!at)
            return {};
        const bool plain = bytes_.text(*at, 4) == "desc";
        const std::size_t offset = plain ? 12 : bytes_.u32(*at + 24);
        const std::size_t count = plain ? bytes_.u32(*at + 8) : bytes_.u32(*at + 20);
        std::string text;
        for (const char c : bytes_.text(*at + offset, std::min<std::size_t>(count, 120)))
            text += c >= ' ' && c < 127 && c != '"' ? std::string{c} : std::string{};
        return text.empty() ? text : fmt::format(" \"{}\"", text);
    }

    /// Where a tag's data begins; at least 12 bytes of it are there.
    std::optional<std::size_t> find(std::string_view tag) const {
        const std::uint32_t count = std::min(bytes_.u32(128), icc_tag_limit);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t entry = icc_header_bytes + 4 + 12 * i;
            if (bytes_.text(entry, 4) != tag)
                continue;
            const std::size_t at = bytes_.u32(entry + 4);
            if (at < icc_header_bytes || at > bytes_.size() || bytes_.size() - at < 12)
                return std::nullopt;
            return at;
        }
        return std::nullopt;
    }

    Result<Matrix3> matrix() const {
        Matrix3 columns{};
        const char* const tags[3] = {"rXYZ", "gXYZ", "bXYZ"};
        for (std::size_t i = 0; i < 3; ++i) {
            const std::optional<std::size_t> at = find(tags[i]);
            if (!at || bytes_.text(*at, 4) != "XYZ " || bytes_.size() - *at < 20)
                return refused(
                    fmt::format("has no {}, and only matrix and curves are read", tags[i]));
            for (std::size_t row = 0; row < 3; ++row) {
                columns[row][i] = bytes_.fixed16(*at + 8 + 4 * row);
                if (columns[row][i] < -4 || columns[row][i] > 4)
                    return broken("has impossible primaries");
            }
        }
        return columns;
    }

    Result<Curve> curve(const char* tag) const {
        const std::optional<std::size_t> at = find(tag);
        if (!at)
            return refused(fmt::format("has no {}, and only matrix and curves are read", tag));
        const std::string_view kind = bytes_.text(*at, 4);
        if (kind == "curv")
            return sampled_curve(*at);
        if (kind == "para")
            return formula_curve(*at);
        return broken(fmt::format("has a {} of the unknown kind {}", tag, shown(kind)));
    }

    /// ICC.1:2022 §10.6.
    Result<Curve> sampled_curve(std::size_t at) const {
        const std::uint32_t count = bytes_.u32(at + 8);
        if (count > icc_curve_limit || bytes_.size() - at - 12 < std::size_t{2} * count)
            return broken("has a curve that is cut off");
        if (count == 0)
            return gamma_curve(1);
        if (count == 1)
            return gamma_curve(bytes_.u16(at + 12) / 256.0);
        std::vector<double> samples;
        for (std::size_t i = 0; i < count; ++i)
            samples.push_back(bytes_.u16(at + 12 + 2 * i) / 65535.0);
        return Curve{[samples = std::move(samples)](double code) {
            const double place = code * static_cast<double>(samples.size() - 1);
            const auto first = std::min(static_cast<std::size_t>(place), samples.size() - 2);
            const double part = place - static_cast<double>(first);
            return samples[first] + (samples[first + 1] - samples[first]) * part;
        }};
    }

    /// ICC.1:2022 §10.18: up to seven parameters, in the order g a b c d e f.
    Result<Curve> formula_curve(std::size_t at) const {
        const std::uint32_t kind = bytes_.u16(at + 8);
        constexpr std::size_t parameters[5] = {1, 3, 4, 5, 7};
        if (kind > 4 || bytes_.size() - at - 12 < 4 * parameters[kind])
            return broken("has a curve that is cut off");
        double p[7] = {1, 1, 0, 0, 0, 0, 0};
        for (std::size_t i = 0; i < parameters[kind]; ++i)
            p[i] = bytes_.fixed16(at + 12 + 4 * i);
        const double g = p[0], a = p[1], b = p[2], c = p[3];
        const double zero = a > 0 ? -b / a : 0;
        switch (kind) {
        case 0:
            return gamma_curve(g);
        case 1:
            return Curve{[=](double x) { return x >= zero ? fixed_pow(a * x + b, g) : 0.0; }};
        case 2:
            return Curve{[=](double x) { return x >= zero ? fixed_pow(a * x + b, g) + c : c; }};
        default:
            break;
        }
        const double d = p[4], e = p[5], f = p[6];
        return Curve{[=](double x) { return x >= d ? fixed_pow(a * x + b, g) + e : c * x + f; }};
    }

    IccBytes bytes_;
    const std::string& where_;
};

} // namespace

Result<ColourRecipe>
recipe_of_icc(std::string_view profile, bool grey_picture, const std::string& where) {
    return IccProfile{profile, where}.recipe(grey_picture);
}

} // namespace smos::media
