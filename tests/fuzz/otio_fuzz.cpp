// SPDX-License-Identifier: Apache-2.0
// Any JSON as a timeline of another program: refused with a path, or converted; what was imported
// goes through an export and back without harm.
#include "libsmos/records/interchange/interchange.hpp"
#include "libsmos/records/json_value.hpp"

#include <cstdint>
#include <string>

using namespace smos;
using namespace smos::records;
using namespace smos::records::interchange;

namespace {

/// The JSON, or nothing when it was refused; a refusal says where and what.
std::optional<Json> accepted(const Result<Converted>& result) {
    if (result)
        return *result->json;
    SMOS_EXPECT(!result.error().where.empty() && !result.error().message.empty());
    return std::nullopt;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = parse_json(std::string{data, data + size}, "fuzz");
    if (!json)
        return 0;
    if (format_of(*json) == Format::atoms) {
        if (const auto timeline = accepted(atoms_import(*json)))
            accepted(otio_export(*timeline));
        return 0;
    }
    const bool own = format_of(*json) == Format::timeline;
    for (const OtioProfile profile : {OtioProfile::core, OtioProfile::premiere}) {
        const std::optional<Json> timeline =
            own ? std::optional<Json>{*json} : accepted(otio_import(*json, {profile}));
        if (!timeline)
            continue;
        for (const OtioAudio audio : {OtioAudio::samples, OtioAudio::frames}) {
            if (const auto otio = accepted(otio_export(*timeline, {audio})))
                accepted(otio_import(*otio));
        }
    }
    return 0;
}
