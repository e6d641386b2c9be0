// SPDX-License-Identifier: Apache-2.0
// Fonts as files, looked up in a fixed list first and in fontconfig last.
#include "libsmos/media/captions/fonts.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/handle.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/media/captions/captions_emoji.hpp"
#include "libsmos/media/captions/fonts_charmap.hpp"

#include <fmt/format.h>
#include <fontconfig/fontconfig.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

namespace smos::media {
namespace {

using PatternHandle = UniqueHandle<FcPattern, FcPatternDestroy>;
using CharsetHandle = UniqueHandle<FcCharSet, FcCharSetDestroy>;
using ConfigHandle = UniqueHandle<FcConfig, FcConfigDestroy>;

constexpr std::size_t font_file_limit = std::size_t{64} << 20;

struct KnownFont {
    const char* family;
    const char* style;
    const char* path;
    const char* package;
};

constexpr std::array<KnownFont, 14> known_fonts{{
    {"Inter", "Black", "/usr/share/fonts/opentype/inter/Inter-Black.otf", "fonts-inter"},
    {"Inter", "ExtraBold", "/usr/share/fonts/opentype/inter/Inter-ExtraBold.otf", "fonts-inter"},
    {"Inter", "Bold", "/usr/share/fonts/opentype/inter/Inter-Bold.otf", "fonts-inter"},
    {"Inter", "Regular", "/usr/share/fonts/opentype/inter/Inter-Regular.otf", "fonts-inter"},
    {"Lato", "Black", "/usr/share/fonts/truetype/lato/Lato-Black.ttf", "fonts-lato"},
    {"Lato", "Bold", "/usr/share/fonts/truetype/lato/Lato-Bold.ttf", "fonts-lato"},
    {"DejaVu Sans",
     "Bold",
     "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
     "fonts-dejavu-core"},
    {"DejaVu Sans", "Book", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core"},
    {"Symbola",
     "Regular",
     "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf",
     "fonts-symbola"},
    {"Bebas Neue",
     "Bold",
     "/usr/share/fonts/opentype/bebas-neue/BebasNeue-Bold.otf",
     "fonts-bebas-neue"},
    {"Courier Prime",
     "Bold",
     "/usr/share/fonts/opentype/courier-prime/Courier Prime Bold.otf",
     "fonts-courier-prime"},
    {"Courier Prime",
     "Bold Italic",
     "/usr/share/fonts/opentype/courier-prime/Courier Prime Bold Italic.otf",
     "fonts-courier-prime"},
    // Of its two files the one with Hangul.
    {"Droid Sans Fallback",
     "Regular",
     "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf",
     "fonts-droid-fallback"},
    {"Noto Color Emoji",
     "Regular",
     "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
     "fonts-noto-color-emoji"},
}};

/// Behind the display font, in this order.
constexpr std::array<std::array<const char*, 2>, 5> fallbacks{{{"Inter", "Black"},
                                                               {"DejaVu Sans", "Bold"},
                                                               {"DejaVu Sans", "Book"},
                                                               {"Droid Sans Fallback", "Regular"},
                                                               {"Symbola", "Regular"}}};

bool same(std::string_view a, const char* b) {
    return ::strcasecmp(std::string{a}.c_str(), b) == 0;
}

std::string text_of(const FcPattern& pattern, const char* object) {
    FcChar8* value = nullptr;
    if (FcPatternGetString(&pattern, object, 0, &value) != FcResultMatch)
        return {};
    return reinterpret_cast<const char*>(value);
}

PatternHandle describe_file(const std::string& path) {
    int faces = 0;
    const auto* name = reinterpret_cast<const FcChar8*>(path.c_str());
    return PatternHandle{FcFreeTypeQuery(name, 0, nullptr, &faces)};
}

Result<Font>
font_of_file(std::string_view family, std::string_view style, const std::string& path) {
    const PatternHandle pattern = describe_file(path);
    if (!pattern)
        return Error{"no_font", "not a font file", path};
    SMOS_TRY(const Digest digest, sha256_of_file(path));
    // libass knows OpenType (CFF) files by their PostScript name and TrueType by their full name;
    // a family name would let it choose among files.
    const bool postscript = text_of(*pattern, FC_FONTFORMAT) == "CFF";
    std::string name = text_of(*pattern, postscript ? FC_POSTSCRIPT_NAME : FC_FULLNAME);
    return Font{std::string{family},
                std::string{style},
                path,
                hex(digest),
                std::move(name),
                family == "Droid Sans Fallback"};
}

/// One process asks for the same few fonts many times, and the emoji alone are 10 MB to hash.
class ReadFonts {
  public:
    Result<Font> at(std::string_view family, std::string_view style, const std::string& path) {
        struct stat now {};
        if (::stat(path.c_str(), &now) != 0)
            return font_of_file(family, style, path); // says what is wrong
        const std::lock_guard lock(mutex_);
        const auto known = fonts_.find(path);
        if (known != fonts_.end() && is_same(known->second.file, now) &&
            known->second.font.family == family && known->second.font.style == style)
            return known->second.font;
        SMOS_TRY(Font font, font_of_file(family, style, path));
        fonts_[path] = {now, font};
        return font;
    }

  private:
    struct Read {
        struct stat file;
        Font font;
    };
    static bool is_same(const struct stat& a, const struct stat& b) {
        return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
               a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec &&
               a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
    }

    std::mutex mutex_;
    std::map<std::string, Read> fonts_;
};

Result<Font> read_font(std::string_view family, std::string_view style, const std::string& path) {
    static ReadFonts fonts;
    return fonts.at(family, style, path);
}

Error no_font(std::string_view family, std::string_view style, const char* package) {
    return Error{"no_font",
                 fmt::format("there is no font \"{}\" {}", one_line(family), one_line(style)),
                 "",
                 package == nullptr ? "" : fmt::format("apt-get install {}", package)};
}

/// Only an exact family counts: fontconfig always answers with something.
Result<Font> ask_fontconfig(std::string_view family, std::string_view style) {
    const ConfigHandle config{FcInitLoadConfigAndFonts()};
    const PatternHandle wanted{FcPatternCreate()};
    const auto text = [](const std::string& value) {
        return reinterpret_cast<const FcChar8*>(value.c_str());
    };
    FcPatternAddString(wanted.get(), FC_FAMILY, text(std::string{family}));
    FcPatternAddString(wanted.get(), FC_STYLE, text(std::string{style}));
    FcConfigSubstitute(config.get(), wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult outcome = FcResultNoMatch;
    const PatternHandle found{FcFontMatch(config.get(), wanted.get(), &outcome)};
    if (!found || !same(family, text_of(*found, FC_FAMILY).c_str()) ||
        !same(style, text_of(*found, FC_STYLE).c_str()))
        return no_font(family, style, nullptr);
    return read_font(family, style, text_of(*found, FC_FILE));
}

/// What is left for the text fonts.
std::vector<char32_t> drawn_as_text(std::string_view text, const EmojiFont* emoji) {
    if (emoji == nullptr)
        return code_points(text);
    std::vector<char32_t> all;
    for (const EmojiRun& run : split_emoji(text, emoji)) {
        if (run.emoji)
            continue;
        for (const char32_t code_point : code_points(run.text))
            all.push_back(code_point);
    }
    return all;
}

} // namespace

Result<Font> resolve_font(std::string_view family, std::string_view style) {
    const KnownFont* known = nullptr;
    for (const KnownFont& font : known_fonts) {
        if (same(family, font.family) && same(style, font.style))
            known = &font;
    }
    if (known == nullptr)
        return ask_fontconfig(family, style);
    if (::access(known->path, R_OK) != 0)
        return no_font(family, style, known->package);
    return read_font(known->family, known->style, known->path);
}

struct FontSet::Face {
    std::string bytes;
    CharsetHandle charset;
    FontMetrics metrics;
};

FontSet::FontSet() = default;
FontSet::FontSet(FontSet&&) noexcept = default;
FontSet& FontSet::operator=(FontSet&&) noexcept = default;
FontSet::~FontSet() = default;

Result<FontSet> FontSet::open(std::vector<Font> fonts) {
    SMOS_EXPECT(!fonts.empty());
    FontSet set;
    for (const Font& font : fonts) {
        auto face = std::make_unique<Face>();
        SMOS_TRY(face->bytes, read_file(font.path, font_file_limit));
        prefer_full_charmap(face->bytes);
        face->metrics = read_metrics(face->bytes);
        const PatternHandle pattern = describe_file(font.path);
        FcCharSet* charset = nullptr;
        if (!pattern ||
            FcPatternGetCharSet(pattern.get(), FC_CHARSET, 0, &charset) != FcResultMatch)
            return Error{"no_font", "the font has no characters", font.path};
        face->charset.reset(FcCharSetCopy(charset));
        set.faces_.push_back(std::move(face));
    }
    set.fonts_ = std::move(fonts);
    return set;
}

namespace {

bool has_emoji(std::string_view text, const EmojiFont& font) {
    for (const EmojiRun& run : split_emoji(text, &font)) {
        if (run.emoji)
            return true;
    }
    return false;
}

} // namespace

Result<FontSet> FontSet::for_captions(std::string_view family, std::string_view style) {
    SMOS_TRY(Font display, resolve_font(family, style));
    std::vector<Font> fonts{std::move(display)};
    for (const auto& [name, weight] : fallbacks) {
        Result<Font> font = resolve_font(name, weight);
        if (font && font->path != fonts.front().path)
            fonts.push_back(*std::move(font));
    }
    SMOS_TRY(FontSet set, open(std::move(fonts)));
    SMOS_CHECK(set.add_emoji(""));
    return set;
}

Result<FontSet>
FontSet::for_text(std::string_view family, std::string_view style, std::string_view text) {
    SMOS_TRY(const Font display, resolve_font(family, style));
    SMOS_TRY(FontSet set, open({display}));
    SMOS_CHECK(set.add_emoji(text));
    // The box that stands for missing characters is looked for too.
    const std::string wanted = std::string{text} + "\u25A1";
    for (const auto& [name, weight] : fallbacks) {
        if (set.missing(text).empty())
            break;
        Result<Font> font = resolve_font(name, weight);
        if (!font || font->path == display.path)
            continue;
        SMOS_TRY(FontSet more, open({*font}));
        const std::vector<MissingGlyph> gone = set.missing(wanted);
        const bool helps = std::any_of(gone.begin(), gone.end(), [&](const MissingGlyph& glyph) {
            return more.has(0, glyph.code_point);
        });
        if (!helps)
            continue;
        set.fonts_.push_back(*std::move(font));
        set.faces_.push_back(std::move(more.faces_.front()));
    }
    return set;
}

/// Where it is installed; with `text`, only when there is an emoji in it.
Result<void> FontSet::add_emoji(std::string_view text) {
    Result<Font> file = resolve_font("Noto Color Emoji", "Regular");
    if (!file)
        return {};
    SMOS_TRY(std::shared_ptr<const EmojiFont> font, EmojiFont::open(file->path));
    if (!text.empty() && !has_emoji(text, *font))
        return {};
    emoji_ = std::move(font);
    emoji_file_ = *std::move(file);
    return {};
}

const std::vector<Font>& FontSet::fonts() const { return fonts_; }

const std::string& FontSet::bytes(std::size_t font) const { return faces_[font]->bytes; }

const FontMetrics& FontSet::metrics(std::size_t font) const { return faces_[font]->metrics; }

bool FontSet::has(std::size_t font, char32_t code_point) const {
    return FcCharSetHasChar(faces_[font]->charset.get(), code_point) == FcTrue;
}

int FontSet::font_for(char32_t code_point) const {
    for (std::size_t font = 0; font < faces_.size(); ++font) {
        if (has(font, code_point))
            return static_cast<int>(font);
    }
    return -1;
}

std::vector<MissingGlyph> FontSet::missing(std::string_view text) const {
    std::vector<MissingGlyph> missing;
    for (const char32_t code_point : drawn_as_text(text, emoji_.get())) {
        if (code_point <= U' ' || is_invisible(code_point) || font_for(code_point) >= 0)
            continue;
        const bool known = std::any_of(missing.begin(), missing.end(), [&](const auto& other) {
            return other.code_point == code_point;
        });
        if (!known)
            missing.push_back({code_point, std::string{text}});
    }
    return missing;
}

Result<void> FontSet::require(std::string_view text, const std::string& where) const {
    const std::vector<MissingGlyph> gone = missing(text);
    if (gone.empty())
        return {};
    return missing_glyph(gone.front().code_point, text, where);
}

Error missing_glyph(char32_t code_point, std::string_view text, std::string where) {
    return Error{"missing_glyph",
                 fmt::format("no font has {} of \"{}\"",
                             name_of_character(code_point),
                             first_code_points(one_line(text), 60)),
                 std::move(where),
                 "install a font that has it (fonts-symbola, fonts-droid-fallback and "
                 "fonts-noto-color-emoji have most), or leave it out"};
}

} // namespace smos::media
