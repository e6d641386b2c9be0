// SPDX-License-Identifier: Apache-2.0
// Labelled lines are taken at their word; the rest is the bio, and its words move the moral graph.
#include "libsmos/muse/genesis_notes.hpp"

#include "libsmos/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smos::muse {
namespace {

struct Move {
    const char* words; // " " between, with a space at both ends
    double MoralGraph::*dimension;
    double by;
};

const std::array<Move, 12>& moves() {
    static const std::array<Move, 12> all = {{
        {" proud bold diva famous star vain confident ", &MoralGraph::ego, 0.25},
        {" humble modest shy quiet ", &MoralGraph::ego, -0.25},
        {" kind warm caring gentle empathic friendly ", &MoralGraph::empathy, 0.25},
        {" cold ruthless blunt merciless ", &MoralGraph::empathy, -0.25},
        {" wild chaotic loud unhinged playful punk ", &MoralGraph::chaos, 0.25},
        {" calm ordered careful precise serene ", &MoralGraph::chaos, -0.25},
        {" independent stubborn rebel free fearless ", &MoralGraph::autonomy, 0.25},
        {" obedient loyal formal corporate ", &MoralGraph::autonomy, -0.25},
        {" luxury elegant couture refined posh gallery ", &MoralGraph::sophistication, 0.3},
        {" street raw gritty cheap trashy ", &MoralGraph::sophistication, -0.3},
        {" geek nerd tech engineer hacker robot ai ", &MoralGraph::technophilia, 0.25},
        {" analog luddite nature offline forest ", &MoralGraph::technophilia, -0.25},
    }};
    return all;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string trimmed(std::string_view text) {
    const std::string flat = one_line(text);
    const std::size_t from = flat.find_first_not_of(' ');
    return from == std::string::npos ? ""
                                     : flat.substr(from, flat.find_last_not_of(' ') - from + 1);
}

std::vector<std::string> listed(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string item = first_code_points(trimmed(text.substr(0, end)), 60);
        if (!item.empty() && out.size() < 200)
            out.push_back(item);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

Result<bool> take_label(Notes& notes, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return false;
    const std::string key = lowered(trimmed(line.substr(0, colon)));
    const std::string value = trimmed(line.substr(colon + 1));
    if (key == "name")
        notes.name = first_code_points(value, 80);
    else if (key == "niche")
        notes.niche = value;
    else if (key == "origin" || key == "from")
        notes.origin = first_code_points(value, 80);
    else if (key == "mood")
        notes.mood = first_code_points(value, 40);
    else if (key == "never say" || key == "do not say")
        notes.never_say = listed(value);
    else if (key == "taboo")
        notes.taboo = listed(value);
    else if (key == "age") {
        const auto parsed = std::from_chars(value.data(), value.data() + value.size(), notes.age);
        if (parsed.ec != std::errc{} || notes.age < 18 || notes.age > 150)
            return Error{"bad_notes",
                         "age: should be a whole number from 18 to 150",
                         "notes",
                         "a muse is an adult"};
    } else
        return false;
    return true;
}

void move_graph(Notes& notes, std::string_view text) {
    std::string word;
    for (const char c : lowered(text) + " ") {
        const bool letter = (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
        if (letter) {
            word += c;
            continue;
        }
        for (const Move& move : moves())
            if (!word.empty() &&
                std::string_view(move.words).find(" " + word + " ") != std::string_view::npos) {
                notes.moves.*move.dimension += move.by;
                notes.moved = true;
            }
        word.clear();
    }
}

} // namespace

Result<Notes> read_notes(std::string_view text) {
    if (text.size() > 64 * 1024 || !is_utf8(text))
        return Error{"bad_notes",
                     "should be UTF-8 text of at most 64 KiB",
                     "notes",
                     "save it as plain text"};
    Notes notes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        SMOS_TRY(const bool labelled, take_label(notes, line));
        const std::string plain = trimmed(line);
        if (!labelled && !plain.empty()) {
            notes.bio += (notes.bio.empty() ? "" : " ") + plain;
            move_graph(notes, plain);
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    notes.bio = first_code_points(notes.bio, 2000);
    return notes;
}

} // namespace smos::muse
