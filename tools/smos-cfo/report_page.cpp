// SPDX-License-Identifier: Apache-2.0
// A report as one page of HTML: no script, nothing from outside, plots as SVG, dark and light.
#include "tools/smos-cfo/report.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace smos::tools {
namespace {

constexpr const char* style = R"css(
:root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--ink:#1c1d1f;--faint:#6b6e76;
--line:#e2e2de;--bar:#2f6fde;--area:#2f6fde22}
@media(prefers-color-scheme:dark){:root{--page:#131416;--card:#1c1e21;--ink:#e9eaec;
--faint:#9a9ea8;--line:#33363b;--bar:#6ea2ff;--area:#6ea2ff22}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;margin:0}
h2{font-size:15px;margin:0 0 12px}
p.when{color:var(--faint);margin:2px 0 24px}
section,.tiles div{background:var(--card);border:1px solid var(--line);border-radius:10px}
section{padding:18px 20px;margin-top:16px;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:16px}
.tiles div{padding:14px 18px}
.tiles span{display:block;color:var(--faint);font-size:13px}
.tiles strong{font-size:24px;font-weight:650;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--faint);font:12px system-ui,sans-serif;font-variant-numeric:tabular-nums}
.grid{stroke:var(--line);stroke-width:1}
.bar{fill:var(--bar)}
.bar:hover{opacity:.75}
.curve{fill:none;stroke:var(--bar);stroke-width:2;stroke-linejoin:round}
.area{fill:var(--area)}
table{width:100%;border-collapse:collapse;table-layout:fixed;font-variant-numeric:tabular-nums}
th{font-weight:500;color:var(--faint);text-align:left;font-size:13px}
th,td{padding:6px 8px 6px 0;border-bottom:1px solid var(--line);vertical-align:middle}
tr:last-child td{border-bottom:0}
td:first-child{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
th:first-child{width:30%}
.plot{width:28%}
th:last-child{width:18%}
section>svg{min-width:560px}
@media(max-width:640px){.plot{display:none}.tiles{grid-template-columns:1fr 1fr}
.tiles strong{font-size:19px}th:first-child{width:38%}}
.none{color:var(--faint);margin:0}
)css";

constexpr std::int64_t plot_left = 70;
constexpr std::int64_t plot_width = 830;
constexpr std::int64_t plot_top = 12;
constexpr std::int64_t plot_height = 190;

std::string safe(std::string_view text) {
    std::string safe_text;
    for (const char c : one_line(text)) {
        switch (c) {
        case '&':
            safe_text += "&amp;";
            break;
        case '<':
            safe_text += "&lt;";
            break;
        case '>':
            safe_text += "&gt;";
            break;
        case '"':
            safe_text += "&quot;";
            break;
        case '\'':
            safe_text += "&#39;";
            break;
        default:
            safe_text += c;
        }
    }
    return safe_text;
}

std::int64_t scaled(Micros part, Micros whole, std::int64_t size) {
    __extension__ using Wide = __int128;
    return whole > 0 ? static_cast<std::int64_t>(static_cast<Wide>(part) * size / whole) : 0;
}

/// Dollars and cents for reading; the exact amounts are in the JSON. What is not nothing never
/// reads as nothing.
std::string cents(Micros micros) {
    if (micros > 0 && micros < 5'000)
        return "< $0.01";
    return format_usd((micros + (micros < 0 ? -5'000 : 5'000)) / 10'000 * 10'000);
}

/// "12.3" of 123.
std::string tenths(std::int64_t value) { return fmt::format("{}.{}", value / 10, value % 10); }

/// 1, 2 or 5 times a power of ten, so that at most five lines are drawn.
Micros tick_of(Micros top) {
    Micros tick = 1;
    for (int turn = 0; top / tick > 4; ++turn)
        tick = turn % 3 == 1 ? tick / 2 * 5 : tick * 2;
    return tick;
}

struct Plot {
    Micros top = 1;
    Micros tick = 1;
    std::string text;

    explicit Plot(Micros largest) {
        tick = tick_of(std::max<Micros>(largest, 1));
        top = (std::max<Micros>(largest, 1) + tick - 1) / tick * tick;
        text = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">",
                           plot_left + plot_width + 10,
                           plot_top + plot_height + 28);
        for (Micros at = 0; at <= top; at += tick) {
            const std::int64_t y = plot_top + plot_height - scaled(at, top, plot_height);
            text += fmt::format("<path class=\"grid\" d=\"M{} {}H{}\"/><text x=\"{}\" y=\"{}\" "
                                "text-anchor=\"end\">{}</text>",
                                plot_left,
                                y,
                                plot_left + plot_width,
                                plot_left - 8,
                                y + 4,
                                format_usd(at));
        }
    }

    /// The days below, as many as there is room for.
    void name_days(const std::vector<std::string>& days) {
        const std::size_t step = (days.size() + 7) / 8;
        for (std::size_t i = 0; i < days.size(); i += step) {
            const std::int64_t middle = middle_of(i, days.size());
            text += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                                tenths(middle),
                                plot_top + plot_height + 20,
                                safe(days[i]));
        }
    }

    static std::int64_t edge_of(std::size_t day, std::size_t days) {
        return 10 * plot_left +
               10 * plot_width * static_cast<std::int64_t>(day) / static_cast<std::int64_t>(days);
    }
    static std::int64_t middle_of(std::size_t day, std::size_t days) {
        return (edge_of(day, days) + edge_of(day + 1, days)) / 2;
    }
};

Micros spent_on(const SpendReport& report, const std::string& day) {
    const auto found = report.spending.by_day.find(day);
    return found == report.spending.by_day.end() ? 0 : std::max<Micros>(found->second.micros, 0);
}

std::string day_plot(const SpendReport& report) {
    Micros largest = 0;
    for (const std::string& day : report.days)
        largest = std::max(largest, spent_on(report, day));
    Plot plot{largest};
    const std::size_t count = report.days.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Micros micros = spent_on(report, report.days[i]);
        if (micros == 0)
            continue;
        const std::int64_t left = Plot::edge_of(i, count);
        const std::int64_t width = Plot::edge_of(i + 1, count) - left;
        const std::int64_t bar = std::clamp<std::int64_t>(width * 7 / 10, 10, 480);
        const std::int64_t height =
            std::max<std::int64_t>(scaled(micros, plot.top, 10 * plot_height), 5);
        plot.text += fmt::format("<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
                                 "rx=\"2\"><title>{}: {}</title></rect>",
                                 tenths(left + (width - bar) / 2),
                                 tenths(10 * (plot_top + plot_height) - height),
                                 tenths(bar),
                                 tenths(height),
                                 safe(report.days[i]),
                                 cents(micros));
    }
    plot.name_days(report.days);
    return plot.text + "</svg>";
}

