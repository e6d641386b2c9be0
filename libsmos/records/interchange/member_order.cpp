// SPDX-License-Identifier: Apache-2.0
// Orders of members by their set of keys.
#include "libsmos/records/interchange/member_order.hpp"

#include "libsmos/records/interchange/findings.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace smos::records::interchange {
namespace {

using Keys = std::vector<std::string>;

struct Orders {
    std::map<Keys, Keys> by_set;
    std::map<std::string, Keys> by_path;
    std::vector<Keys> sets; // as they were met
};

Keys keys_of(const Json& object) {
    Keys keys;
    for (const auto& [key, value] : object.items())
        keys.push_back(key);
    return keys;
}

Keys sorted(Keys keys) {
    std::sort(keys.begin(), keys.end());
    return keys;
}

std::optional<Keys> keys_from(const Json& list) {
    if (!list.is_array())
        return std::nullopt;
    Keys keys;
    for (const Json& key : list) {
        if (!key.is_string())
            return std::nullopt;
        keys.push_back(key.get<std::string>());
    }
    return keys;
}

template <typename Value, typename Visit>
void walk(Value& json, const std::string& path, bool in_meta, const Visit& visit) {
    if (json.is_object()) {
        visit(json, path);
        for (auto& [key, value] : json.items()) {
            if (!(in_meta && key == "otio"))
                walk(value, path + "/" + key, key == "meta", visit);
        }
    } else if (json.is_array()) {
        std::size_t index = 0;
        for (auto& element : json)
            walk(element, fmt::format("{}/{}", path, index++), false, visit);
    }
}

void reorder(Json& object, const Keys& order) {
    Json ordered = Json::object();
    for (const std::string& key : order)
        ordered[key] = std::move(object[key]);
    object = std::move(ordered);
}

} // namespace

Json member_order(const Json& json) {
    Orders orders;
    walk(json, "", false, [&](const Json& object, const std::string& path) {
        const Keys keys = keys_of(object);
        if (keys.size() < 2)
            return;
        const auto [place, inserted] = orders.by_set.emplace(sorted(keys), keys);
        if (inserted)
            orders.sets.push_back(keys);
        else if (place->second != keys)
            orders.by_path.emplace(path, keys);
    });
    Json hints = Json::object();
    hints["members"] = orders.sets;
    if (!orders.by_path.empty())
        hints["at"] = orders.by_path;
    return hints;
}

void restore_order(Json& json, const Json& hints) {
    Orders orders;
    if (const Json* sets = member(hints, "members")) {
        for (const Json& list : *sets) {
            if (const auto keys = keys_from(list))
                orders.by_set.emplace(sorted(*keys), *keys);
        }
    }
    if (const Json* paths = member(hints, "at"); paths != nullptr && paths->is_object()) {
        for (const auto& [path, list] : paths->items()) {
            if (const auto keys = keys_from(list))
                orders.by_path.emplace(path, *keys);
        }
    }
    walk(json, "", false, [&](Json& object, const std::string& path) {
        const Keys set = sorted(keys_of(object));
        const auto placed = orders.by_path.find(path);
        if (placed != orders.by_path.end() && sorted(placed->second) == set)
            return reorder(object, placed->second);
        const auto found = orders.by_set.find(set);
        if (found != orders.by_set.end())
            reorder(object, found->second);
    });
}

} // namespace smos::records::interchange
