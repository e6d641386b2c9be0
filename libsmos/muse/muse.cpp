// SPDX-License-Identifier: Apache-2.0
// What is fixed about every muse: its dimensions, its vocabulary, its canonical form.
#include "libsmos/muse/muse.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/hash.hpp"
#include "libsmos/core/limits.hpp"

#include <fmt/format.h>

namespace smos::muse {

const std::array<Dimension, 6>& dimensions() {
    static const std::array<Dimension, 6> all = {{
        {"ego", &MoralGraph::ego},
        {"empathy", &MoralGraph::empathy},
        {"chaos", &MoralGraph::chaos},
        {"autonomy", &MoralGraph::autonomy},
        {"sophistication", &MoralGraph::sophistication},
        {"technophilia", &MoralGraph::technophilia},
    }};
    return all;
}

const std::vector<std::string>& shot_types() {
    static const std::vector<std::string> all = {
        "extreme_wide_shot", "wide_shot", "medium_shot", "close_up", "extreme_close_up"};
    return all;
}

const std::vector<std::string>& registers() {
    static const std::vector<std::string> all = {"dry", "playful", "luxurious", "technical", "raw"};
    return all;
}

std::vector<std::string> Muse::anchor_paths() const {
    std::vector<std::string> paths;
    for (const std::string& anchor : face_anchors) {
        const bool absolute = !anchor.empty() && anchor.front() == '/';
        paths.push_back(absolute || directory.empty() ? anchor : directory + "/" + anchor);
    }
    return paths;
}

Error Problem::as_error(const std::string& file) const {
    const std::string where = line > 0 ? fmt::format("{}:{}", file, line) : file;
    const std::string what = field.empty() ? message : field + ": " + message;
    return Error{"bad_muse", what, where, hint};
}

bool Reading::ok() const {
    for (const Problem& problem : problems)
        if (problem.severity == Severity::error)
            return false;
    return true;
}

Result<Muse> load(const std::string& path) {
    auto bytes = read_file(path, limits::yaml_bytes);
    if (!bytes) {
        Error error = bytes.error();
        error.code = "no_input";
        return error;
    }
    Reading reading = read(*bytes);
    for (const Problem& problem : reading.problems)
        if (problem.severity == Severity::error)
            return problem.as_error(path);
    const std::size_t slash = path.rfind('/');
    if (slash != std::string::npos)
        reading.muse.directory = path.substr(0, slash);
    return std::move(reading.muse);
}

std::string dna_sha256(const Muse& muse) { return sha256_hex(emit_json(muse)); }

} // namespace smos::muse
