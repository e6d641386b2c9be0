// SPDX-License-Identifier: Apache-2.0
// Assets of a timeline: what is asked of a capability is made once, kept by content, and paid from
// the production's reservation.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/providers/capabilities/bindings.hpp"
#include "libsmos/providers/capabilities/local.hpp"
#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/records/render.hpp"
#include "libsmos/records/timeline/timeline.hpp"
#include "libsmos/store/assets.hpp"
#include "libsmos/store/ledger/ledger.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// Where assets come from; shared by all records of a run.
struct AssetSources {
    store::Assets* assets = nullptr;
    providers::BindingTable bindings;
    providers::PriceTable prices;
    std::function<store::Ledger&()> ledger; // opened when the first paid call comes
    std::function<Instant()> now;
    bool only_stored = false; // nothing is made: what is not in the store is the error not_made
};

struct MadeAsset {
    records::RenderAsset entry;
    std::vector<records::TimelineWord> words; ///< of speech, as its maker tells them
    bool words_as_shown = false;              ///< they are the script's own words, in its spelling
    std::vector<records::Downgrade> downgrades;
};

/// The asset as a file in the store. A request that was answered before is answered from there.
/// Bindings are tried in order; the one that serves instead of the first is a downgrade. A call
/// whose outcome nobody knows ends the attempt: it is never made again by itself.
/// Errors: no_binding, unknown_price, unpaid (a priced call without a reservation), the provider's.
Result<MadeAsset> make_asset(const AssetSources& sources,
                             const std::string& id,
                             const records::TimelineAsset& asset,
                             const providers::Fit& fit,
                             const std::optional<std::string>& reservation_id);

/// What making an asset would take, by the binding that is asked first.
struct AssetQuote {
    std::string capability;
    std::string provider;
    std::string model;
    std::string dialect;
    std::string unit;
    std::int64_t quantity = 0;
    Micros ceiling_micros = 0; // the dearest of the bindings, since any may come to serve
    bool stored = false;       // it is there already, and costs nothing
};

/// Nothing is made, drawn or written. Errors: no_binding, unknown_price.
Result<AssetQuote> quote_asset(const AssetSources& sources,
                               const std::string& id,
                               const records::TimelineAsset& asset,
                               const providers::Fit& fit);

} // namespace smos::stages
