// SPDX-License-Identifier: Apache-2.0
// The verb report: what was spent, how fast, and how long it lasts.
#include "tools/smos-cfo/report.hpp"

#include "tools/smos-cfo/days.hpp"
#include "tools/smos-cfo/journal.hpp"
#include "tools/smos-cfo/journal_text.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/file.hpp"
#include "libsmos/core/utf8.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::tools {
namespace {

using records::Json;

__extension__ using Wide = __int128; // products of money and time

constexpr std::int64_t hour_us = 3'600'000'000;
constexpr std::int64_t day_us = 24 * hour_us;
constexpr std::int64_t burn_days = 7;
constexpr std::size_t days_shown = 366;

Burn burn_of(std::string wallet, Micros spent, Micros available, std::int64_t hours) {
    Burn burn;
    burn.wallet = std::move(wallet);
    burn.spent_micros = spent;
    burn.available_micros = available;
    burn.per_day_micros = spent * 24 / hours;
    if (spent > 0)
        burn.hours_left = static_cast<std::int64_t>(static_cast<Wide>(available) * hours / spent);
    return burn;
}

void measure_burn(SpendReport& report,
                  const std::vector<store::WalletBalance>& balances,
                  const store::JournalRange& range,
                  Instant now) {
    const std::int64_t age_us =
        report.spending.entries > 0 ? now.micros - report.spending.first.micros : 0;
    const std::int64_t hours =
        std::clamp<std::int64_t>((age_us + hour_us - 1) / hour_us, 24, burn_days * 24);
    Micros spent = 0;
    Micros available = 0;
    for (const store::WalletBalance& balance : balances) {
        if (!store::is_in({{}, {}, range.wallet}, balance.name, now))
            continue;
        const auto recent = report.spending.recent_by_wallet.find(balance.name);
        const Micros micros = recent == report.spending.recent_by_wallet.end() ? 0 : recent->second;
        spent += micros;
        available += balance.available_micros;
        report.wallets.push_back(burn_of(balance.name, micros, balance.available_micros, hours));
    }
    report.total = burn_of("all", spent, available, hours);
}

/// Days without spend too, so that a plot shows time as it went; at most the last 366.
std::vector<std::string> days_between(const Days& days, const store::Sums& by_day) {
    if (by_day.empty())
        return {};
    const Instant last = days.instant_of(by_day.rbegin()->first);
    std::vector<std::string> names{by_day.rbegin()->first};
    for (Instant at{last.micros - hour_us}; names.size() < days_shown;) {
        std::string name = days.day_of(at);
        if (name < by_day.begin()->first)
            break;
        at.micros = days.instant_of(name).micros - hour_us;
        names.push_back(std::move(name));
    }
    std::reverse(names.begin(), names.end());
    return names;
}

Json json_of(const SpendReport& report, const store::Sums& sums) {
    Json list = Json::array();
    for (const auto& [name, sum] : rows_of(report, sums))
        list.push_back({{"name", name}, {"spent_micros", sum.micros}, {"entries", sum.entries}});
    return list;
}

Json json_of(const Burn& burn) {
    Json object{{"wallet", burn.wallet},
                {"spent_micros", burn.spent_micros},
                {"per_day_micros", burn.per_day_micros},
                {"available_micros", burn.available_micros},
                {"hours_left", nullptr}};
    if (burn.hours_left)
        object["hours_left"] = *burn.hours_left;
    return object;
}

std::string closings_table(const SpendReport& report) {
    if (report.closings.empty())
        return {};
    std::string text = fmt::format(
        "\n{:<10} {:<32} {:>14} {:>14} {:>14}\n", "CLOSED", "WALLET", "PURSE", "HELD", "OWED");
    for (const store::Checkpoint& each : report.closings)
        text += fmt::format("{:<10} {:<32} {:>14} {:>14} {:>14}\n",
                            one_line(each.period),
                            each.wallet,
                            format_usd(each.held.purse_micros),
                            format_usd(each.held.reserved_micros + each.held.drawn_micros),
                            format_usd(each.held.owed_micros));
    return text;
}

} // namespace

const store::Sums& sums_of(const SpendReport& report) {
    if (report.by == "muse")
        return report.spending.by_muse;
    if (report.by == "provider")
        return report.spending.by_provider;
    return report.by == "capability" ? report.spending.by_capability : report.spending.by_day;
}

std::vector<std::pair<std::string, store::Sum>> rows_of(const SpendReport& report,
                                                        const store::Sums& sums) {
    std::vector<std::pair<std::string, store::Sum>> rows{sums.begin(), sums.end()};
    if (&sums != &report.spending.by_day)
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
            return a.second.micros > b.second.micros;
        });
    return rows;
}

