// SPDX-License-Identifier: Apache-2.0
// Parsing and writing JSON values, with the library's exceptions ending here.
#include "libsmos/records/json.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/scan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::records {

Result<Json> parse_json(std::string_view text, std::string_view where) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Error{"bad_json", "is empty", std::string{where}, "write JSON into it"};
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

void write_text(std::string& out, std::string_view text) {
    bool plain = true, ascii = true;
    for (const char c : text) {
        plain &= static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
        ascii &= static_cast<unsigned char>(c) < 0x80;
    }
    if (!plain || !(ascii || is_utf8(text))) {
        out += dump(Json(std::string{text}));
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

JsonBox::JsonBox() = default;
JsonBox::JsonBox(Json value) : value_(std::make_unique<Json>(std::move(value))) {}
JsonBox::JsonBox(const JsonBox& other)
    : value_(other.value_ ? std::make_unique<Json>(*other.value_) : nullptr) {}
JsonBox::JsonBox(JsonBox&& other) noexcept = default;
JsonBox& JsonBox::operator=(const JsonBox& other) {
    if (this != &other)
        value_ = other.value_ ? std::make_unique<Json>(*other.value_) : nullptr;
    return *this;
}
JsonBox& JsonBox::operator=(JsonBox&& other) noexcept = default;
JsonBox::~JsonBox() = default;

const Json& JsonBox::operator*() const {
    SMOS_EXPECT(value_ != nullptr);
    return *value_;
}

Json& JsonBox::operator*() {
    SMOS_EXPECT(value_ != nullptr);
    return *value_;
}

const Json& JsonBox::or_object() const {
    static const Json none = Json::object();
    return value_ ? *value_ : none;
}

void JsonBox::reset() { value_.reset(); }

} // namespace smos::records
