// SPDX-License-Identifier: Apache-2.0
// Reads one JSON object of a timeline.
#include "libsmos/records/timeline_fields.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <cmath>

namespace smos::records::timeline_fields {
namespace {

constexpr std::int64_t sample_rate_hz = 48000;
constexpr double longest_s = 3600.0;

/// "2.5" to a number of seconds; only digits and one point.
std::optional<double> plain_number(const std::string& text) {
    if (text.empty() || text.size() > 12)
        return std::nullopt;
    if (text.find_first_not_of("0123456789.") != std::string::npos)
        return std::nullopt;
    if (text.find('.') != text.rfind('.') || text == ".")
        return std::nullopt;
    return std::stod(text);
}

} // namespace

Reader::Reader(const Json& json,
               std::string path,
               Problem& problem,
               const std::int64_t& rate_num,
               const std::int64_t& rate_den)
    : json_(&json),
      path_(std::move(path)),
      problem_(&problem),
      rate_num_(&rate_num),
      rate_den_(&rate_den) {
    if (!json.is_object() && !problem_->error) {
        problem_->error = Error{"bad_timeline", "expected an object", path_, "correct the field"};
    }
}

const Json* Reader::find(const char* key) {
    known_.insert(key);
    if (!json_->is_object())
        return nullptr;
    const auto found = json_->find(key);
    return found == json_->end() || found->is_null() ? nullptr : &*found;
}

void Reader::fail(const char* key, const std::string& what) {
    if (problem_->error)
        return;
    problem_->error = Error{"bad_timeline", what, path_ + "." + key, "correct the field"};
}

void Reader::text(const char* key, std::string& value, bool required) {
    const Json* found = find(key);
    if (found == nullptr) {
        if (required)
            fail(key, "is missing");
    } else if (!found->is_string()) {
        fail(key, "expected a string");
    } else {
        value = found->get<std::string>();
    }
}

void Reader::optional_text(const char* key, std::optional<std::string>& value) {
    if (find(key) != nullptr)
        text(key, value.emplace(), true);
}

void Reader::texts(const char* key, std::vector<std::string>& values) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_array())
        return fail(key, "expected an array of strings");
    for (const Json& element : *found) {
        if (!element.is_string())
            return fail(key, "expected an array of strings");
        values.push_back(element.get<std::string>());
    }
}

void Reader::flag(const char* key, bool& value) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_boolean())
        return fail(key, "expected true or false");
    value = found->get<bool>();
}

void Reader::integer(const char* key, std::int64_t& value, std::int64_t least, std::int64_t most) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_number_integer())
        return fail(key, "expected an integer");
    value = found->get<std::int64_t>();
    if (value < least || value > most)
        fail(key, fmt::format("has to be {} to {}", least, most));
}

void Reader::integers(const char* key, std::vector<std::int64_t>& values) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_array())
        return fail(key, "expected an array of integers");
    for (const Json& element : *found) {
        if (!element.is_number_integer())
            return fail(key, "expected an array of integers");
        values.push_back(element.get<std::int64_t>());
    }
}

void Reader::number(const char* key, double& value, double least, double most) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_number())
        return fail(key, "expected a number");
    value = found->get<double>();
    if (!(value >= least && value <= most)) {
        fail(key, fmt::format("has to be {} to {}", least, most));
    }
}

void Reader::pair(const char* key,
                  std::int64_t& first,
                  std::int64_t& second,
                  std::int64_t least,
                  std::int64_t most) {
    std::vector<std::int64_t> both;
    if (find(key) == nullptr)
        return;
    integers(key, both);
    if (both.size() != 2)
        return fail(key, "expected two integers");
    for (const std::int64_t value : both) {
        if (value < least || value > most) {
            return fail(key, fmt::format("has to be {} to {}", least, most));
        }
    }
    first = both[0];
    second = both[1];
}

void Reader::json(const char* key, Json& value) {
    if (const Json* found = find(key))
        value = *found;
}

void Reader::optional_json(const char* key, JsonBox& value) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_object())
        return fail(key, "expected an object");
    value = *found;
}

void Reader::time(const char* key, TimelineTime& value) { read_time(key, value, false); }
void Reader::samples(const char* key, TimelineTime& value) { read_time(key, value, true); }

void Reader::read_time(const char* key, TimelineTime& value, bool in_samples) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    const double per_second =
        in_samples ? static_cast<double>(sample_rate_hz)
                   : static_cast<double>(*rate_num_) / static_cast<double>(*rate_den_);
    if (found->is_number_integer()) {
        value = TimelineTime::of(found->get<std::int64_t>());
    } else if (found->is_string()) {
        const auto word = found->get<std::string>();
        if (word == "auto")
            return;
        if (word == "end") {
            value.kind = TimelineTime::Kind::end;
            return;
        }
        const char unit = word.empty() ? ' ' : word.back();
        const auto amount = plain_number(word.substr(0, word.empty() ? 0 : word.size() - 1));
        if (!amount || (unit != 's' && (unit != 'f' || in_samples))) {
            return fail(key, "a time is an integer, \"auto\", \"end\", \"2.5s\" or \"75f\"");
        }
        value = TimelineTime::of(std::llround(unit == 's' ? *amount * per_second : *amount));
    } else {
        return fail(key, "a time is an integer, \"auto\", \"end\", \"2.5s\" or \"75f\"");
    }
    const auto most = static_cast<std::int64_t>(longest_s * per_second);
    if (value.value < 0 || value.value > most)
        fail(key, "is outside one hour");
}

Reader Reader::inner(const Json& json, const std::string& path) const {
    return Reader{json, path, *problem_, *rate_num_, *rate_den_};
}

std::optional<Reader> Reader::object(const char* key) {
    const Json* found = find(key);
    if (found == nullptr)
        return std::nullopt;
    return inner(*found, path_ + "." + key);
}

void Reader::each(const char* key, const std::function<void(Reader)>& on_element) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_array())
        return fail(key, "expected an array");
    std::size_t index = 0;
    for (const Json& element : *found) {
        on_element(inner(element, fmt::format("{}.{}[{}]", path_, key, index++)));
    }
}

void Reader::each_member(const char* key,
                         const std::function<void(const std::string&, Reader)>& on_member) {
    const Json* found = find(key);
    if (found == nullptr)
        return;
    if (!found->is_object())
        return fail(key, "expected an object");
    for (const auto& [id, member] : found->items()) {
        on_member(id, inner(member, fmt::format("{}.{}.{}", path_, key, id)));
    }
}

void Reader::done() {
    if (!json_->is_object())
        return;
    for (const auto& [key, value] : json_->items()) {
        if (known_.count(key) == 0)
            return fail(key.c_str(), "is not a key of the timeline");
    }
}

} // namespace smos::records::timeline_fields
