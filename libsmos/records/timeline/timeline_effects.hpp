// SPDX-License-Identifier: Apache-2.0
// What the renderer can do to a picture, make from nothing, and put between two pictures.
#pragma once

#include <string_view>
#include <vector>

namespace smos::records {

struct EffectParameter {
    enum class Kind { number, word, text, colour, asset };
    const char* name;
    Kind kind = Kind::number;
    double low = 0; // of every component
    double high = 1;
    double fallback = 0;
    int components = 1;
    const char* words = ""; // of a word: "left right up down", the first is the fallback
    const char* doc = "";
};

struct EffectKind {
    const char* name;
    const char* doc;
    std::vector<EffectParameter> parameters;
};

/// Filters (`fx`), generators (`gen`) and transitions (`trans`), each by name.
const std::vector<EffectKind>& filter_kinds();
const std::vector<EffectKind>& generator_kinds();
const std::vector<EffectKind>& transition_kinds();

const EffectKind* effect_kind(const std::vector<EffectKind>& kinds, std::string_view name);

} // namespace smos::records
