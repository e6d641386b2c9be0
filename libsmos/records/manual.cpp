// SPDX-License-Identifier: Apache-2.0
// smos-records(5): the fields of every section as a manual page, from the same definitions.
#include "libsmos/records/manual.hpp"

#include "libsmos/records/json_value.hpp"
#include "libsmos/records/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace smos::records {
namespace {

/// Text for man(7): no leading dot or quote, backslashes and dashes as themselves.
std::string plain(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        if (c == '\\') {
            safe += "\\e";
        } else if (c == '-') {
            safe += "\\-";
        } else {
            safe.push_back(c);
        }
    }
    if (!safe.empty() && (safe.front() == '.' || safe.front() == '\''))
        safe.insert(0, "\\&");
    return safe;
}

/// "integer", "string or null", "array of spend", as a reader would say it.
std::string type_of(const Json& schema) {
    if (schema.contains("const"))
        return schema["const"].get<std::string>();
    if (schema.contains("enum"))
        return "one word";
    if (!schema.contains("type"))
        return "any";
    const Json& type = schema["type"];
    if (type.is_array())
        return type.front().get<std::string>();
    auto name = type.get<std::string>();
    if (name == "array")
        return "array of " + type_of(schema["items"]);
    return name;
}

/// Inner objects follow indented below their field.
void describe(const Json& object, std::string& page) {
    const Json needed = object.value("required", Json::array());
    for (const auto& [name, field] : object["properties"].items()) {
        const bool required = std::find(needed.begin(), needed.end(), name) != needed.end();
        page += fmt::format(".TP\n.B {}\n({}{}) {}\n",
                            plain(name),
                            plain(type_of(field)),
                            required ? ", required" : "",
                            plain(field.value("description", "")));
        if (field.contains("enum")) {
            std::string words;
            for (const Json& word : field["enum"])
                words += " " + word.get<std::string>();
            page += "One of:" + plain(words) + ".\n";
        }
        const Json& inner = field.contains("items") ? field["items"] : field;
        if (inner.contains("properties")) {
            page += ".RS\n";
            describe(inner, page);
            page += ".RE\n";
        }
    }
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

} // namespace

std::string records_manual() {
    std::string page =
        ".TH SMOS\\-RECORDS 5 \"\" \"SMOS\" \"SMOS manual\"\n.SH NAME\n"
        "smos\\-records \\- the production record that travels through the tools\n"
        ".SH DESCRIPTION\n"
        "One JSON object a line. Each tool owns the section that is named after it and keeps every "
        "other byte. Times are RFC 3339 in UTC, money is integer micro\\-USD, durations are "
        "milliseconds, probabilities lie in 0..1. What is unknown is absent or null, never 0.\n";
    for (const std::string& name : schema_names()) {
        const auto schema = parse_json(*schema_text(name), name);
        SMOS_EXPECT(static_cast<bool>(schema));
        Json body = *schema;
        if (name == "record") { // its sections have headings of their own
            for (const std::string& section : schema_names()) {
                if (body["properties"].contains(section)) {
                    body["properties"][section].erase("properties");
                }
            }
        }
        page += fmt::format(".SH {}\n{}\n", upper(name), plain(body.value("description", "")));
        describe(body, page);
    }
    return page + ".SH SEE ALSO\n.BR smos (1),\n.BR smos (7)\n";
}

} // namespace smos::records
