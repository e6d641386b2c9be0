// SPDX-License-Identifier: Apache-2.0
// Archetypes and the draw.
#include "libsmos/muse/genesis.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/muse/genesis_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace smos::muse {
namespace {

/// A consistent character: what she cares about, how she looks and how she talks.
struct Archetype {
    const char* niches; // that she is drawn for
    MoralGraph moral;
    std::vector<std::string> traits;
    std::vector<std::string> look;
    std::vector<std::string> palette;
    const char* mood;
    std::vector<std::string> shots;
    std::vector<std::string> phrases;
    std::vector<std::string> registers;
    const char* bio; // {} name, {} origin
    std::int64_t rate_wpm;
    std::int64_t pitch;
};

std::vector<Archetype> technical_archetypes() {
    return {
        {"tech-hardware science engineering energy",
         {0.35, 0.55, 0.25, 0.8, 0.6, 0.9},
         {"precise", "patient", "curious", "unimpressed by keynotes"},
         {"cold editorial light", "brushed steel", "deep shadow", "macro detail"},
         {"#0b0d12", "#1f2a38", "#5fb3d9", "#d9a25f", "#f1f4f7"},
         "calm",
         {"close_up", "extreme_close_up", "wide_shot"},
         {"Show me the second one.", "Measured, not promised."},
         {"technical", "dry"},
         "{} grew up in {} above a repair shop and still opens everything she is told not to open.",
         172,
         46},
        {"ai-lifestyle software productivity internet-culture",
         {0.45, 0.65, 0.55, 0.7, 0.5, 0.85},
         {"quick", "warm", "sceptical", "allergic to buzzwords"},
         {"neon on wet glass", "soft grain", "late-night desk light"},
         {"#0d0b14", "#2a1f3d", "#a86bff", "#4fe3c1", "#f5f0ff"},
         "futuristic",
         {"medium_shot", "close_up", "wide_shot"},
         {"Log off, look up.", "Good bot. Bad plan."},
         {"dry", "playful"},
         "{} left a product job in {} to explain the future to people who have to live in it.",
         178,
         52},
    };
}

std::vector<Archetype> aesthetic_archetypes() {
    return {
        {"luxury-fashion beauty architecture travel",
         {0.7, 0.45, 0.2, 0.65, 0.95, 0.4},
         {"composed", "exacting", "generous with silence"},
         {"warm editorial minimal", "silk and shadow", "gallery light"},
         {"#120e0b", "#3a2a20", "#c9a26b", "#e7d9c3", "#faf6ef"},
         "luxurious",
         {"wide_shot", "close_up", "extreme_wide_shot"},
         {"Keep what lasts.", "Less, but better lit."},
         {"luxurious", "dry"},
         "{} learned cut and cloth in {} and judges everything else by the same seams.",
         158,
         42},
        {"digital-art design photography film",
         {0.55, 0.7, 0.6, 0.75, 0.75, 0.6},
         {"attentive", "playful", "stubborn about colour"},
         {"painterly gradients", "risograph texture", "bold negative space"},
         {"#10131a", "#263a5a", "#ff7a59", "#ffd166", "#f6f1e7"},
         "playful",
         {"wide_shot", "extreme_close_up", "medium_shot"},
         {"Look twice.", "Colour first, reasons later."},
         {"playful", "luxurious"},
         "{} paints with machines in {} and apologises to neither painters nor machines.",
         168,
         54},
    };
}

std::vector<Archetype> grounded_archetypes() {
    return {
        {"street-culture music sport food gaming",
         {0.6, 0.6, 0.75, 0.8, 0.2, 0.45},
         {"direct", "funny", "loyal", "loud on purpose"},
         {"flash photography", "asphalt and neon", "film grain"},
         {"#0c0c0c", "#26221f", "#ff4d3d", "#f2c14e", "#f4f1ea"},
         "energetic",
         {"close_up", "medium_shot", "wide_shot"},
         {"Say it with your chest.", "No filter, no favours."},
         {"raw", "playful"},
         "{} comes from {} and would rather be wrong out loud than right in private.",
         184,
         55},
        {"climate nature health books culture",
         {0.25, 0.9, 0.3, 0.55, 0.6, 0.4},
         {"gentle", "stubborn", "well read"},
         {"morning fog", "soft pastel", "natural light"},
         {"#0f1512", "#24382f", "#7fb89a", "#e0c9a0", "#f5f3ec"},
         "calm",
         {"extreme_wide_shot", "medium_shot", "close_up"},
         {"Small and repeated.", "Take the long view."},
         {"luxurious", "dry"},
         "{} walks a lot around {}, reads on the way, and reports back slowly.",
         160,
         50},
    };
}

std::vector<Archetype> make_archetypes() {
    std::vector<Archetype> all;
    for (const auto& group :
         {technical_archetypes(), aesthetic_archetypes(), grounded_archetypes()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

const std::vector<Archetype>& archetypes() {
    static const std::vector<Archetype> all = make_archetypes();
    return all;
}

constexpr std::array<const char*, 16> first_names = {"Ada",
                                                     "Noor",
                                                     "Mika",
                                                     "Ines",
                                                     "Juno",
                                                     "Thea",
                                                     "Rin",
                                                     "Zadie",
                                                     "Lux",
                                                     "Maren",
                                                     "Suki",
                                                     "Ilse",
                                                     "Nova",
                                                     "Kaia",
                                                     "Paloma",
                                                     "Vesna"};
constexpr std::array<const char*, 16> last_names = {"Okafor",
                                                    "Lindqvist",
                                                    "Moreau",
                                                    "Tanaka",
                                                    "Varga",
                                                    "Castellan",
                                                    "Holm",
                                                    "Idris",
                                                    "Marchetti",
                                                    "Novak",
                                                    "Sato",
                                                    "Reyes",
                                                    "Aldous",
                                                    "Brandt",
                                                    "Ferro",
                                                    "Quill"};
constexpr std::array<const char*, 14> origins = {"Lisbon",
                                                 "Gothenburg",
                                                 "Lagos",
                                                 "Osaka",
                                                 "Trieste",
                                                 "Tallinn",
                                                 "Montreal",
                                                 "Valparaiso",
                                                 "Leipzig",
                                                 "Wellington",
                                                 "Tbilisi",
                                                 "Bergen",
                                                 "Accra",
                                                 "Porto"};
constexpr std::array<const char*, 3> voices = {"en-us", "en-gb", "en-gb-scotland"};

bool serves(const Archetype& archetype, const std::string& niche) {
    return (" " + std::string(archetype.niches) + " ").find(" " + niche + " ") != std::string::npos;
}

/// An archetype of the niche; one that shares a word with it; any.
const Archetype& archetype_for(const std::string& niche, Random& random) {
    const auto& all = archetypes();
    for (const Archetype& archetype : all)
        if (serves(archetype, niche))
            return archetype;
    for (const Archetype& archetype : all)
        for (std::size_t from = 0; from < niche.size();) {
            const std::size_t end = std::min(niche.find('-', from), niche.size());
            const std::string part = niche.substr(from, end - from);
            if (part.size() > 2 &&
                std::string_view(archetype.niches).find(part) != std::string_view::npos)
                return archetype;
            from = end + 1;
        }
    return all[random.below(all.size())];
}

std::string first_niche(const Archetype& archetype, Random& random) {
    std::vector<std::string> names;
    const std::string all = archetype.niches;
    for (std::size_t from = 0; from < all.size();) {
        const std::size_t end = std::min(all.find(' ', from), all.size());
        names.push_back(all.substr(from, end - from));
        from = end + 1;
    }
    return names[random.below(names.size())];
}

/// Up to 0.08 to either side, in hundredths.
double jittered(double value, Random& random) {
    const double moved = value + (random.unit() - 0.5) * 0.16;
    return std::round(std::clamp(moved, 0.02, 0.98) * 100) / 100;
}

std::string filled(std::string text, const std::string& first, const std::string& second) {
    for (const std::string& value : {first, second}) {
        const std::size_t at = text.find("{}");
        if (at != std::string::npos)
            text.replace(at, 2, value);
    }
    return text;
}

void take_character(Muse& muse, const Archetype& archetype, Random& random) {
    for (const Dimension& dimension : dimensions())
        muse.moral.*dimension.value = jittered(archetype.moral.*dimension.value, random);
    muse.identity.traits = archetype.traits;
    muse.style = {
        archetype.look, archetype.palette, archetype.mood, archetype.shots, archetype.phrases};
    muse.voice.name = voices[random.below(voices.size())];
    muse.voice.rate_wpm = archetype.rate_wpm + static_cast<std::int64_t>(random.below(9)) - 4;
    muse.voice.pitch = archetype.pitch + static_cast<std::int64_t>(random.below(7)) - 3;
    muse.voice.registers = archetype.registers;
}

/// Another wish is another muse, also for the same seed.
std::uint64_t seed_of(const Wish& wish) {
    Sha256 hash;
    for (const std::string& field : {std::to_string(wish.seed), wish.name, wish.niche, wish.notes})
        hash.update_field(field);
    const Digest digest = hash.finish();
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < 8; ++i)
        seed = seed << 8U | digest[i];
    return seed;
}

} // namespace

Result<Muse> genesis(const Wish& wish) {
    SMOS_TRY(const Notes notes, read_notes(wish.notes));
    Random random(seed_of(wish));
    Muse muse;
    const std::string asked = wish.niche.empty() ? notes.niche : wish.niche;
    const std::string niche = asked.empty() ? "" : slug(asked).substr(0, 40);
    const Archetype& archetype = niche.empty() ? archetypes()[random.below(archetypes().size())]
                                               : archetype_for(niche, random);
    const std::string drawn_niche = first_niche(archetype, random);
    const std::string drawn_name = fmt::format("{} {}",
                                               first_names[random.below(first_names.size())],
                                               last_names[random.below(last_names.size())]);
    muse.name = one_line(!wish.name.empty()    ? wish.name
                         : !notes.name.empty() ? notes.name
                                               : drawn_name);
    muse.name = first_code_points(muse.name, 80);
    muse.persona_id = slug(muse.name);
    muse.identity.niche = niche.empty() ? drawn_niche : niche;
    const std::string drawn_origin = origins[random.below(origins.size())];
    muse.identity.origin = notes.origin.empty() ? drawn_origin : notes.origin;
    const auto drawn_age = static_cast<std::int64_t>(22 + random.below(24));
    muse.identity.age = notes.age > 0 ? notes.age : drawn_age;
    take_character(muse, archetype, random);
    const std::string first_name = muse.name.substr(0, muse.name.find(' '));
    muse.identity.bio =
        notes.bio.empty() ? filled(archetype.bio, first_name, muse.identity.origin) : notes.bio;
    if (!notes.mood.empty())
        muse.style.mood = notes.mood;
    for (const Dimension& dimension : dimensions()) {
        double& value = muse.moral.*dimension.value;
        value = std::round(std::clamp(value + notes.moves.*dimension.value, 0.0, 1.0) * 100) / 100;
    }
    if (notes.moved)
        muse.voice.registers.clear();
    muse.channels = {{"site", muse.persona_id, 1200}};
    muse.do_not_say = notes.never_say;
    muse.taboo = notes.taboo;
    return muse;
}

} // namespace smos::muse
