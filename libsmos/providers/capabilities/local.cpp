// SPDX-License-Identifier: Apache-2.0
// The `local` dialect: painted backgrounds, espeak-ng speech, composed music.
#include "libsmos/providers/capabilities/local.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/sound/music.hpp"
#include "libsmos/media/speech/speech.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace smos::providers {
namespace {

using records::Json;

std::string text_of(const Json& request, const char* key) {
    const auto found = request.find(key);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t integer_of(const Json& request, const char* key, std::int64_t fallback) {
    const auto found = request.find(key);
    return found != request.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                : fallback;
}

int bounded(std::int64_t value, int least, int most) {
    return static_cast<int>(std::clamp<std::int64_t>(value, least, most));
}

/// "#rrggbb"; anything else is nothing.
std::optional<media::Rgb> colour_of(const Json& value) {
    if (!value.is_string())
        return std::nullopt;
    const auto text = value.get<std::string>();
    const bool hexadecimal = text.size() == 7 && text.front() == '#' &&
                             text.find_first_not_of("0123456789abcdefABCDEF", 1) == text.npos;
    if (!hexadecimal)
        return std::nullopt;
    const auto number = std::stoul(text.substr(1), nullptr, 16);
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(number >> shift); };
    return media::Rgb{byte(16), byte(8), byte(0)};
}

/// The muse's own five colours from dark to light, else those that her style's words call for.
media::Palette palette_of(const Json& request) {
    const media::Palette by_words =
        media::palette_for(text_of(request, "style"),
                           static_cast<std::uint64_t>(integer_of(request, "palette_seed", 0)));
    media::Palette own;
    const auto given = request.find("palette");
    if (given == request.end() || !given->is_array() || given->size() != own.stops.size()) {
        return by_words;
    }
    for (std::size_t i = 0; i < own.stops.size(); ++i) {
        const auto colour = colour_of((*given)[i]);
        if (!colour)
            return by_words;
        own.stops[i] = *colour;
    }
    return own;
}

media::BackdropRequest backdrop_of(const Json& request, const Fit& fit) {
    media::BackdropRequest wanted;
    wanted.prompt = text_of(request, "prompt");
    wanted.mood = text_of(request, "mood");
    wanted.shot_type = text_of(request, "shot_type");
    wanted.palette = palette_of(request);
    wanted.family = text_of(request, "family");
    if (const auto avoid = request.find("avoid"); avoid != request.end() && avoid->is_array()) {
        for (const Json& family : *avoid) {
            if (family.is_string())
                wanted.avoid.push_back(family.get<std::string>());
        }
    }
    wanted.seed = static_cast<std::uint64_t>(integer_of(request, "seed", 0));
    wanted.width_px = fit.width_px;
    wanted.height_px = fit.height_px;
    return wanted;
}

Result<MadeFile> paint(const Json& request, const Fit& fit, const std::string& directory) {
    const media::BackdropRequest wanted = backdrop_of(request, fit);
    const media::RgbImage image = media::paint_backdrop(wanted, 2);
    if (image.pixels.empty()) {
        return Error{"bad_request",
                     fmt::format("a picture of {}x{}", fit.width_px, fit.height_px),
                     "cap.image.generate",
                     "ask for another size"};
    }
    const std::string path = temporary_beside(directory + "/image.png");
    SMOS_CHECK(media::save_png(path, image));
    return MadeFile{path, "image/png", {}};
}

/// A word that is not said has no time of its own: it is shown with the word before it.
std::vector<records::TimelineWord> shown_words(const media::SpokenText& text,
                                               const media::Speech& speech) {
    std::vector<records::TimelineWord> words;
    for (const media::SpokenWord& word : speech.words) {
        const std::string& display = text.display[word.display_index];
        if (word.end_ms <= word.start_ms && !words.empty()) {
            words.back().text += " " + display;
        } else {
            words.push_back({word.start_ms, std::max(word.end_ms, word.start_ms + 1), display});
        }
    }
    return words;
}

Result<MadeFile> speak(const Json& request, const std::string& directory) {
    const media::SpokenText text = media::speak_form(text_of(request, "text"));
    media::Voice voice;
    if (const std::string name = text_of(request, "voice"); !name.empty())
        voice.name = name;
    voice.rate_wpm = bounded(integer_of(request, "rate_wpm", voice.rate_wpm), 80, 300);
    voice.pitch = bounded(integer_of(request, "pitch", voice.pitch), 0, 99);
    SMOS_TRY(const media::Speech speech, media::synthesize(text, voice));
    const std::string path = temporary_beside(directory + "/speech.wav");
    SMOS_CHECK(write_file_atomically(path, media::wav_bytes(speech.audio)));
    return MadeFile{path, "audio/wav", shown_words(text, speech)};
}

Result<MadeFile> compose(const Json& request, const Fit& fit, const std::string& directory) {
    media::BedRequest wanted;
    wanted.seed = static_cast<std::uint64_t>(integer_of(request, "seed", 0));
    wanted.mood = media::mood_named(text_of(request, "mood")).value_or(media::Mood::calm);
    wanted.duration_samples = fit.duration_samples;
    SMOS_TRY(const media::AudioBuffer bed, media::compose_bed(wanted));
    const std::string path = temporary_beside(directory + "/music.wav");
    SMOS_CHECK(write_file_atomically(path, media::wav_bytes(bed)));
    return MadeFile{path, "audio/wav", {}};
}

} // namespace

Result<MadeFile> make_locally(std::string_view capability,
                              const Json& request,
                              const Fit& fit,
                              const std::string& directory) {
    if (capability == "cap.image.generate")
        return paint(request, fit, directory);
    if (capability == "cap.speech.tts")
        return speak(request, directory);
    if (capability == "cap.music.generate")
        return compose(request, fit, directory);
    return Error{"unknown_capability",
                 fmt::format("'{}' is not served locally", capability),
                 {},
                 "bind it in the configuration (bindings)"};
}

void vary_picture(Json& request, std::int64_t palette_seed, std::vector<std::string>& used) {
    if (!request.contains("palette_seed"))
        request["palette_seed"] = palette_seed;
    if (!request.contains("avoid"))
        request["avoid"] = used;
    used.push_back(media::backdrop_family(backdrop_of(request, Fit{})));
}

} // namespace smos::providers
