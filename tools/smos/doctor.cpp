// SPDX-License-Identifier: Apache-2.0
// `smos doctor`: runs the checks and prints what they found.
#include "doctor.hpp"

#include "spec.hpp"

#include "libsmos/cli/log.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smos::dispatch {
namespace {

const char* word_of(Health health) {
    switch (health) {
    case Health::ok:
        return "ok";
    case Health::warn:
        return "warn";
    case Health::fail:
        break;
    }
    return "fail";
}

void print_text(cli::Context& context, const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
        std::string line =
            fmt::format("{:<5}{:<26} {}", word_of(finding.health), finding.name, finding.text);
        if (!finding.hint.empty())
            line += "; " + finding.hint;
        context.write_line(cli::visible(line));
    }
}

void print_json(cli::Context& context, const std::vector<Finding>& findings) {
    records::Json list = records::Json::array();
    for (const Finding& finding : findings) {
        records::Json item{
            {"name", finding.name}, {"health", word_of(finding.health)}, {"text", finding.text}};
        if (!finding.hint.empty())
            item["hint"] = finding.hint;
        list.push_back(std::move(item));
    }
    context.write_line(records::dump({{"checks", list}}));
}

} // namespace

void doctor(cli::Context& context) {
    std::vector<Finding> findings{{"smos", Health::ok, context.version()}};
    const auto append = [&](std::vector<Finding> more) {
        findings.insert(findings.end(), more.begin(), more.end());
    };
    append(check_programs());
    append(check_models(context.trusted_config()));
    append(check_keys(context.trusted_config()));
    append(check_places(context));
    if (context.flag("json"))
        print_json(context, findings);
    else
        print_text(context, findings);
    const bool failed = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.health == Health::fail;
    });
    if (failed && context.flag("fail"))
        context.set_status(ExitStatus::negative);
}

} // namespace smos::dispatch
