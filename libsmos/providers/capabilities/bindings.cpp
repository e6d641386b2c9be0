// SPDX-License-Identifier: Apache-2.0
// Which provider serves a capability, in order of preference.
#include "libsmos/providers/capabilities/bindings.hpp"

#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::providers {
namespace {

using records::Json;

Error binding_error(std::string message, const std::string& where) {
    return {"bad_binding", std::move(message), where, {}, false};
}

Binding local_binding(const char* capability, std::string_view model) {
    Binding binding;
    binding.capability = capability;
    binding.dialect = "local";
    binding.provider = local_provider;
    binding.model = model;
    binding.unit = unit_of(capability);
    return binding;
}

Result<void>
read_text(const Json& item, const char* key, const std::string& where, std::string& into) {
    const auto found = item.find(key);
    if (found == item.end())
        return {};
    if (!found->is_string())
        return binding_error(fmt::format("{} is not text", key), where);
    into = found->get<std::string>();
    return {};
}

Result<void> read_texts(const Json& item,
                        const char* key,
                        const std::string& where,
                        std::vector<std::string>& into) {
    const auto found = item.find(key);
    if (found == item.end())
        return {};
    if (!found->is_array())
        return binding_error(fmt::format("{} is not a list of texts", key), where);
    for (const Json& each : *found) {
        if (!each.is_string() || each.get<std::string>().find('\0') != std::string::npos)
            return binding_error(fmt::format("{} is not a list of texts", key), where);
        into.push_back(each.get<std::string>());
    }
    return {};
}

Result<void> read_positive(const Json& item,
                           const char* key,
                           const std::string& where,
                           std::int64_t limit,
                           std::int64_t& into) {
    const auto found = item.find(key);
    if (found == item.end())
        return {};
    if (!found->is_number_integer() || found->get<std::int64_t>() < 1 ||
        found->get<std::int64_t>() > limit)
        return binding_error(fmt::format("{} is not between 1 and {}", key, limit), where);
    into = found->get<std::int64_t>();
    return {};
}

Result<Binding>
binding_of(const std::string& capability, const Json& item, const std::string& where) {
    if (!item.is_object())
        return binding_error("not a mapping", where);
    Binding binding;
    binding.capability = capability;
    binding.unit = unit_of(capability);
    SMOS_CHECK(read_text(item, "dialect", where, binding.dialect));
    SMOS_CHECK(read_text(item, "provider", where, binding.provider));
    SMOS_CHECK(read_text(item, "model", where, binding.model));
    SMOS_CHECK(read_text(item, "unit", where, binding.unit));
    SMOS_CHECK(read_texts(item, "command", where, binding.command));
    SMOS_CHECK(read_texts(item, "environment", where, binding.environment));
    SMOS_CHECK(read_positive(item, "timeout_ms", where, 3'600'000, binding.timeout_ms));
    SMOS_CHECK(read_positive(item, "memory_mb", where, 1 << 20, binding.memory_mb));
    if (const auto network = item.find("network"); network != item.end()) {
        if (!network->is_boolean())
            return binding_error("network is not true or false", where);
        binding.network = network->get<bool>();
    }
    if (binding.dialect != "local" && binding.dialect != "exec")
        return binding_error("the dialect is neither local nor exec", where);
    if (binding.dialect == "local" && binding.provider.empty())
        binding.provider = local_provider;
    if (binding.provider.empty() || binding.model.empty())
        return binding_error("provider or model is missing", where);
    if (binding.dialect == "exec" &&
        (binding.command.empty() || binding.command.front().substr(0, 1) != "/"))
        return binding_error("command is missing or does not begin with an absolute path", where);
    return binding;
}

} // namespace

std::string_view unit_of(std::string_view capability) {
    if (capability == "cap.image.generate" || capability == "cap.image.edit")
        return "image";
    if (capability == "cap.speech.tts")
        return "character";
    if (capability == "cap.music.generate" || capability == "cap.video.generate" ||
        capability == "cap.speech.stt")
        return "second";
    if (capability == "cap.text.script")
        return "script";
    return "call";
}

BindingTable::BindingTable() {
    for (const Binding& binding : {local_binding("cap.image.generate", local_image_model),
                                   local_binding("cap.speech.tts", local_speech_model),
                                   local_binding("cap.music.generate", local_music_model),
                                   local_binding("cap.text.script", local_script_model)})
        bindings_[binding.capability] = {binding};
}

Result<BindingTable> BindingTable::from_config(const Json& config) {
    BindingTable table;
    if (!config.is_object())
        return table;
    const auto asked = config.find("bindings");
    if (asked == config.end() || asked->is_null())
        return table;
    if (!asked->is_object())
        return binding_error("not a mapping of capabilities", "bindings");
    for (const auto& [capability, value] : asked->items()) {
        const Json list = value.is_array() ? value : Json::array({value});
        std::vector<Binding> ordered;
        for (std::size_t i = 0; i < list.size(); ++i) {
            SMOS_TRY(
                Binding binding,
                binding_of(capability, list[i], fmt::format("bindings.{}[{}]", capability, i)));
            ordered.push_back(std::move(binding));
        }
        table.bindings_[capability] = std::move(ordered);
    }
    return table;
}

const std::vector<Binding>& BindingTable::of(std::string_view capability) const {
    static const std::vector<Binding> none;
    const auto found = bindings_.find(capability);
    return found == bindings_.end() ? none : found->second;
}

} // namespace smos::providers