std::string sum_plot(const SpendReport& report) {
    Micros total = 0;
    for (const std::string& day : report.days)
        total += spent_on(report, day);
    Plot plot{total};
    std::string curve;
    const std::size_t count = report.days.size();
    const std::int64_t bottom = 10 * (plot_top + plot_height);
    Micros sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += spent_on(report, report.days[i]);
        curve += fmt::format("{}{} {}",
                             i == 0 ? "M" : "L",
                             tenths(Plot::middle_of(i, count)),
                             tenths(bottom - scaled(sum, plot.top, 10 * plot_height)));
    }
    plot.text += fmt::format("<path class=\"area\" d=\"{}L{} {}L{} {}Z\"/>"
                             "<path class=\"curve\" d=\"{}\"/>",
                             curve,
                             tenths(Plot::middle_of(count - 1, count)),
                             tenths(bottom),
                             tenths(Plot::middle_of(0, count)),
                             tenths(bottom),
                             curve);
    plot.name_days(report.days);
    return plot.text + "</svg>";
}

std::string sums_table(const SpendReport& report, const char* title, const store::Sums& sums) {
    std::string text =
        fmt::format("<section><h2>{}</h2><table><tr><th>Name</th><th class=\"plot\"></th>"
                    "<th class=\"n\">Spent</th><th class=\"n\">Share</th>"
                    "<th class=\"n\">Entries</th></tr>",
                    title);
    const auto rows = rows_of(report, sums);
    const Micros largest = rows.empty() ? 0 : std::max<Micros>(rows.front().second.micros, 0);
    for (const auto& [name, sum] : rows)
        text += fmt::format(
            "<tr><td>{}</td><td class=\"plot\"><svg viewBox=\"0 0 200 10\" "
            "preserveAspectRatio=\"none\"><rect class=\"bar\" width=\"{}\" height=\"10\" rx=\"2\"/>"
            "</svg></td><td class=\"n\">{}</td><td class=\"n\">{} %</td><td "
            "class=\"n\">{}</td></tr>",
            safe(name),
            std::max<std::int64_t>(scaled(std::max<Micros>(sum.micros, 0), largest, 200), 1),
            cents(sum.micros),
            percent_of(sum.micros, report.spending.total_micros),
            sum.entries);
    return text + "</table></section>";
}

