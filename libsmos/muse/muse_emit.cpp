// SPDX-License-Identifier: Apache-2.0
// The two written forms of a muse: YAML for people, JSON for programs and for the DNA hash.
#include "libsmos/muse/muse.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::muse {
namespace {

/// JSON strings are YAML double-quoted scalars, so one escaper serves both forms.
std::string json_text(std::string_view text) { return records::dump(records::Json(text)); }

bool is_plain(std::string_view text) {
    if (text.empty() || !((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z')))
        return false;
    for (const char c : text) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != ' ' && c != '-' && c != '_' && c != '.' && c != '/')
            return false;
    }
    for (const char* reserved : {"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
        if (text == reserved)
            return false;
    return text.back() != ' ';
}

std::string scalar(std::string_view text) {
    return is_plain(text) ? std::string(text) : json_text(text);
}

std::string flow_list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items)
        out += (out.size() > 1 ? ", " : "") + scalar(item);
    return out + "]";
}

std::string block_list(std::string_view indent, const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items)
        out += fmt::format("{}- {}\n", indent, json_text(item));
    return out;
}

std::string named_block(std::string_view name, const std::vector<std::string>& items) {
    if (items.empty())
        return fmt::format("{}: []\n", name);
    return fmt::format("{}:\n{}", name, block_list("  ", items));
}

std::string emit_identity(const Identity& identity) {
    return fmt::format("identity:\n  origin: {}\n{}  niche: {}\n  traits: {}\n  bio: {}\n",
                       scalar(identity.origin),
                       identity.age > 0 ? fmt::format("  age: {}\n", identity.age) : "",
                       scalar(identity.niche),
                       flow_list(identity.traits),
                       json_text(identity.bio));
}

std::string emit_style(const Style& style) {
    std::string out = fmt::format("style:\n  look: {}\n", flow_list(style.look));
    if (!style.palette.empty())
        out += fmt::format("  palette: {}\n", flow_list(style.palette));
    out += fmt::format("  mood: {}\n  shots: {}\n", scalar(style.mood), flow_list(style.shots));
    if (style.phrases.empty())
        return out + "  phrases: []\n";
    return out + "  phrases:\n" + block_list("    ", style.phrases);
}

std::string emit_voice(const Voice& voice) {
    return fmt::format("voice:\n  name: {}\n  rate_wpm: {}\n  pitch: {}\n  register: {}\n",
                       scalar(voice.name),
                       voice.rate_wpm,
                       voice.pitch,
                       flow_list(voice.registers));
}

std::string emit_channels(const std::vector<Channel>& channels) {
    if (channels.empty())
        return "channels: []\n";
    std::string out = "channels:\n";
    for (const Channel& channel : channels)
        out += fmt::format("  - name: {}\n    account: {}\n    typical_views: {}\n",
                           scalar(channel.name),
                           scalar(channel.account),
                           channel.typical_views);
    return out;
}

} // namespace

std::string emit(const Muse& muse) {
    std::string out = fmt::format("schema: smos.muse/1\npersona_id: {}\nname: {}\nversion: {}\n",
                                  scalar(muse.persona_id),
                                  scalar(muse.name),
                                  json_text(muse.version));
    out += fmt::format("tenant: {}\nlanguage: {}\n", scalar(muse.tenant), scalar(muse.language));
    out += emit_identity(muse.identity);
    out += "moral_graph:\n";
    for (const Dimension& dimension : dimensions())
        out += fmt::format("  {}: {}\n", dimension.name, muse.moral.*dimension.value);
    out += emit_style(muse.style) + emit_voice(muse.voice) + emit_channels(muse.channels);
    out += named_block("do_not_say", muse.do_not_say) + named_block("taboo", muse.taboo);
    return out + named_block("face_anchors", muse.face_anchors);
}

std::string emit_json(const Muse& muse) {
    records::Json moral = records::Json::object();
    for (const Dimension& dimension : dimensions())
        moral[dimension.name] = muse.moral.*dimension.value;
    records::Json channels = records::Json::array();
    for (const Channel& channel : muse.channels)
        channels.push_back({{"name", channel.name},
                            {"account", channel.account},
                            {"typical_views", channel.typical_views}});
    records::Json out;
    out["schema"] = "smos.muse/1";
    out["persona_id"] = muse.persona_id;
    out["name"] = muse.name;
    out["version"] = muse.version;
    out["tenant"] = muse.tenant;
    out["language"] = muse.language;
    out["identity"] = {{"origin", muse.identity.origin},
                       {"age", muse.identity.age},
                       {"niche", muse.identity.niche},
                       {"traits", muse.identity.traits},
                       {"bio", muse.identity.bio}};
    out["moral_graph"] = moral;
    out["style"] = {{"look", muse.style.look},
                    {"palette", muse.style.palette},
                    {"mood", muse.style.mood},
                    {"shots", muse.style.shots},
                    {"phrases", muse.style.phrases}};
    out["voice"] = {{"name", muse.voice.name},
                    {"rate_wpm", muse.voice.rate_wpm},
                    {"pitch", muse.voice.pitch},
                    {"register", muse.voice.registers}};
    out["channels"] = channels;
    out["do_not_say"] = muse.do_not_say;
    out["taboo"] = muse.taboo;
    out["face_anchors"] = muse.face_anchors;
    return records::dump(out);
}

} // namespace smos::muse
