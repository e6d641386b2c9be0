// SPDX-License-Identifier: Apache-2.0
// An Atoms project as lists of objects with paths, whether its file nests them or not.
#pragma once

#include "libsmos/records/interchange/exact.hpp"
#include "libsmos/records/interchange/findings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smos::records::interchange {

struct AtomsObject {
    const Json* json = nullptr;
    std::string path{};
    std::string id{};
    std::string parent{}; // sequence of a track, track of a clip
};

struct AtomsDocument {
    const Json* project = nullptr; // may be missing
    AtomsObject sequence{};
    std::vector<AtomsObject> tracks{}; // of the sequence, lowest first
    std::vector<AtomsObject> clips{};  // of those tracks, by start
    std::vector<AtomsObject> transitions{};
    std::vector<AtomsObject> filters{};
    std::vector<AtomsObject> automations{};
    std::vector<AtomsObject> assets{};
};

/// Chooses the sequence and checks that everything refers to something; stops `findings` otherwise.
AtomsDocument atoms_document(const Json& root, Findings& findings);

/// A number of milliseconds as seconds; absent gives `fallback_ms`.
Exact atoms_time(const AtomsObject& object,
                 const char* key,
                 double fallback_ms,
                 Findings& findings);
/// A number within +-1e9; absent gives `fallback`.
double
atoms_number(const AtomsObject& object, const char* key, double fallback, Findings& findings);
bool atoms_flag(const AtomsObject& object, const char* key);

} // namespace smos::records::interchange
