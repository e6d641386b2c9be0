// SPDX-License-Identifier: Apache-2.0
// The sections' readers and writers, compiled once.
#include "libsmos/records/sections.hpp"

#include "libsmos/records/record.hpp"
#include "libsmos/records/text_codec.hpp"

namespace smos::records {

SMOS_SECTION(Scout)
SMOS_SECTION(Plan)
SMOS_SECTION(Cfo)
SMOS_SECTION(Render)
SMOS_SECTION(Critic)
SMOS_SECTION(Publish)

std::string text_of_gates(const std::vector<Gate>& gates) {
    std::string text;
    write_value(text, gates);
    return text;
}

Result<std::vector<Gate>> gates_of_text(std::string_view text) {
    if (std::vector<Gate> gates; read_quickly(text, gates))
        return gates;
    SMOS_TRY(const Json list, parse_json(text, "gates"));
    std::vector<Gate> gates;
    SMOS_CHECK(from_json_value(list, "gates", gates));
    return gates;
}

} // namespace smos::records
