// SPDX-License-Identifier: Apache-2.0
// Parsing and writing JSON values, with the library's exceptions ending here.
#include "libsmos/records/json.hpp"

#include "libsmos/records/scan.hpp"

#include <fmt/format.h>

namespace smos::records {

Result<Json> parse_json(std::string_view text, std::string_view where) {
    // The scan bounds the depth first: the library's parser recurses as deep as the input says.
    if (const auto problem = check_json(text)) {
        return Error{"bad_json",
                     fmt::format("{} at byte {}", problem->what, problem->offset),
                     std::string{where},
                     {}};
    }
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::parse_error&) {
        return Error{"bad_text",
                     "a \\u escape is half a character",
                     std::string{where},
                     "write the text as UTF-8"};
    } catch (const nlohmann::json::exception&) {
        return Error{"bad_number",
                     "a number is outside the range of a double",
                     std::string{where},
                     "write it as a string or leave it out"};
    }
}

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace smos::records
