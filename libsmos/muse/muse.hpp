// SPDX-License-Identifier: Apache-2.0
// The persona: who speaks, what she believes, how she looks and sounds, and what she never says.
#pragma once

#include "libsmos/core/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smos::muse {

struct Identity {
    std::string origin;   ///< at most 80 code points
    std::int64_t age = 0; ///< 18..150; 0 is not said
    std::string niche;    ///< lower-case words with dashes; names the row of the CPM table
    std::vector<std::string> traits; ///< at most 12
    std::string bio;                 ///< at most 2000 code points
};

/// The six dimensions, each 0..1. Sophistication: 0 is street, 1 is luxury.
struct MoralGraph {
    double ego = 0.5;
    double empathy = 0.5;
    double chaos = 0.5;
    double autonomy = 0.5;
    double sophistication = 0.5;
    double technophilia = 0.5;
};

/// The dimensions by name, in the order of every listing.
struct Dimension {
    const char* name;
    double MoralGraph::*value;
};
const std::array<Dimension, 6>& dimensions();

struct Style {
    std::vector<std::string> look;    ///< words for the image prompt, at most 24
    std::vector<std::string> palette; ///< "#rrggbb", at most 8; may be empty
    std::string mood;                 ///< one or two words
    std::vector<std::string> shots;   ///< preferred shot types, of shot_types()
    std::vector<std::string> phrases; ///< what she is known to say, at most 16
};

struct Voice {
    std::string name = "en-us";         ///< of the speech engine
    std::int64_t rate_wpm = 170;        ///< 80..300
    std::int64_t pitch = 50;            ///< 0..99
    std::vector<std::string> registers; ///< of registers(); empty follows from the moral graph
};

struct Channel {
    std::string name;               ///< "site", "dir", …
    std::string account;            ///< may be empty
    std::int64_t typical_views = 0; ///< views of an ordinary post
};

struct Muse {
    std::string persona_id; ///< lower-case letters, digits and dashes, at most 64
    std::string name;
    std::string version = "1";
    std::string tenant = "default";
    std::string language = "en"; ///< BCP 47
    Identity identity;
    MoralGraph moral;
    Style style;
    Voice voice;
    std::vector<Channel> channels; ///< the first is the one whose views a plan counts on
    std::vector<std::string> do_not_say;
    std::vector<std::string> taboo;
    std::vector<std::string> face_anchors; ///< as written; relative to the muse's file
    std::string directory;                 ///< of the file it came from; no part of the DNA

    /// face_anchors with relative paths set against `directory`.
    std::vector<std::string> anchor_paths() const;
};

const std::vector<std::string>& shot_types();
/// dry, playful, luxurious, technical, raw: the ways a muse may sound.
const std::vector<std::string>& registers();

enum class Severity { error, warning };

/// One thing that is wrong with a muse file. `field` is a path such as "voice.rate_wpm".
struct Problem {
    Severity severity = Severity::error;
    int line = 0; ///< from 1; 0 when the place is the whole file
    std::string field;
    std::string message;
    std::string hint;

    /// "ava.yaml:12" and the rest as an Error (code "bad_muse").
    Error as_error(const std::string& file) const;
};

struct Reading {
    Muse muse; ///< complete only when no problem is an error
    std::vector<Problem> problems;
    bool ok() const;
};

/// Reads YAML and names every problem at once. Every list and text is bounded before it is walked,
/// so aliases cannot blow it up.
Reading read(std::string_view yaml);

/// The muse, or its first error naming file:line and field. A missing file has code "no_input".
Result<Muse> load(const std::string& path);

/// The file form; read(emit(m)) gives m back.
std::string emit(const Muse& muse);
/// One JSON object with the same members, in a fixed order.
std::string emit_json(const Muse& muse);
/// SHA-256 over the canonical form: layout, comments and key order of the file do not matter.
std::string dna_sha256(const Muse& muse);

} // namespace smos::muse
