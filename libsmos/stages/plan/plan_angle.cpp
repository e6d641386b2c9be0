// SPDX-License-Identifier: Apache-2.0
// Reads the tables of angles once and finds the one that a story calls.
#include "libsmos/stages/plan/plan_angle.hpp"

#include "libsmos/stages/plan/plan_text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace smos::stages {
namespace {

std::vector<std::string> split_at(std::string_view text, char mark) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(mark), text.size());
        if (end > 0)
            parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::vector<Angle> read_angles() {
    std::vector<Angle> out;
    for (const auto& table : {computing_angles(),
                              public_tech_angles(),
                              play_and_space_angles(),
                              nature_angles(),
                              knowledge_angles(),
                              money_angles(),
                              civic_angles(),
                              entertainment_angles(),
                              lifestyle_angles(),
                              making_angles(),
                              generic_angles()})
        for (const AngleSource& source : table)
            out.push_back({source.name,
                           split_words(source.keywords),
                           split_words(source.hashtags),
                           split_at(source.pictures, '|'),
                           read_copy(source.lines)});
    return out;
}

/// Plurals count as their singular.
std::set<std::string> keys_of(std::string_view text) {
    std::set<std::string> keys;
    std::string flat(text.substr(0, 4000));
    for (char& c : flat)
        if (c == '\n' || c == '/' || c == ':' || c == '_' || c == '-')
            c = ' ';
    for (const std::string& word : split_words(flat)) {
        const std::string key = stem_key(word);
        keys.insert(key);
        if (key.size() > 3 && key.back() == 's')
            keys.insert(key.substr(0, key.size() - 1));
    }
    return keys;
}

} // namespace

std::vector<Copy> read_copy(std::string_view block) {
    std::vector<Copy> out;
    for (std::string& line : split_at(block, '\n')) {
        const std::size_t bar = line.find('|');
        if (bar == std::string::npos)
            out.push_back({"", std::move(line)});
        else
            out.push_back({line.substr(0, bar), line.substr(bar + 1)});
    }
    return out;
}

const std::vector<Angle>& angles() {
    static const std::vector<Angle> all = read_angles();
    return all;
}

const Angle& angle_named(std::string_view name) {
    for (const Angle& angle : angles())
        if (angle.name == name)
            return angle;
    return angles().back();
}

std::string angle_of(std::string_view headline, std::string_view text, std::string_view hint) {
    const auto first = keys_of(headline), second = keys_of(hint), third = keys_of(text);
    std::string best = angles().back().name;
    int most = 0;
    for (const Angle& angle : angles()) {
        int score = 0;
        for (const std::string& key : angle.keywords)
            score += static_cast<int>(first.count(key)) * 4 +
                     static_cast<int>(second.count(key)) * 2 + static_cast<int>(third.count(key));
        if (score > most) {
            most = score;
            best = angle.name;
        }
    }
    return best;
}

} // namespace smos::stages
