// SPDX-License-Identifier: Apache-2.0
// Which composition suits a prompt: words weigh most, then mood and shot, then the dice.
#include "libsmos/media/backdrop/backdrop_choice.hpp"

namespace smos::media::backdrop {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t longest_text = 4096;

bool matches(const std::string& word, const std::string& wanted) {
    if (word.compare(0, wanted.size(), wanted) != 0) {
        return false;
    }
    const std::size_t ending = word.size() - wanted.size();
    return ending == 0 || (wanted.size() >= 4 && ending <= 3);
}

std::uint64_t hash_text(std::string_view text, std::uint64_t hash) { // FNV-1a
    for (const char c : text.substr(0, longest_text)) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return (hash ^ 0xffU) * 1099511628211ULL;
}

} // namespace

std::vector<std::string> words_of(std::string_view text) {
    Words words;
    std::string word;
    for (const char c : text.substr(0, longest_text)) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            word.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
        } else if (!word.empty()) {
            words.push_back(word);
            word.clear();
        }
    }
    if (!word.empty()) {
        words.push_back(word);
    }
    return words;
}

int count_matches(const Words& words, const Words& wanted) {
    int count = 0;
    for (const std::string& want : wanted) {
        for (const std::string& word : words) {
            if (matches(word, want)) {
                ++count;
                break;
            }
        }
    }
    return count;
}

std::uint64_t request_seed(const BackdropRequest& request) {
    std::uint64_t hash = 14695981039346656037ULL ^ (request.seed * 0x9e3779b97f4a7c15ULL);
    hash = hash_text(request.prompt, hash);
    hash = hash_text(request.mood, hash);
    return hash_text(request.shot_type, hash);
}

const Family& choose_family(const BackdropRequest& request) {
    const auto& all = families();
    for (const Family& family : all) {
        if (family.name == request.family) {
            return family;
        }
    }
    const Words prompt = words_of(request.prompt);
    const Words manner = words_of(request.mood + " " + request.shot_type.substr(0, longest_text));
    Dice dice(request_seed(request));
    const Family* best = &all.front();
    float best_score = -100.0F;
    for (const Family& family : all) {
        const int asked = std::min(3, count_matches(prompt, family.words));
        const int suited = std::min(2, count_matches(manner, family.moods));
        // The dice outweigh one suited word, not two asked ones: scenes differ but stay on topic.
        const bool avoided = std::find(request.avoid.begin(), request.avoid.end(), family.name) !=
                             request.avoid.end();
        const float score = 2.2F * std::sqrt(real(asked)) + 0.45F * real(suited) +
                            1.5F * dice.unit() - (avoided ? 9.0F : 0.0F);
        if (score > best_score) {
            best_score = score;
            best = &family;
        }
    }
    return *best;
}

Temper temper_of(const BackdropRequest& request) {
    const Words mood = words_of(request.mood);
    const Words shot = words_of(request.shot_type);
    const auto any = [](const Words& words, const Words& wanted) {
        return count_matches(words, wanted) > 0;
    };
    Temper t;
    const auto apply = [&](const Words& wanted,
                           float energy,
                           float exposure,
                           float saturation,
                           float grain,
                           float vignette) {
        if (any(mood, wanted)) {
            t = {t.energy + energy,
                 t.zoom,
                 t.exposure * exposure,
                 t.saturation * saturation,
                 t.grain * grain,
                 t.vignette * vignette};
        }
    };
    apply({"calm", "serene", "soft", "gentle", "peaceful", "dreamy", "intimate"},
          -0.3F,
          1.0F,
          0.92F,
          0.8F,
          0.8F);
    apply({"energetic", "bold", "hype", "excited", "urgent", "dynamic", "intense"},
          0.4F,
          1.08F,
          1.15F,
          1.0F,
          1.0F);
    apply({"dark", "moody", "mysterious", "tense", "noir", "serious"},
          -0.05F,
          0.72F,
          0.95F,
          1.3F,
          1.4F);
    apply({"luxurious", "luxury", "elegant", "premium"}, -0.15F, 0.88F, 0.95F, 0.8F, 1.25F);
    apply({"raw", "gritty", "authentic", "documentary"}, 0.1F, 0.92F, 0.72F, 2.4F, 1.3F);
    apply({"playful", "funny", "fun", "happy", "joyful"}, 0.2F, 1.1F, 1.12F, 0.8F, 0.5F);
    apply({"futuristic", "cyber", "scifi", "sleek"}, 0.1F, 1.0F, 1.1F, 0.7F, 1.1F);
    t.energy = clamp01(t.energy);
    if (any(shot, {"wide", "establishing", "aerial", "landscape", "drone", "overhead"})) {
        t.zoom = 0.82F;
    } else if (any(shot, {"close", "closeup", "detail", "macro", "insert", "extreme"})) {
        t.zoom = 1.32F;
    }
    return t;
}

bool falls(const BackdropRequest& request) {
    return count_matches(words_of(request.prompt),
                         {"fall",
                          "falling",
                          "fell",
                          "crash",
                          "drop",
                          "plunge",
                          "loss",
                          "lose",
                          "decline",
                          "collapse",
                          "crisis",
                          "recession",
                          "down",
                          "sink",
                          "slump",
                          "bankrupt"}) > 0;
}

} // namespace smos::media::backdrop
