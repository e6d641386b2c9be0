// SPDX-License-Identifier: Apache-2.0
// What productions do with money: reserve, draw, settle, give back, and die in between.
#include "tests/model/ledger_simulation.hpp"

#include "libsmos/store/owner.hpp"

namespace smos::model {
namespace {

std::string told(const store::ReserveOutcome& outcome) {
    std::string text = outcome.replayed ? "again" : outcome.admitted ? "admitted" : "refused";
    for (const records::Gate& gate : outcome.gates) {
        text += fmt::format(" {}{}", gate.name, gate.passed ? '+' : '-');
        if (gate.value_micros && gate.limit_micros)
            text += fmt::format("{}/{}", *gate.value_micros, *gate.limit_micros);
    }
    return text;
}

std::string told(const store::Reservation& one) {
    return fmt::format("{} {} amount {} drawn {} spent {} overrun {}",
                       one.state,
                       one.outcome,
                       one.amount_micros,
                       one.drawn_micros,
                       one.spent_micros,
                       one.overrun_micros);
}

template <typename T>
Answer answer_of(const Result<T>& result) {
    return result ? told(*result) : result.error().code;
}

std::string json_of(const std::vector<PlainLine>& lines) {
    std::string text;
    for (const PlainLine& line : lines)
        text += fmt::format(R"({}{{"capability":"{}","provider":"{}","micros":{}}})",
                            text.empty() ? "" : ",",
                            line.capability,
                            line.provider,
                            line.micros);
    return "[" + text + "]";
}

std::string owner_of(Owner owner) {
    if (owner == Owner::dead)
        return "another-boot:1:1:1";
    const std::string here = store::this_process();
    return here.substr(0, here.find(':')) + ":1:1:1"; // another container of this machine
}

} // namespace

std::vector<PlainLine> LedgerSimulation::some_lines(Micros amount) {
    std::vector<PlainLine> lines;
    for (std::size_t count = below(4); count > 0; --count) {
        PlainLine line;
        line.capability = one_in(2) ? "text" : "video";
        line.provider = some_provider();
        line.micros = amount <= 0 ? 0 : some_micros(static_cast<std::size_t>(amount % 1000) + 1);
        lines.push_back(line);
    }
    return lines;
}

/// Mostly one that is open.
std::string LedgerSimulation::some_reservation() {
    for (std::size_t tries = 4; tries > 0; --tries) {
        const PlainReservation* one = plain_.latest(some_task());
        if (one == nullptr || (!one->is_open() && tries > 1 && !one_in(8)))
            continue;
        seen_reservation_ = one->id;
        seen_.push_back(one->wallet);
        return one->id;
    }
    return "no-such-reservation";
}

bool LedgerSimulation::lost(const Client& client) {
    return client.lease && queue_model_.held(*client.lease) == nullptr;
}

void LedgerSimulation::reserve() {
    Client& client = some_client();
    PlainLedger::Asked asked;
    asked.task = one_in(200) ? "" : some_task();
    asked.wallet = some_wallet();
    asked.amount = one_in(60) ? -1 : one_in(60) ? max_micros + 1 : some_micros(260);
    if (one_in(6)) // to the edge, or one above it
        asked.amount = plain_.left(asked.wallet) + some_micros(2);
    asked.lines = some_lines(asked.amount);
    if (!one_in(3))
        asked.expected = some_micros(700);
    const std::string lines = asked.lines.empty() && one_in(3) ? "" : json_of(asked.lines);
    const store::ReserveRequest request{
        tenant, asked.task, asked.wallet, asked.amount, lines, "ann", asked.expected};
    act(
        "reserve",
        [&] { return answer_of(client.ledger->reserve(request)); },
        [&]() -> Answer {
            asked.lost_lease = lost(client);
            return plain_.reserve(asked);
        });
    if (const PlainReservation* one = plain_.latest(asked.task))
        seen_reservation_ = one->id;
    if (batch_ == nullptr)
        caps_hold(asked.wallet);
}

void LedgerSimulation::reserve_again() {
    Client& client = some_client();
    const std::string task = some_task();
    act(
        "reserve_again",
        [&] {
            return answer_of(client.ledger->reserve_again({tenant, task, "ann", {}}));
        },
        [&] { return plain_.reserve_again(task); });
    if (const PlainReservation* one = plain_.latest(task)) {
        seen_reservation_ = one->id;
        seen_.push_back(one->wallet);
    }
}

void LedgerSimulation::close() {
    Client& client = some_client();
    const std::string id = some_reservation();
    const PlainReservation* one = plain_.find(id);
    const std::string task = one == nullptr || one_in(40) ? "another" : one->task;
    const bool release = one_in(2);
    const std::string outcome = one_in(9) ? "published" : "failed";
    act(
        "close",
        [&] {
            return answer_of(client.ledger->close({id, tenant, task, release, outcome, "ann"}));
        },
        [&] { return plain_.close(id, task, release, outcome, lost(client)); });
}

void LedgerSimulation::draw() {
    Client& client = some_client();
    PlainLedger::Drawn drawn;
    drawn.reservation = some_reservation();
    const std::size_t key = below(5);
    drawn.key = fmt::format("c{}", key);
    drawn.capability = key % 2 == 0 ? "text" : "video";
    drawn.provider = one_in(12) ? some_provider() : key < 2 ? "acme" : "zoo";
    drawn.ceiling = one_in(50) ? -1 : one_in(8) ? 0 : static_cast<Micros>(key + 1) * 20;
    const store::SpendRequest request{
        drawn.reservation, drawn.capability, drawn.provider, "m", "", drawn.ceiling, drawn.key};
    Answer booked;
    act(
        "draw",
        [&]() -> Answer {
            auto spend = store::Spend::draw(*client.ledger, request);
            if (!spend)
                return spend.error().code;
            if (spend->finished())
                return "finished " + spend->answer();
            const std::string id = spend->id();
            client.spends.emplace(id, *std::move(spend));
            return "drawn";
        },
        [&]() -> Answer {
            drawn.lost_lease = lost(client);
            return booked = plain_.draw(drawn);
        },
        [&]() -> Answer { // nobody called
            const PlainReservation* one = plain_.find(drawn.reservation);
            return booked != "drawn" ? "" : plain_.end(one->calls.back().id, "failed", 0, "");
        });
}

void LedgerSimulation::end_call() {
    Client& client = some_client();
    if (client.spends.empty())
        return;
    auto place = client.spends.begin();
    std::advance(place, static_cast<std::ptrdiff_t>(below(client.spends.size())));
    const std::string id = place->first;
    store::Spend& spend = place->second;
    PlainReservation* of = nullptr;
    plain_.find_call(id, &of);
    need(of != nullptr, "a call was drawn that the model does not know");
    seen_reservation_ = of->id;
    seen_.push_back(of->wallet);
    const std::size_t chance = below(20);
    const std::string state = chance < 13 ? "done" : chance < 17 ? "failed" : "in_doubt";
    Micros actual = chance < 7 ? spend.ceiling_micros() : some_micros(100);
    if (state == "in_doubt")
        actual = spend.ceiling_micros();
    else if (one_in(12))
        actual += some_micros(900); // a provider that charges more than its ceiling
    else if (one_in(60))
        actual = -1;
    else if (one_in(8)) // just as much as its breaker takes, or almost
        actual = std::max<Micros>(plain_.to_trip(of->wallet) - some_micros(2), 0);
    const std::string answer = state == "done" && one_in(2) ? "said" : "";
    Answer heard = "nothing";
    act(
        "end_call",
        [&] {
            const auto ended = state == "done"     ? spend.settle(actual, answer)
                               : state == "failed" ? spend.fail(actual)
                                                   : spend.in_doubt();
            return heard = ended ? "" : ended.error().code;
        },
        [&] { return plain_.end(id, state, actual, answer); });
    if (heard == "bad_amount" || (heard == "nothing" && one_in(2)))
        return; // it may try again later
    if (batch_ == nullptr)
        armed_.fault = Fault::at_begin; // or it dies
    client.spends.erase(id);
    if (batch_ == nullptr)
        armed_ = {};
}

/// The process that made a call is gone, or is one in another container.
void LedgerSimulation::lose_call() {
    std::vector<PlainCall*> open;
    for (auto& [task, rounds] : plain_.tasks)
        for (PlainCall& call : rounds.back().calls)
            if (call.state == "open" && call.owner != Owner::dead)
                open.push_back(&call);
    if (open.empty())
        return;
    PlainCall& call = *open[below(open.size())];
    verb_ = "lose_call";
    call.owner = call.owner == Owner::elsewhere || one_in(2) ? Owner::dead : Owner::elsewhere;
    database_.prepare("UPDATE spend SET owner = ?2 WHERE spend_id = ?1")
        .bind(1, call.id)
        .bind(2, owner_of(call.owner))
        .run();
    armed_.fault = Fault::at_begin;
    for (Client& client : clients_)
        if (client.spends.erase(call.id) == 0)
            continue;
    armed_ = {};
}

void LedgerSimulation::die() {
    verb_ = "die";
    restart(some_client());
}

/// It forgets them without a word to the store.
void LedgerSimulation::drop_calls(Client& client) {
    while (!client.spends.empty()) {
        armed_.fault = Fault::at_begin;
        client.spends.erase(client.spends.begin());
    }
    armed_ = {};
}

void LedgerSimulation::restart(Client& client) {
    for (auto& [id, spend] : client.spends) {
        plain_.find_call(id)->owner = Owner::dead;
        database_.prepare("UPDATE spend SET owner = ?2 WHERE spend_id = ?1")
            .bind(1, id)
            .bind(2, owner_of(Owner::dead))
            .run();
    }
    drop_calls(client);
    client.lease.reset();
    client.ledger = std::make_unique<store::Ledger>(database_, policy_);
}

} // namespace smos::model
