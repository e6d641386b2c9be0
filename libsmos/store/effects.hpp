// SPDX-License-Identifier: Apache-2.0
// What was sent into the world: one row per effect, written before its first byte leaves.
#pragma once

#include "libsmos/core/clock.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/store/engine/database.hpp"
#include "libsmos/store/queue/queue.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smos::store {

enum class EffectState { pending, in_flight, unknown, published, rejected, dead, cancelled };

std::string_view name_of(EffectState state);

/// One visible act on one account of one channel.
struct Effect {
    std::string effect_id; // see effect_id_of
    std::string channel;
    std::string account;
    std::string idem_key;     // unique per channel and account: the same key is the same effect
    std::string content_hash; // hex SHA-256 of what is sent
    EffectState state = EffectState::pending;
    std::int64_t attempt = 0; // begun so far
    std::optional<std::string> reservation_id{};
    std::optional<std::string> external_id{};
    std::optional<std::string> url{};
    std::optional<std::string> receipt{}; // canonical JSON
    std::optional<Instant> first_sent_at{};
    std::optional<Instant> finished_at{};
};

/// The name of an effect, the same for ever for the same three parts.
std::string
effect_id_of(std::string_view channel, std::string_view account, std::string_view idem_key);

/// The outbox: every call is one durable transaction; failures of the state file are Fatal.
class Effects {
  public:
    explicit Effects(Database& database, std::optional<Lease> lease = {})
        : database_(database),
          lease_(lease) {}

    std::optional<Effect>
    lookup(std::string_view channel, std::string_view account, std::string_view idem_key);
    /// Commits `in_flight`, attempt + 1 and the time of the first sending, before the first byte.
    /// The returned row says what to do: `in_flight` is ours to send now, `published` is done
    /// (replay its receipt), `unknown` must be reconciled first, `rejected` and `dead` stay.
    /// Errors: `content_differs` (the same key for other content), `in_flight` (another living
    /// process sends it, retryable). What a dead process left in flight becomes `unknown`.
    Result<Effect> begin(const Effect& effect, Instant now);
    /// The receipt is in hand: `published`. Error `no_such_effect`, or `external_id_taken` when the
    /// channel gave another effect the same name.
    Result<void> finish(std::string_view effect_id,
                        std::string_view external_id,
                        const std::optional<std::string>& url,
                        std::string_view receipt,
                        Instant now);
    /// Any state but published; a published effect stays. Use `pending` when it is certain that
    /// nothing left, `unknown` when it is not.
    Result<void> mark(std::string_view effect_id, EffectState state);

  private:
    Database& database_;
    std::optional<Lease> lease_; // without it nothing is begun
};

} // namespace smos::store