std::string time_left(const Burn& burn) {
    if (!burn.hours_left)
        return "no end in sight";
    if (*burn.hours_left >= 24 * 3650)
        return "more than ten years";
    return fmt::format("{} d {} h", *burn.hours_left / 24, *burn.hours_left % 24);
}

std::string percent_of(Micros part, Micros whole) {
    const Micros tenths =
        whole > 0 ? static_cast<Micros>(static_cast<Wide>(part) * 1000 / whole) : 0;
    return fmt::format("{}.{}", tenths / 10, std::abs(tenths % 10));
}

std::string report_table(const SpendReport& report) {
    std::string text =
        fmt::format("{:<32} {:>14} {:>7} {:>8}\n", "BY " + report.by, "SPENT", "%", "ENTRIES");
    for (const auto& [name, sum] : rows_of(report, sums_of(report)))
        text += fmt::format("{:<32} {:>14} {:>7} {:>8}\n",
                            one_line(name),
                            format_usd(sum.micros),
                            percent_of(sum.micros, report.spending.total_micros),
                            sum.entries);
    text += fmt::format("{:<32} {:>14} {:>7} {:>8}\n\n",
                        "all",
                        format_usd(report.spending.total_micros),
                        "",
                        report.spending.entries);
    text += fmt::format("{:<32} {:>14} {:>14}  {}\n", "WALLET", "AVAILABLE", "A DAY", "EMPTY IN");
    for (const Burn& burn : report.wallets)
        text += fmt::format("{:<32} {:>14} {:>14}  {}\n",
                            burn.wallet,
                            format_usd(burn.available_micros),
                            format_usd(burn.per_day_micros),
                            time_left(burn));
    text += fmt::format("{:<32} {:>14} {:>14}  {}\n",
                        report.total.wallet,
                        format_usd(report.total.available_micros),
                        format_usd(report.total.per_day_micros),
                        time_left(report.total));
    return text + closings_table(report);
}

std::string report_json(const SpendReport& report) {
    Json wallets = Json::array();
    for (const Burn& burn : report.wallets)
        wallets.push_back(json_of(burn));
    Json closings = Json::array();
    for (const store::Checkpoint& each : report.closings)
        closings.push_back({{"period", each.period},
                            {"to", format_rfc3339(each.to)},
                            {"wallet", each.wallet},
                            {"purse_micros", each.held.purse_micros},
                            {"reserved_micros", each.held.reserved_micros},
                            {"drawn_micros", each.held.drawn_micros},
                            {"owed_micros", each.held.owed_micros},
                            {"chain", each.chain},
                            {"seq", each.seq}});
    return records::dump(Json{{"made_at", report.made_at},
                              {"from", report.from},
                              {"to", report.to},
                              {"zone", report.zone},
                              {"spent_micros", report.spending.total_micros},
                              {"entries", report.spending.entries},
                              {"by_day", json_of(report, report.spending.by_day)},
                              {"by_muse", json_of(report, report.spending.by_muse)},
                              {"by_provider", json_of(report, report.spending.by_provider)},
                              {"by_capability", json_of(report, report.spending.by_capability)},
                              {"burn", json_of(report.total)},
                              {"wallets", wallets},
                              {"closings", closings}}) +
           '\n';
}

void report(cli::Context& context, store::Database& database, store::Ledger& ledger) {
    const Days days{context.given("tz") ? context.text("tz") : std::string{}};
    const Instant now = database.now();
    store::SpendingRequest request;
    request.range = range_of(context, days);
    request.day_of = [&days](Instant at) { return days.day_of(at); };
    request.recent_from = Instant{now.micros - burn_days * day_us};
    SpendReport made;
    made.by = context.text("by");
    made.zone = days.zone();
    made.from = context.given("from") ? context.text("from") : std::string{};
    made.to = context.given("to") ? context.text("to") : std::string{};
    made.made_at = format_rfc3339(now);
    made.spending = store::spending_of(database, request);
    made.days = days_between(days, made.spending.by_day);
    for (store::Checkpoint& each : store::checkpoints(database))
        if (store::is_in(request.range, each.wallet, Instant{each.to.micros - 1}))
            made.closings.push_back(std::move(each));
    measure_burn(made, ledger.balances(), request.range, now);
    if (context.given("html")) {
        or_fatal(write_file_atomically(context.text("html"), report_page(made)),
                 ExitStatus::cannot_create);
        return;
    }
    context.write_text(context.flag("json") ? report_json(made) : report_table(made));
}

} // namespace smos::tools
