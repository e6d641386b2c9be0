// SPDX-License-Identifier: Apache-2.0
// Reads a muse from YAML: every value bounded, every problem named with its line and field.
#include "libsmos/core/limits.hpp"
#include "libsmos/core/nearest.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/muse/muse.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <functional>

namespace smos::muse {
namespace {

class Reader {
  public:
    Reading take(std::string_view yaml);

  private:
    using Visit = std::function<void(const YAML::Node&, const std::string&)>;
    struct Key {
        const char* name;
        Visit visit;
    };

    void problem(Severity severity,
                 const YAML::Node& at,
                 const std::string& field,
                 std::string message,
                 std::string hint = {}) {
        reading_.problems.push_back(
            {severity, at.Mark().line + 1, field, std::move(message), std::move(hint)});
    }
    void error(const YAML::Node& at,
               const std::string& field,
               std::string message,
               std::string hint = {}) {
        problem(Severity::error, at, field, std::move(message), std::move(hint));
    }

    void object(const YAML::Node& node, const std::string& field, const std::vector<Key>& keys);
    Visit text(std::string& into, std::size_t most, const char* form = nullptr);
    Visit texts(std::vector<std::string>& into,
                std::size_t items,
                std::size_t most,
                const std::vector<std::string>* allowed = nullptr,
                const char* form = nullptr);
    Visit integer(std::int64_t& into, std::int64_t low, std::int64_t high);
    Visit unit(double& into);
    Visit identity();
    Visit moral();
    Visit style();
    Visit voice();
    Visit channels();
    void check_whole(const YAML::Node& root);

    Reading reading_;
};

bool matches(std::string_view text, std::string_view form) {
    for (const char c : text) {
        const bool lower = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';
        const bool upper = c >= 'A' && c <= 'Z';
        if (form == "name" && !(lower || digit || c == '-' || c == '_'))
            return false;
        if (form == "voice" && !(lower || upper || digit || c == '-' || c == '+' || c == '_'))
            return false;
        if (form == "colour" && !(lower || upper || digit || c == '#'))
            return false;
    }
    if (form == "colour")
        return text.size() == 7 && text[0] == '#' &&
               text.find_first_not_of("0123456789abcdefABCDEF", 1) == text.npos;
    return form != "name" || (!text.empty() && text.front() != '-');
}

std::string form_hint(std::string_view form) {
    if (form == "name")
        return "use lower-case letters, digits and dashes";
    if (form == "colour")
        return "write it like \"#0b0d12\"";
    return "use letters, digits, dashes and plus signs, like en-us";
}

void Reader::object(const YAML::Node& node,
                    const std::string& field,
                    const std::vector<Key>& keys) {
    if (!node.IsMap())
        return error(node,
                     field,
                     "should be a mapping of names to values",
                     "write one \"name: value\" a line");
    std::vector<std::string> names, seen;
    for (const Key& key : keys)
        names.emplace_back(key.name);
    for (const auto& entry : node) {
        const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "?";
        std::string path = name;
        if (!field.empty())
            path.insert(0, field + ".");
        const auto key = std::find(names.begin(), names.end(), name);
        if (key == names.end()) {
            error(entry.first,
                  one_line(first_code_points(path, 80)),
                  "is not a field of a muse",
                  nearest_hint(name, names));
        } else if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
            error(entry.first, path, "is written twice", "keep one of them");
        } else if (!entry.second.IsNull()) {
            seen.push_back(name);
            keys[static_cast<std::size_t>(key - names.begin())].visit(entry.second, path);
        }
    }
}

Reader::Visit Reader::text(std::string& into, std::size_t most, const char* form) {
    return [this, &into, most, form](const YAML::Node& node, const std::string& field) {
        if (!node.IsScalar())
            return error(node, field, "should be text");
        const std::string value = one_line(node.Scalar());
        if (code_points(value).size() > most)
            return error(node, field, fmt::format("is longer than {} characters", most));
        if (form != nullptr && !matches(value, form))
            return error(node,
                         field,
                         fmt::format("\"{}\" has another form", first_code_points(value, 40)),
                         form_hint(form));
        into = value;
    };
}

Reader::Visit Reader::texts(std::vector<std::string>& into,
                            std::size_t items,
                            std::size_t most,
                            const std::vector<std::string>* allowed,
                            const char* form) {
    return [=, this, &into](const YAML::Node& node, const std::string& field) {
        if (!node.IsSequence())
            return error(node, field, "should be a list", "write it like [one, two]");
        if (node.size() > items)
            return error(node, field, fmt::format("has more than {} entries", items));
        for (std::size_t i = 0; i < node.size(); ++i) {
            std::string value;
            const std::string path = fmt::format("{}[{}]", field, i);
            text(value, most, form)(node[i], path);
            if (value.empty())
                continue;
            if (allowed != nullptr &&
                std::find(allowed->begin(), allowed->end(), value) == allowed->end())
                error(node[i],
                      path,
                      fmt::format("\"{}\" is not one of them", value),
                      nearest_hint(value, *allowed));
            into.push_back(value);
        }
    };
}

Reader::Visit Reader::integer(std::int64_t& into, std::int64_t low, std::int64_t high) {
    return [this, &into, low, high](const YAML::Node& node, const std::string& field) {
        std::int64_t value = 0;
        const std::string text = node.IsScalar() ? node.Scalar() : "";
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, value);
        if (text.empty() || parsed.ptr != end || parsed.ec != std::errc{} || value < low ||
            value > high)
            return error(
                node, field, fmt::format("should be a whole number from {} to {}", low, high));
        into = value;
    };
}

