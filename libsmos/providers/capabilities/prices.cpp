// SPDX-License-Identifier: Apache-2.0
// What a unit of each model costs, as dated rows; what is not listed must not be bought.
#include "libsmos/providers/capabilities/prices.hpp"

#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

namespace smos::providers {
namespace {

PriceRow local_row(std::string_view model, const char* unit) {
    PriceRow row;
    row.provider = local_provider;
    row.model = model;
    row.unit = unit;
    row.source = "runs on this machine";
    return row;
}

Error price_error(std::string message, std::size_t index) {
    return {"bad_price",
            std::move(message),
            fmt::format("prices[{}]", index),
            "each row has provider, model, unit and micros (or usd: \"0.04\")",
            false};
}

Result<std::string> price_text(const records::Json& item, const char* key, std::size_t index) {
    const auto found = item.find(key);
    if (found == item.end() || !found->is_string() || found->get<std::string>().empty())
        return price_error(fmt::format("{} is missing or not text", key), index);
    return found->get<std::string>();
}

Result<std::optional<Instant>>
price_time(const records::Json& item, const char* key, std::size_t index) {
    const auto found = item.find(key);
    if (found == item.end() || found->is_null())
        return std::optional<Instant>{};
    if (!found->is_string())
        return price_error(fmt::format("{} is not a time", key), index);
    std::string text = found->get<std::string>();
    if (text.size() == 10) // a date alone is its first instant
        text += "T00:00:00Z";
    SMOS_TRY(const Instant at, parse_rfc3339(text));
    return std::optional<Instant>{at};
}

// YAML gives signed numbers and JSON unsigned ones; beyond 2^63 only the latter can tell.
bool whole_number(const records::Json& value, std::int64_t least) {
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>() >= static_cast<std::uint64_t>(least) &&
               value.get<std::uint64_t>() <= static_cast<std::uint64_t>(max_micros);
    return value.is_number_integer() && value.get<std::int64_t>() >= least &&
           value.get<std::int64_t>() <= max_micros;
}

Result<Price> price_of(const records::Json& item, std::size_t index) {
    Price price;
    const auto micros = item.find("micros");
    const auto usd = item.find("usd");
    if ((micros == item.end()) == (usd == item.end()))
        return price_error("needs one of micros and usd", index);
    if (usd != item.end()) {
        if (!usd->is_string())
            return price_error("usd is not text such as \"0.04\"", index);
        SMOS_TRY(price.micros, parse_usd(usd->get<std::string>()));
    } else if (whole_number(*micros, 0)) {
        price.micros = micros->get<std::int64_t>();
    } else {
        return price_error("micros is not an integer between 0 and 2^53", index);
    }
    if (const auto per_units = item.find("per_units"); per_units != item.end()) {
        if (!whole_number(*per_units, 1))
            return price_error("per_units is not an integer from 1 up", index);
        price.per_units = per_units->get<std::int64_t>();
    }
    return price;
}

Result<PriceRow> price_row(const records::Json& item, std::size_t index) {
    if (!item.is_object())
        return price_error("not a mapping", index);
    PriceRow row;
    SMOS_TRY(row.provider, price_text(item, "provider", index));
    SMOS_TRY(row.model, price_text(item, "model", index));
    SMOS_TRY(row.unit, price_text(item, "unit", index));
    SMOS_TRY(row.price, price_of(item, index));
    SMOS_TRY(const auto valid_from, price_time(item, "valid_from", index));
    row.valid_from = valid_from.value_or(Instant{});
    SMOS_TRY(row.valid_to, price_time(item, "valid_to", index));
    const auto source = item.find("source");
    row.source =
        source != item.end() && source->is_string() ? source->get<std::string>() : "configuration";
    return row;
}

} // namespace

PriceTable::PriceTable()
    : rows_{local_row(local_image_model, "image"),
            local_row(local_speech_model, "character"),
            local_row(local_music_model, "second"),
            local_row(local_script_model, "script")} {}

Result<PriceTable> PriceTable::from_config(const records::Json& config) {
    PriceTable table;
    if (!config.is_object())
        return table;
    const auto list = config.find("prices");
    if (list == config.end() || list->is_null())
        return table;
    if (!list->is_array())
        return Error{"bad_price", "not a list", "prices", {}};
    for (std::size_t i = 0; i < list->size(); ++i) {
        SMOS_TRY(PriceRow row, price_row((*list)[i], i));
        table.rows_.push_back(std::move(row));
    }
    return table;
}

Result<PriceRow> PriceTable::find(std::string_view provider,
                                  std::string_view model,
                                  std::string_view unit,
                                  Instant at) const {
    const PriceRow* best = nullptr;
    for (const PriceRow& row : rows_) {
        if (row.provider != provider || row.model != model || row.unit != unit)
            continue;
        if (at < row.valid_from || (row.valid_to && *row.valid_to <= at))
            continue;
        if (best == nullptr || best->valid_from <= row.valid_from)
            best = &row;
    }
    if (best != nullptr)
        return *best;
    return Error{"unknown_price",
                 fmt::format("no price per {} is known for that day", unit),
                 fmt::format("{}/{}", provider, model),
                 "add a row to prices: in your configuration"};
}

} // namespace smos::providers
