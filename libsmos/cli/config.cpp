// SPDX-License-Identifier: Apache-2.0
// Reads smos.yaml; yaml-cpp ends here.
#include "libsmos/cli/config.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <cmath>
#include <set>
#include <sys/stat.h>

namespace smos::cli {
namespace {

constexpr int config_nodes = 100'000; // an alias may name a node again and again
constexpr int config_depth = 32;

Error config_error(const std::string& path, const YAML::Mark& mark, const std::string& message) {
    const std::string where = mark.is_null() ? path : fmt::format("{}:{}", path, mark.line + 1);
    return {"bad_config", message, where, "correct the file"};
}

/// A plain (unquoted) scalar by YAML's core schema; a quoted one is text.
records::Json scalar_as_json(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!")
        return text;
    if (text == "true" || text == "True")
        return true;
    if (text == "false" || text == "False")
        return false;
    std::int64_t whole = 0;
    const char* end = text.data() + text.size();
    if (auto [at, failed] = std::from_chars(text.data(), end, whole);
        failed == std::errc{} && at == end)
        return whole;
    double real = 0;
    if (auto [at, failed] = std::from_chars(text.data(), end, real);
        failed == std::errc{} && at == end && std::isfinite(real))
        return real;
    return text;
}

class TreeReader {
  public:
    explicit TreeReader(const std::string& path) : path_(path) {}

    Result<records::Json> read(const YAML::Node& node, int depth) {
        if (++nodes_ > config_nodes || depth > config_depth)
            return config_error(path_, node.Mark(), "too large or too deeply nested");
        switch (node.Type()) {
        case YAML::NodeType::Scalar:
            return scalar_as_json(node);
        case YAML::NodeType::Sequence:
            return read_list(node, depth);
        case YAML::NodeType::Map:
            return read_map(node, depth);
        case YAML::NodeType::Null:
        case YAML::NodeType::Undefined:
            break;
        }
        return records::Json(nullptr);
    }

  private:
    Result<records::Json> read_list(const YAML::Node& node, int depth) {
        records::Json list = records::Json::array();
        for (const auto& item : node) {
            SMOS_TRY(records::Json value, read(item, depth + 1));
            list.push_back(std::move(value));
        }
        return list;
    }

    Result<records::Json> read_map(const YAML::Node& node, int depth) {
        records::Json object = records::Json::object();
        for (const auto& member : node) {
            if (!member.first.IsScalar())
                return config_error(path_, member.first.Mark(), "a key is not plain text");
            const std::string& key = member.first.Scalar();
            if (object.contains(key))
                return config_error(
                    path_, member.first.Mark(), fmt::format("{}: given twice", one_line(key)));
            SMOS_TRY(records::Json value, read(member.second, depth + 1));
            object[key] = std::move(value);
        }
        return object;
    }

    const std::string& path_;
    int nodes_ = 0;
};

ConfigEntry entry_of(const std::string& key, const YAML::Node& name, const YAML::Node& value) {
    ConfigEntry entry;
    entry.key = key;
    entry.line = name.Mark().line + 1;
    if (value.IsScalar()) {
        entry.values.push_back(value.Scalar());
    } else if (value.IsSequence()) {
        for (const auto& item : value) {
            entry.nested = entry.nested || !item.IsScalar();
            if (item.IsScalar())
                entry.values.push_back(item.Scalar());
        }
    } else {
        entry.nested = !value.IsNull();
    }
    return entry;
}

void flatten(const YAML::Node& root, std::vector<ConfigEntry>& entries) {
    for (const auto& member : root) {
        const std::string& key = member.first.Scalar();
        entries.push_back(entry_of(key, member.first, member.second));
        if (!member.second.IsMap())
            continue;
        for (const auto& inner : member.second)
            entries.push_back(
                entry_of(key + "." + inner.first.Scalar(), inner.first, inner.second));
    }
}

Result<std::string> config_bytes(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0 && errno == ENOENT)
        return Error{"no_file", "no such file", path, "check the path"};
    SMOS_TRY(std::string bytes, read_file(path, limits::yaml_bytes));
    if (!is_utf8(bytes))
        return Error{"bad_config", "not UTF-8", path, "save the file as UTF-8"};
    return bytes;
}

} // namespace

const ConfigEntry* ConfigFile::find(const std::string& key) const {
    for (const ConfigEntry& entry : entries)
        if (entry.key == key)
            return &entry;
    return nullptr;
}

std::string ConfigFile::place(const ConfigEntry& entry) const {
    return fmt::format("{}:{}: {}", path, entry.line, one_line(entry.key));
}

Result<ConfigFile> read_config(const std::string& path) {
    SMOS_TRY(const std::string bytes, config_bytes(path));
    ConfigFile file{path, {}, records::Json::object()};
    try {
        const YAML::Node root = YAML::Load(bytes);
        if (root.IsNull())
            return file;
        if (!root.IsMap())
            return config_error(path, root.Mark(), "not a map of keys and values");
        SMOS_TRY(file.tree, TreeReader(path).read(root, 0));
        flatten(root, file.entries);
    } catch (const YAML::Exception& failure) {
        return config_error(path, failure.mark, failure.msg);
    }
    return file;
}

void merge_config(records::Json& base, const records::Json& over) {
    if (!base.is_object() || !over.is_object()) {
        base = over;
        return;
    }
    for (const auto& [key, value] : over.items()) {
        if (base.contains(key))
            merge_config(base[key], value);
        else
            base[key] = value;
    }
}

} // namespace smos::cli
