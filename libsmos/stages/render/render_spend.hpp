// SPDX-License-Identifier: Apache-2.0
// One call of a bound capability as the ledger sees it.
#pragma once

#include "libsmos/providers/capabilities/local.hpp"
#include "libsmos/stages/render/render_assets.hpp"
#include "libsmos/store/ledger/spend.hpp"

#include <optional>
#include <string>

namespace smos::stages {

/// What is asked, by whom it is answered, and what it is paid from.
struct CallRequest {
    const providers::Binding& binding;
    const records::Json& request;
    const providers::Fit& fit;
    const std::optional<std::string>& reservation_id;
    std::string key; ///< names the call: the same on every run
};

/// Removes what an attempt left behind.
class ScratchFolder {
  public:
    static Result<ScratchFolder> make(store::Assets& assets);
    ScratchFolder(ScratchFolder&& other) noexcept;
    ScratchFolder& operator=(ScratchFolder&&) = delete;
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();

    const std::string& path() const { return path_; }

  private:
    explicit ScratchFolder(std::string path) : path_(std::move(path)) {}

    std::string path_;
};

/// The most that a call costs: `quantity` units at the price of today. Error unknown_price.
struct CallPrice {
    std::string unit;
    std::int64_t quantity = 0;
    Micros ceiling_micros = 0;
};
Result<CallPrice> price_of(const AssetSources& sources, const CallRequest& call);

/// Draws the call's ceiling from the reservation. Errors: unknown_price, unpaid (no reservation),
/// those of Spend::draw.
Result<store::Spend> draw_spend(const AssetSources& sources, const CallRequest& call);

} // namespace smos::stages