std::string wallets_table(const SpendReport& report) {
    std::string text =
        "<section><h2>Wallets</h2><table><tr><th>Wallet</th><th class=\"n\">Available"
        "</th><th class=\"n\">Spent in 7 days</th><th class=\"n\">A day</th>"
        "<th class=\"n\">Empty in</th></tr>";
    for (const Burn& burn : report.wallets)
        text += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
                            "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                            safe(burn.wallet),
                            cents(burn.available_micros),
                            cents(burn.spent_micros),
                            cents(burn.per_day_micros),
                            time_left(burn));
    return text + "</table></section>";
}

std::string closings_table(const SpendReport& report) {
    if (report.closings.empty())
        return {};
    std::string text = "<section><h2>Closed periods</h2><table><tr><th>Wallet</th><th>Period</th>"
                       "<th class=\"n\">Purse</th><th class=\"n\">Held</th>"
                       "<th class=\"n\">Owed</th></tr>";
    for (const store::Checkpoint& each : report.closings)
        text += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td>"
                            "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                            safe(each.wallet),
                            safe(each.period),
                            cents(each.held.purse_micros),
                            cents(each.held.reserved_micros + each.held.drawn_micros),
                            cents(each.held.owed_micros));
    return text + "</table></section>";
}

std::string tile(const char* name, const std::string& value) {
    return fmt::format("<div><span>{}</span><strong>{}</strong></div>", name, safe(value));
}

std::string range_text(const SpendReport& report) {
    if (report.days.empty())
        return "nothing was spent";
    return fmt::format("{} to {}", report.days.front(), report.days.back());
}

} // namespace

std::string report_page(const SpendReport& report) {
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        "<title>Spend report</title><style>{}</style></head><body><main><h1>Spend</h1>"
        "<p class=\"when\">{} ({}) · made {}</p><div class=\"tiles\">",
        style,
        safe(range_text(report)),
        safe(report.zone),
        safe(report.made_at.substr(0, 16) + "Z"));
    page += tile("Spent", cents(report.spending.total_micros));
    page += tile("A day, over the last 7", cents(report.total.per_day_micros));
    page += tile("Available", cents(report.total.available_micros));
    page += tile("Empty in", time_left(report.total));
    page += "</div>";
    if (report.days.empty()) {
        page += "<section><p class=\"none\">Nothing was spent in this time.</p></section>";
    } else {
        page += "<section><h2>Spent each day</h2>" + day_plot(report) + "</section>";
        page += "<section><h2>Spent so far</h2>" + sum_plot(report) + "</section>";
        page += sums_table(report, "By muse", report.spending.by_muse);
        page += sums_table(report, "By provider", report.spending.by_provider);
        page += sums_table(report, "By capability", report.spending.by_capability);
    }
    page += wallets_table(report);
    page += closings_table(report);
    return page + "</main></body></html>\n";
}

} // namespace smos::tools
