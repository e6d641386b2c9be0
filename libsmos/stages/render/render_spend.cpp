// SPDX-License-Identifier: Apache-2.0
// One call of a bound capability as the ledger sees it.
#include "libsmos/stages/render/render_spend.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace smos::stages {
namespace {

constexpr std::int64_t sound_rate = 48'000;

std::int64_t quantity_of(const std::string& unit, const CallRequest& call) {
    if (unit == "character")
        return static_cast<std::int64_t>(code_points(call.request.value("text", "")).size());
    if (unit == "second")
        return (call.fit.duration_samples + sound_rate - 1) / sound_rate;
    return 1;
}

} // namespace

Result<ScratchFolder> ScratchFolder::make(store::Assets& assets) {
    SMOS_TRY(std::string path, assets.scratch());
    return ScratchFolder{std::move(path)};
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty())
        std::filesystem::remove_all(path_, ignored);
}

Result<CallPrice> price_of(const AssetSources& sources, const CallRequest& call) {
    const providers::Binding& binding = call.binding;
    CallPrice price;
    price.unit =
        binding.unit.empty() ? std::string{providers::unit_of(binding.capability)} : binding.unit;
    price.quantity = quantity_of(price.unit, call);
    SMOS_TRY(const providers::PriceRow row,
             sources.prices.find(binding.provider, binding.model, price.unit, sources.now()));
    SMOS_TRY(price.ceiling_micros, cost(row.price, price.quantity));
    return price;
}

Result<store::Spend> draw_spend(const AssetSources& sources, const CallRequest& call) {
    const providers::Binding& binding = call.binding;
    SMOS_TRY(const CallPrice price, price_of(sources, call));
    if (!call.reservation_id) {
        return Error{"unpaid",
                     fmt::format("{} of {} is not paid for", binding.capability, binding.provider),
                     {},
                     "send the record through smos-cfo reserve first"};
    }
    store::SpendRequest wanted;
    wanted.reservation_id = *call.reservation_id;
    wanted.capability = binding.capability;
    wanted.provider = binding.provider;
    wanted.model = binding.model;
    wanted.ceiling_micros = price.ceiling_micros;
    wanted.spend_key = call.key;
    return store::Spend::draw(sources.ledger(), wanted);
}

} // namespace smos::stages
