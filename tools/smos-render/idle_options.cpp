// SPDX-License-Identifier: Apache-2.0
// Options that would do nothing are refused.
#include "tools/smos-render/idle_options.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <initializer_list>

namespace smos::tools {
namespace {

void refuse(const cli::Context& context,
            std::initializer_list<const char*> options,
            const std::string& why,
            const std::string& hint) {
    for (const char* option : options)
        if (context.typed(option))
            throw Fatal(ExitStatus::usage, fmt::format("--{}: {}", option, why), hint);
}

/// Only a film of full quality is encoded as these say.
void refuse_encoding(const cli::Context& context) {
    if (context.flag("preview"))
        refuse(context,
               {"preset", "crf"},
               "a preview is encoded quickly, in a quality of its own",
               "leave it out, or render without --preview");
    else if (!context.given("output"))
        refuse(context, {"preset", "crf"}, "no film is encoded", "leave it out, or add -o FILE");
}

} // namespace

void refuse_idle_options(const cli::Context& context) {
    if (context.flag("check"))
        return refuse(context,
                      {"output",
                       "resolve",
                       "preview",
                       "contact-sheet",
                       "poster",
                       "moments",
                       "preset",
                       "crf",
                       "accent",
                       "rejects",
                       "fail"},
                      "--check only reads timelines",
                      "call it without --check too");
    if (context.flag("resolve"))
        return refuse(
            context,
            {"output", "preview", "contact-sheet", "poster", "moments", "rejects", "fail"},
            "--resolve prints the resolved form and makes nothing else",
            "smos-render --resolve timeline.json > resolved.json");
    const bool preview = context.flag("preview"), sheet = context.given("contact-sheet");
    const bool looks = preview || sheet || context.given("poster");
    if (looks || context.given("output"))
        refuse(context,
               {"rejects", "fail"},
               "is for records, and this renders a timeline",
               "read the exit status");
    if (!sheet && (!preview || context.given("output")))
        refuse(context,
               {"moments"},
               "no frames are shown",
               "add --contact-sheet FILE, or --preview without -o");
    if (looks && !context.dry_run())
        refuse_encoding(context);
}

void refuse_other_encoding(const cli::Context& context,
                           const std::string& input,
                           const records::Timeline& timeline) {
    const auto compare = [&](const records::TimelineOutput& output,
                             std::size_t number,
                             const char* option,
                             const std::string& asked,
                             const std::string& said) {
        if (!context.typed(option) || asked == said)
            return;
        throw Fatal(ExitStatus::usage,
                    fmt::format("--{} {}: {} is resolved, and output {} says {}",
                                option,
                                one_line(asked),
                                input,
                                one_line(output.id),
                                said.empty() ? "none" : said),
                    fmt::format("render the authored form with it, or edit "
                                "outputs[{}].encoding.{}, or remove its encoding",
                                number,
                                option));
    };
    for (std::size_t i = 0; i < timeline.outputs.size(); ++i) {
        const records::TimelineOutput& output = timeline.outputs[i];
        if (!output.encoding)
            continue;
        compare(output, i, "preset", context.text("preset"), output.encoding->preset);
        compare(output,
                i,
                "crf",
                std::to_string(context.integer("crf")),
                std::to_string(output.encoding->crf));
        compare(output, i, "accent", context.text("accent"), output.encoding->accent);
    }
}

} // namespace smos::tools
