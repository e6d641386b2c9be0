// SPDX-License-Identifier: Apache-2.0
// From words to a composition and its temper.
#pragma once

#include "libsmos/media/backdrop/backdrop.hpp"
#include "libsmos/media/backdrop/backdrop_families.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::media::backdrop {

struct Family {
    std::string name;
    Painter painter;
    std::vector<std::string> words; ///< of prompts that ask for it
    std::vector<std::string> moods; ///< words of moods and shot types that suit it
};

const std::vector<Family>& families();

/// Lower-case ASCII words; everything else separates. Reads at most 4096 bytes.
std::vector<std::string> words_of(std::string_view text);

/// How many of the wanted words occur; a word of four letters or more also counts with an ending
/// of up to three letters ("stock": "stocks").
int count_matches(const std::vector<std::string>& words, const std::vector<std::string>& wanted);

/// What the seed and all words of the request amount to.
std::uint64_t request_seed(const BackdropRequest& request);

const Family& choose_family(const BackdropRequest& request);

/// How lively (0..1), how large the elements, how the finished picture is graded.
struct Temper {
    float energy = 0.5F;
    float zoom = 1.0F;
    float exposure = 1.0F;
    float saturation = 1.0F;
    float grain = 1.0F;
    float vignette = 1.0F;
};

Temper temper_of(const BackdropRequest& request);

/// Whether the prompt speaks of falling prices or losses.
bool falls(const BackdropRequest& request);

} // namespace smos::media::backdrop
