// SPDX-License-Identifier: Apache-2.0
// One process of the store tests: hammers a state file, pays through an exec provider, or measures.
#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/random.hpp"
#include "libsmos/providers/capabilities/exec.hpp"
#include "libsmos/providers/capabilities/prices.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/sections.hpp"
#include "libsmos/store/ledger/spend.hpp"
#include "libsmos/store/observations.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>

namespace {

using namespace smos;

// Written and flushed only after the commit: whoever reads the line may count on it.
void acknowledge(const std::string& what) { std::cout << what << std::endl; }

void reserve_and_close(store::Ledger& ledger, const std::string& task, Random& random) {
    const auto outcome = ledger.reserve({"default", task, "default/ava", 10, "[]", "hammer"});
    if (!outcome || !outcome->admitted)
        throw Fatal(ExitStatus::bug, "not admitted: " + task);
    acknowledge("reserved " + task);
    const std::string& id = outcome->reservation->reservation_id;
    auto spend = or_fatal(store::Spend::draw(ledger, {id, "cap.test", "acme", "m", "", 10, "call"}),
                          ExitStatus::bug);
    or_fatal(spend.settle(static_cast<Micros>(random.below(11))), ExitStatus::bug);
    if (random.below(4) != 0)
        or_fatal(ledger.close({id, "default", task, false, "published", "hammer"}),
                 ExitStatus::bug);
}

store::Policy wide_policy() {
    store::Policy policy;
    policy.hour_cap_micros = policy.day_budget_micros = max_micros;
    return policy;
}

int hammer(const std::string& state, const std::string& name, std::int64_t seconds) {
    Random random{std::hash<std::string>{}(name)};
    auto database = std::make_unique<store::Database>(state);
    const std::int64_t end_us = monotonic_us() + seconds * 1'000'000;
    for (int number = 0; monotonic_us() < end_us; ++number) {
        store::Ledger ledger{*database, wide_policy()};
        store::Observations memory{*database};
        switch (random.below(8)) {
        case 0:
            memory.remember({{"test", name, Instant{number}}});
            acknowledge(fmt::format("remembered {}", number));
            break;
        case 1:
            database->checkpoint();
            break;
        case 2:
            database.reset();
            database = std::make_unique<store::Database>(state);
            break;
        default:
            reserve_and_close(ledger, fmt::format("{}-{}", name, number), random);
        }
    }
    return 0;
}

Result<std::string> keep_file(const providers::ExecAnswer& answer) {
    if (!answer.path)
        return Error{"no_file", "the answer has no file"};
    SMOS_TRY(const std::string bytes, read_file(*answer.path, 1 << 20));
    return bytes;
}

// What smos-render does for one image: a price, a draw, a call, an answer.
Result<std::string>
paid_image(store::Ledger& ledger, const records::Json& config, const std::string& reservation_id) {
    SMOS_TRY(const auto bindings, providers::BindingTable::from_config(config));
    SMOS_TRY(const auto prices, providers::PriceTable::from_config(config));
    const providers::Binding& binding = bindings.of("cap.image.generate").at(0);
    SMOS_TRY(const auto row,
             prices.find(binding.provider, binding.model, binding.unit, system_now()));
    SMOS_TRY(const Micros ceiling, cost(row.price, 1));
    SMOS_TRY(auto spend,
             store::Spend::draw(ledger,
                                {reservation_id,
                                 binding.capability,
                                 binding.provider,
                                 binding.model,
                                 "",
                                 ceiling,
                                 "image-1"}));
    if (spend.finished())
        return "replayed " + spend.answer();
    std::string folder = (std::filesystem::temp_directory_path() / "exec-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr)
        return Error{"cannot_create", "no scratch directory", folder};
    const records::Json request{{"capability", binding.capability}, {"prompt", "a lighthouse"}};
    SMOS_TRY(const auto answer, providers::run_exec(binding, request, spend, folder, keep_file));
    return "made " + records::dump(answer.metadata.or_object());
}

int pay(const std::string& state, const std::string& config_path) {
    std::string line;
    std::getline(std::cin, line);
    auto record = or_fatal(records::Record::parse(line), ExitStatus::bad_input);
    const auto cfo = or_fatal(record.section<records::Cfo>(), ExitStatus::bad_input);
    const auto config =
        or_fatal(records::parse_json(
                     or_fatal(read_file(config_path, 1 << 20), ExitStatus::no_input), config_path),
                 ExitStatus::config);
    store::Database database{state};
    store::Ledger ledger{database};
    const auto made = paid_image(ledger, config, cfo->reservation_id.value_or(""));
    std::cerr << (made ? *made : made.error().code + ": " + made.error().text()) << '\n';
    record.set_text("status", made ? "published" : "failed");
    std::cout << record.str() << '\n';
    return 0;
}

// Reserves COUNT tasks one after another; a second run with the same name books nothing twice.
int book(const std::string& state, const std::string& name, std::int64_t count) {
    store::Database database{state};
    store::Ledger ledger{database, wide_policy()};
    for (std::int64_t number = 0; number < count; ++number) {
        const std::string task = fmt::format("{}-{}", name, number);
        const auto outcome = ledger.reserve({"default", task, "default/ava", 10, "[]", "book"});
        SMOS_EXPECT(outcome && outcome->admitted);
        acknowledge(fmt::format("{} {}", task, outcome->reservation->opened.seq));
    }
    return 0;
}

// Reserves, pays in full and closes until COUNT were tried: what is held becomes what is spent
// under the others' eyes, and their sum may never pass the cap of the hour.
int race(const std::string& state, const std::string& name, std::int64_t count, Micros cap) {
    store::Database database{state};
    store::Policy policy = wide_policy();
    policy.hour_cap_micros = cap;
    store::Ledger ledger{database, policy};
    for (std::int64_t number = 0; number < count; ++number) {
        const std::string task = fmt::format("{}-{}", name, number);
        const auto outcome = ledger.reserve({"default", task, "default/ava", 10, "[]", "race"});
        SMOS_EXPECT(bool{outcome});
        if (!outcome->admitted)
            continue;
        acknowledge("admitted " + task);
        const std::string& id = outcome->reservation->reservation_id;
        auto spend = or_fatal(store::Spend::draw(ledger, {id, "cap", "acme", "m", "", 10, "call"}),
                              ExitStatus::bug);
        or_fatal(spend.settle(10), ExitStatus::bug);
        or_fatal(ledger.close({id, "default", task, false, "published", "race"}), ExitStatus::bug);
    }
    return 0;
}

int measure(const std::string& state, std::int64_t count) {
    store::Database database{state};
    store::Ledger ledger{database, wide_policy()};
    or_fatal(ledger.fund({"default/ava", max_micros / 2, "bench", false, "bench"}),
             ExitStatus::bug);
    const std::string run = std::to_string(system_now().micros);
    const std::int64_t began_us = monotonic_us();
    for (std::int64_t i = 0; i < count; ++i) {
        const std::string task = fmt::format("{}-{}", run, i);
        const auto outcome = ledger.reserve({"default", task, "default/ava", 10, "[]", "bench"});
        SMOS_EXPECT(outcome && outcome->admitted);
    }
    const double seconds = static_cast<double>(monotonic_us() - began_us) / 1e6;
    std::cout << fmt::format("{:.0f} reserve/s\n", static_cast<double>(count) / seconds);
    const std::int64_t walked_us = monotonic_us();
    const auto report = ledger.verify();
    std::cout << fmt::format("{:.0f} entries/s verified, {} findings\n",
                             static_cast<double>(report.entries) * 1e6 /
                                 static_cast<double>(monotonic_us() - walked_us),
                             report.findings.size());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + 1, argv + argc};
    try {
        if (words.size() == 4 && words[0] == "hammer")
            return hammer(words[1], words[2], std::stoll(words[3]));
        if (words.size() == 3 && words[0] == "pay")
            return pay(words[1], words[2]);
        if (words.size() == 4 && words[0] == "book")
            return book(words[1], words[2], std::stoll(words[3]));
        if (words.size() == 5 && words[0] == "race")
            return race(words[1], words[2], std::stoll(words[3]), std::stoll(words[4]));
        if (words.size() == 3 && words[0] == "measure")
            return measure(words[1], std::stoll(words[2]));
        std::cerr << "store_driver hammer STATE NAME SECONDS | pay STATE CONFIG | book STATE NAME N"
                     " | race STATE NAME N CAP | measure STATE N\n";
        return 64;
    } catch (const Fatal& fatal) {
        std::cerr << fatal.what() << '\n';
        return static_cast<int>(fatal.status());
    }
}