Reader::Visit Reader::unit(double& into) {
    return [this, &into](const YAML::Node& node, const std::string& field) {
        double value = -1;
        const std::string text = node.IsScalar() ? node.Scalar() : "";
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, value);
        if (text.empty() || parsed.ptr != end || parsed.ec != std::errc{} ||
            !(value >= 0 && value <= 1))
            return error(node, field, "should be a number from 0 to 1");
        into = value;
    };
}

Reader::Visit Reader::identity() {
    return [this](const YAML::Node& node, const std::string& field) {
        Identity& who = reading_.muse.identity;
        object(node,
               field,
               {{"origin", text(who.origin, 80)},
                {"age", integer(who.age, 18, 150)},
                {"niche", text(who.niche, 40, "name")},
                {"traits", texts(who.traits, 12, 40)},
                {"bio", text(who.bio, 2000)}});
    };
}

Reader::Visit Reader::moral() {
    return [this](const YAML::Node& node, const std::string& field) {
        std::vector<Key> keys;
        for (const Dimension& dimension : dimensions())
            keys.push_back({dimension.name, unit(reading_.muse.moral.*dimension.value)});
        object(node, field, keys);
        for (const char* needed : {"ego", "empathy", "chaos"})
            if (node.IsMap() && !node[needed])
                error(node, field + "." + needed, "is missing", "give it a number from 0 to 1");
    };
}

Reader::Visit Reader::style() {
    return [this](const YAML::Node& node, const std::string& field) {
        Style& style = reading_.muse.style;
        object(node,
               field,
               {{"look", texts(style.look, 24, 40)},
                {"palette", texts(style.palette, 8, 7, nullptr, "colour")},
                {"mood", text(style.mood, 40)},
                {"shots", texts(style.shots, 5, 20, &shot_types())},
                {"phrases", texts(style.phrases, 16, 80)}});
    };
}

Reader::Visit Reader::voice() {
    return [this](const YAML::Node& node, const std::string& field) {
        Voice& voice = reading_.muse.voice;
        object(node,
               field,
               {{"name", text(voice.name, 32, "voice")},
                {"rate_wpm", integer(voice.rate_wpm, 80, 300)},
                {"pitch", integer(voice.pitch, 0, 99)},
                {"register", texts(voice.registers, 5, 20, &registers())}});
    };
}

Reader::Visit Reader::channels() {
    return [this](const YAML::Node& node, const std::string& field) {
        if (!node.IsSequence() || node.size() > 16)
            return error(node,
                         field,
                         "should be a list of at most 16 channels",
                         "write \"- {name: site, account: ava, typical_views: 1200}\"");
        for (std::size_t i = 0; i < node.size(); ++i) {
            Channel channel;
            const std::string path = fmt::format("{}[{}]", field, i);
            object(node[i],
                   path,
                   {{"name", text(channel.name, 64, "name")},
                    {"account", text(channel.account, 64)},
                    {"typical_views", integer(channel.typical_views, 0, 1'000'000'000'000)}});
            if (node[i].IsMap() && channel.name.empty())
                error(node[i], path + ".name", "is missing", "name the channel, like site");
            reading_.muse.channels.push_back(channel);
        }
    };
}

void Reader::check_whole(const YAML::Node& root) {
    const Muse& muse = reading_.muse;
    for (const auto& [name, value] :
         {std::pair<const char*, const std::string&>{"persona_id", muse.persona_id},
          {"name", muse.name}})
        if (value.empty() &&
            (!root[name] || root[name].IsNull() || name == std::string_view("name")))
            error(root, name, "is missing", fmt::format("add a line \"{}: …\"", name));
    if (!root["moral_graph"])
        error(root, "moral_graph", "is missing", "add ego, empathy and chaos, each from 0 to 1");
    const auto warn = [&](const char* field, const char* message, const char* hint) {
        problem(Severity::warning, root, field, message, hint);
    };
    if (muse.identity.niche.empty())
        warn("identity.niche",
             "is empty, so a view earns the lowest rate",
             "name it, like tech-hardware");
    if (muse.channels.empty())
        warn("channels",
             "is empty, so no plan has an expected value",
             "name one with typical_views");
    if (muse.style.look.empty())
        warn("style.look", "is empty, so pictures have no style", "add a few words");
}

Reading Reader::take(std::string_view yaml) {
    if (yaml.size() > limits::yaml_bytes || !is_utf8(yaml)) {
        reading_.problems.push_back(
            {Severity::error, 0, "", "is not UTF-8 text of at most 1 MiB", ""});
        return reading_;
    }
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        Muse& muse = reading_.muse;
        std::string schema;
        object(root,
               "",
               {{"schema", text(schema, 20)},
                {"persona_id", text(muse.persona_id, 64, "name")},
                {"name", text(muse.name, 80)},
                {"version", text(muse.version, 32)},
                {"tenant", text(muse.tenant, 64, "name")},
                {"language", text(muse.language, 16, "voice")},
                {"identity", identity()},
                {"moral_graph", moral()},
                {"style", style()},
                {"voice", voice()},
                {"channels", channels()},
                {"do_not_say", texts(muse.do_not_say, 200, 60)},
                {"taboo", texts(muse.taboo, 200, 60)},
                {"face_anchors", texts(muse.face_anchors, 32, 1024)}});
        if (!schema.empty() && schema != "smos.muse/1")
            error(root["schema"], "schema", "is not smos.muse/1", "this version reads smos.muse/1");
        if (root.IsMap())
            check_whole(root);
    } catch (const YAML::Exception& failure) {
        reading_.problems.push_back({Severity::error,
                                     failure.mark.line + 1,
                                     "",
                                     "is not valid YAML: " + one_line(failure.msg),
                                     "look at the indentation and the quotes there"});
    }
    return std::move(reading_);
}

} // namespace

Reading read(std::string_view yaml) { return Reader().take(yaml); }

} // namespace smos::muse
