// SPDX-License-Identifier: Apache-2.0
// One seed's world around the ledger: clients that retry, die and lose their leases, a store that
// fails before and after its commits, clocks that jump, machines that start again.
#pragma once

#include "tests/model/plain_ledger.hpp"
#include "tests/model/plain_queue.hpp"

#include "libsmos/core/random.hpp"
#include "libsmos/store/ledger/spend.hpp"
#include "libsmos/store/queue/desk.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace smos::model {

struct LedgerBroken {
    std::string what;
};

inline void need(bool holds, const std::string& what) {
    if (!holds)
        throw LedgerBroken{what};
}

/// A process with a ledger of its own, perhaps under a lease.
struct Client {
    std::unique_ptr<store::Ledger> ledger{};
    std::optional<Lease> lease{};
    std::map<std::string, store::Spend> spends{}; // calls that it drew and has not ended
};

/// A new and empty ledger, and what is done to it. Every step draws from its own numbers, so that
/// steps can be left out of a replay.
class LedgerSimulation {
  public:
    explicit LedgerSimulation(std::uint64_t seed);

    bool traces = false; // prints every answer

    void step(std::size_t number);
    /// Everything against everything.
    void audit();

    std::size_t faults() const { return faults_; }
    const std::map<std::string, std::size_t>& answers() const { return answers_; }
    const std::string& verb() const { return verb_; }

  private:
    using Real = std::function<Answer()>;
    using Plain = std::function<Answer()>;

    std::size_t below(std::size_t bound) { return random_.below(bound); }
    bool one_in(std::size_t bound) { return below(bound) == 0; }
    Micros some_micros(std::size_t most) { return static_cast<Micros>(below(most)); }
    std::string some_wallet();
    std::string some_task() { return fmt::format("t{}", below(12)); }
    Client& some_client() { return batch_ ? *batch_ : clients_[below(clients_.size())]; }
    std::string some_provider() { return one_in(2) ? "acme" : "zoo"; }

    void perform(std::size_t number);
    void move_time();
    std::int64_t to_an_edge();
    void jump();

    /// `real`, perhaps with a fault, and `plain` wherever it was applied; again while it was not
    /// heard and the client has patience. Their answers are equal whenever one was heard.
    /// `unheard`: what the client does about an answer that was lost.
    void act(const char* verb, const Real& real, const Plain& plain, const Plain& unheard = {});
    bool try_once(const Real& real, const Plain& plain, const Plain& unheard);
    Answer plainly(const Plain& plain);
    void arm();

    void fund();
    void book();
    void limit();
    void flip();
    void rebase();
    void close_period();
    void note_refusal();
    void units();
    void reserve();
    void reserve_again();
    void close();
    void draw();
    void end_call();
    void lose_call();
    void die();
    void restart(Client& client);

    void enqueue();
    void claim();
    void reap();
    void give_up();
    void cancel();
    bool lost(const Client& client);

    /// Many in one commit: all of it or nothing.
    void batch();
    void in_batch(const Real& real, const Plain& plain);
    void drop_calls(Client& client);

    std::vector<PlainLine> some_lines(Micros amount);
    std::string some_reservation();

    void compare();
    void compare_wallet(const std::string& wallet);
    void compare_reservation(const std::string& id);
    void compare_entries();
    void compare_holdings();
    void caps_hold(const std::string& wallet);

    std::uint64_t seed_;
    Random random_;
    Random jitter_{1};
    Armed armed_;
    Clocks clocks_;
    store::Database database_;
    Policy policy_;
    PlainLedger plain_;
    PlainQueue queue_model_;
    store::Queue queue_;
    store::QueueDesk desk_;
    store::UnitWallets units_;
    std::array<Client, 3> clients_;
    std::vector<std::string> seen_; // wallets of this step
    std::string seen_reservation_;
    Client* batch_ = nullptr; // whose commit is running
    std::string verb_;
    std::size_t step_ = 0;
    std::size_t faults_ = 0;
    std::size_t boots_ = 0;
    std::map<std::string, std::size_t> answers_;
};

inline constexpr std::array<const char*, 8> wallet_names{
    "ant", "ant/x", "ant/y", "ant/x/1", "ant/x/2", "bee", "bee/x", "bee/x/1"};

} // namespace smos::model
