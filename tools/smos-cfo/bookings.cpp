// SPDX-License-Identifier: Apache-2.0
// The verbs of money that moves without a reservation: opening, credit, refund and cost.
#include "tools/smos-cfo/bookings.hpp"

#include "tools/smos-cfo/books.hpp"
#include "tools/smos-cfo/days.hpp"

#include "libsmos/core/fatal.hpp"

namespace smos::tools {
namespace {

using cli::Kind;

struct BookVerb {
    const char* name;
    const char* summary;
    const char* description;
    store::Booking booking;
    bool of_provider;
};

constexpr BookVerb book_verbs[] = {
    {"opening",
     "book what a wallet held before the books began",
     "Makes the wallet where it is missing.",
     store::Booking::opening,
     false},
    {"credit",
     "book money that was given",
     "A voucher, or a compensation: money that nobody paid in.",
     store::Booking::credit,
     false},
    {"refund",
     "book what a provider gave back",
     "At most what the wallet spent. The windows of hour, day and month stay as they are: a refund "
     "does not let more through.",
     store::Booking::refund,
     true},
    {"cost",
     "book a bill that no call made",
     "A subscription, a domain, a server. It counts as spent in every window on the way up; what "
     "is beyond the money there is owed.",
     store::Booking::cost,
     true}};

} // namespace

std::vector<cli::Command> book_commands() {
    std::vector<cli::Command> commands;
    for (const BookVerb& verb : book_verbs) {
        cli::Command command{
            .name = verb.name,
            .summary = verb.summary,
            .description = verb.description,
            .positionals = {wallet_argument(),
                            {.name = "USD",
                             .doc = "Amount, such as 5 or 0.50.",
                             .required = true,
                             .kind = Kind::usd}},
            .options = {{.name = "key",
                         .kind = Kind::text,
                         .metavar = "KEY",
                         .doc = "Names it, so that a retry does not book twice: "
                                "an invoice's number.",
                         .command_line_only = true},
                        {.name = "reason",
                         .kind = Kind::text,
                         .metavar = "TEXT",
                         .doc = "Why, for the ledger.",
                         .command_line_only = true},
                        {.name = "date",
                         .kind = Kind::text,
                         .metavar = "DAY",
                         .doc = "The day of UTC (2026-10-03) or RFC 3339 time that it belongs to; "
                                "without it now. A closed period takes nothing any more: status "
                                "65. Limits count it today all the same.",
                         .command_line_only = true},
                        {.name = "json", .doc = "Print the wallet as one JSON object."}},
            .filter = false};
        if (verb.of_provider)
            command.options.insert(command.options.begin(),
                                   {.name = "provider",
                                    .kind = Kind::text,
                                    .metavar = "NAME",
                                    .doc = "Who sent the bill, or gave the money back.",
                                    .command_line_only = true});
        commands.push_back(std::move(command));
    }
    return commands;
}

std::optional<store::Booking> booking_of(std::string_view verb) {
    for (const BookVerb& known : book_verbs)
        if (verb == known.name)
            return known.booking;
    return std::nullopt;
}

void book(cli::Context& context, store::Ledger& ledger, store::Booking booking) {
    const auto text = [&](const char* name) {
        return context.given(name) ? context.text(name) : std::string{};
    };
    store::BookRequest request;
    request.kind = booking;
    request.wallet = context.positionals().at(0);
    request.amount_micros = or_fatal(parse_usd(context.positionals().at(1)), ExitStatus::usage);
    if (booking == store::Booking::refund || booking == store::Booking::cost)
        request.provider = text("provider");
    request.key = text("key");
    request.reason = text("reason");
    request.actor = operator_name();
    if (context.given("date"))
        request.at = Days{""}.instant_of(context.text("date"));
    const auto booked = ledger.book(request);
    const std::string problem = booked ? std::string{} : booked.error().code;
    or_fatal(booked,
             problem == "unknown_wallet"  ? ExitStatus::no_input
             : problem == "period_closed" ? ExitStatus::bad_input
                                          : ExitStatus::usage);
    if (!booked->booked)
        context.info("the key was booked before; nothing booked");
    show_limits(context, ledger, request.wallet);
}

} // namespace smos::tools
