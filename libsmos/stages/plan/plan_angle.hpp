// SPDX-License-Identifier: Apache-2.0
// Angles: what a muse has to say about a kind of story, and what it looks like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smos::stages {

/// A line of copy. `registers` has the letters d p l t r of those that may say it (dry, playful,
/// luxurious, technical, raw); empty means all.
struct Copy {
    std::string registers;
    std::string text;
};

/// "dt|The demo is never the product." one a line; a line without bar is for all registers.
std::vector<Copy> read_copy(std::string_view block);

struct AngleSource {
    const char* name;
    const char* keywords; // words that call it
    const char* hashtags;
    const char* pictures; // "|" between
    const char* lines;    // as read_copy
};

struct Angle {
    std::string name;
    std::vector<std::string> keywords;
    std::vector<std::string> hashtags;
    std::vector<std::string> pictures;
    std::vector<Copy> lines;
};

/// The last one is "generic", for everything else.
const std::vector<Angle>& angles();
const Angle& angle_named(std::string_view name);

/// The angle whose keywords occur most: a headline word counts four, a word of `hint` (topic,
/// source) two, a word of `text` one.
std::string angle_of(std::string_view headline, std::string_view text, std::string_view hint);

/// The tables in their order, which decides ties: plan_angles_tech.cpp,
std::vector<AngleSource> computing_angles();
std::vector<AngleSource> public_tech_angles();
std::vector<AngleSource> play_and_space_angles();
/// plan_angles_world.cpp,
std::vector<AngleSource> nature_angles();
std::vector<AngleSource> knowledge_angles();
std::vector<AngleSource> money_angles();
std::vector<AngleSource> civic_angles();
/// and plan_angles_life.cpp; `generic_angles` has the last one alone.
std::vector<AngleSource> entertainment_angles();
std::vector<AngleSource> lifestyle_angles();
std::vector<AngleSource> making_angles();
std::vector<AngleSource> generic_angles();

} // namespace smos::stages
