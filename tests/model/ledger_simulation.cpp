// SPDX-License-Identifier: Apache-2.0
// A step of the ledger's world: time, faults, and which verb.
#include "tests/model/ledger_simulation.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/store/engine/sqlite_engine.hpp"

namespace smos::model {
namespace {

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t hour = 3600 * second;
constexpr std::int64_t day = 24 * hour;
constexpr std::size_t all_every = 64;

std::uint64_t mixed(std::uint64_t seed, std::uint64_t number) {
    Random random{seed + number * 0x9E3779B97F4A7C15ULL};
    return random.next();
}

} // namespace

LedgerSimulation::LedgerSimulation(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      clocks_{{"boot-0", hour}, from_date(2026, 3, 1)},
      database_(std::make_unique<FaultyEngine>(
          store::open_sqlite("ledger_model.db", store::OpenMode::scratch_copy), armed_, &clocks_)),
      policy_{2'000, 6'000, 1'800},
      plain_(policy_),
      queue_(
          database_,
          [this] {
              return Moment{clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id};
          },
          policy_),
      desk_(
          database_,
          [this] {
              return Moment{clocks_.wall, clocks_.boot.us, clocks_.boot.boot_id};
          },
          policy_),
      units_(database_) {
    for (Client& client : clients_)
        client.ledger = std::make_unique<store::Ledger>(database_, policy_);
}

void LedgerSimulation::step(std::size_t number) {
    random_ = Random{mixed(seed_, number)};
    jitter_ = Random{mixed(seed_, number) + 1};
    step_ = number;
    seen_.clear();
    seen_reservation_.clear();
    move_time();
    // A request that was delivered before comes again: the same numbers, another moment.
    const bool again = number > 0 && one_in(30);
    perform(again ? number - 1 - below(std::min<std::size_t>(number, 40)) : number);
    armed_ = {};
    compare();
    if (number % all_every == all_every - 1)
        for (const char* wallet : wallet_names)
            compare_wallet(wallet);
}

void LedgerSimulation::perform(std::size_t number) {
    step_ = number;
    random_ = Random{mixed(seed_, number) + 2};
    plain_.now = clocks_;
    struct Verb {
        std::size_t weight;
        void (LedgerSimulation::*run)();
    };
    static constexpr std::array<Verb, 22> verbs{
        {{90, &LedgerSimulation::fund},         {60, &LedgerSimulation::book},
         {30, &LedgerSimulation::limit},        {55, &LedgerSimulation::flip},
         {12, &LedgerSimulation::rebase},       {3, &LedgerSimulation::close_period},
         {15, &LedgerSimulation::note_refusal}, {30, &LedgerSimulation::units},
         {250, &LedgerSimulation::reserve},     {25, &LedgerSimulation::reserve_again},
         {95, &LedgerSimulation::close},        {190, &LedgerSimulation::draw},
         {170, &LedgerSimulation::end_call},    {20, &LedgerSimulation::lose_call},
         {4, &LedgerSimulation::die},           {20, &LedgerSimulation::enqueue},
         {20, &LedgerSimulation::claim},        {10, &LedgerSimulation::reap},
         {10, &LedgerSimulation::give_up},      {6, &LedgerSimulation::cancel},
         {8, &LedgerSimulation::jump},          {45, &LedgerSimulation::batch}}};
    std::size_t all = 0;
    for (const Verb& verb : verbs)
        all += verb.weight;
    std::size_t chance = below(all);
    for (const Verb& verb : verbs) {
        if (chance < verb.weight)
            return (this->*verb.run)();
        chance -= verb.weight;
    }
}

void LedgerSimulation::move_time() {
    const auto pass = [this](std::int64_t us) {
        clocks_.wall.micros += us;
        clocks_.boot.us += us;
    };
    pass(1 + static_cast<std::int64_t>(below(30 * second)));
    const std::size_t chance = below(400);
    if (chance == 0)
        pass(static_cast<std::int64_t>(below(20)) * day);
    else if (chance < 5)
        pass(static_cast<std::int64_t>(below(30)) * hour);
    else if (chance < 14)
        pass(static_cast<std::int64_t>(below(90)) * 60 * second);
    else if (chance < 30)
        pass(to_an_edge());
}

/// From now to the moment at which something ends, or just before or behind it.
std::int64_t LedgerSimulation::to_an_edge() {
    plain_.now = clocks_;
    const std::vector<std::int64_t> edges = plain_.edges_us();
    constexpr std::array<std::int64_t, 4> besides{0, 0, -1, second};
    const std::int64_t span =
        edges[below(edges.size())] + besides[below(besides.size())] - clocks_.wall.micros;
    return span > 0 && span < day ? span : 1;
}

/// The wall clock is set, or the machine starts again.
void LedgerSimulation::jump() {
    verb_ = "jump";
    const std::array<std::int64_t, 6> spans{
        4 * second, 6 * second, 61 * 60 * second, 3 * hour, day, 40 * day};
    const std::int64_t span = spans[below(spans.size())];
    const std::size_t chance = below(6);
    if (chance < 2) {
        clocks_.wall.micros += span;
    } else if (chance < 4) {
        clocks_.wall.micros -= std::min(span, 2 * day);
    } else {
        clocks_.boot = {fmt::format("boot-{}", ++boots_), second};
        clocks_.wall.micros += one_in(3) ? span : 0;
        for (Client& client : clients_)
            restart(client);
    }
    if (chance < 3 && one_in(2)) // somebody sets it right again
        clocks_.wall.micros += chance < 2 ? -span : std::min(span, 2 * day);
}

void LedgerSimulation::arm() {
    armed_ = {};
    const std::size_t chance = below(step_ < 12 ? 10 : 50); // a first commit is special
    if (chance >= 5)
        return;
    armed_.fault = static_cast<Fault>(chance + 1);
    armed_.statements = static_cast<int>(below(24));
}

/// What the model answers; it goes back to where it was when it has to refuse everything.
Answer LedgerSimulation::plainly(const Plain& plain) {
    const bool shaky = plain_.jump_us() > 0 || plain_.at() < plain_.closed_until_us ||
                       clocks_.wall.micros < plain_.closed_until_us;
    if (!shaky)
        return plain();
    const PlainLedger before = plain_;
    const PlainQueue queue_before = queue_model_;
    try {
        return plain();
    } catch (const Shut&) {
        plain_ = before;
        queue_model_ = queue_before;
        return "fatal";
    }
}

bool LedgerSimulation::try_once(const Real& real, const Plain& plain, const Plain& unheard) {
    arm();
    const Fault fault = armed_.fault;
    Answer got;
    try {
        got = real();
    } catch (const Fatal& fatal) {
        if (armed_.fired) {
            ++faults_;
            armed_ = {};
            if (fault == Fault::after_commit)
                plainly(plain);
            if (fault == Fault::after_commit && unheard)
                plainly(unheard);
            if (traces)
                fmt::print("{} {}: fault {}\n", step_, verb_, static_cast<int>(fault));
            return false;
        }
        got = "fatal";
        armed_ = {};
        const Answer wanted = plainly(plain);
        need(got == wanted,
             fmt::format("{} failed by itself, not '{}': {}", verb_, wanted, fatal.what()));
        ++answers_[verb_ + " fatal"];
        return true;
    }
    armed_ = {};
    const Answer wanted = plainly(plain);
    need(got == wanted, fmt::format("{} answered '{}', not '{}'", verb_, got, wanted));
    if (traces)
        fmt::print("{} {}: {}\n", step_, verb_, got);
    ++answers_[verb_ + " " + got.substr(0, got.find(' '))];
    return true;
}

void LedgerSimulation::act(const char* verb,
                           const Real& real,
                           const Plain& plain,
                           const Plain& unheard) {
    verb_ = verb;
    plain_.now = clocks_;
    if (batch_ != nullptr)
        return in_batch(real, plain);
    for (std::size_t patience = 1 + below(3); patience > 0; --patience)
        if (try_once(real, plain, unheard))
            return;
}

void LedgerSimulation::in_batch(const Real& real, const Plain& plain) {
    Answer got;
    try {
        got = real();
    } catch (const Fatal& fatal) {
        if (!armed_.fired)
            need(plainly(plain) == "fatal",
                 fmt::format("{} failed by itself in a batch: {}", verb_, fatal.what()));
        throw;
    }
    const Answer wanted = plainly(plain);
    if (traces)
        fmt::print("{} {} in a batch: {}\n", step_, verb_, got);
    need(got == wanted, fmt::format("{} in a batch answered '{}', not '{}'", verb_, got, wanted));
    ++answers_["batch " + verb_ + " " + got.substr(0, got.find(' '))];
}

void LedgerSimulation::batch() {
    Client& client = some_client();
    const PlainLedger before = plain_;
    arm();
    const Fault fault = armed_.fault;
    batch_ = &client;
    bool failed = false;
    try {
        client.ledger->together([this] {
            reserve();
            constexpr std::array<void (LedgerSimulation::*)(), 6> verbs{
                &LedgerSimulation::reserve,
                &LedgerSimulation::fund,
                &LedgerSimulation::close,
                &LedgerSimulation::draw,
                &LedgerSimulation::end_call,
                &LedgerSimulation::end_call};
            for (std::size_t count = 1 + below(5); count > 0; --count)
                (this->*verbs[below(verbs.size())])();
        });
    } catch (const Fatal&) {
        failed = true;
    } catch (...) {
        batch_ = nullptr;
        throw;
    }
    batch_ = nullptr;
    if (failed) {
        faults_ += armed_.fired ? 1 : 0;
        if (!armed_.fired || fault != Fault::after_commit)
            plain_ = before;
        drop_calls(client);
    }
    armed_ = {};
    verb_ = "batch";
    plain_.now = clocks_;
}

std::string LedgerSimulation::some_wallet() {
    if (one_in(60))
        return one_in(2) ? "no such" : "cat";
    const std::string name = wallet_names[below(wallet_names.size())];
    seen_.push_back(name);
    return name;
}

} // namespace smos::model
