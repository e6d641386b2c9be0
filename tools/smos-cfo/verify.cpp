// SPDX-License-Identifier: Apache-2.0
// The verb verify: what is wrong with the ledger, held against the anchors that others kept.
#include "libsmos/store/ledger/verify.hpp"

#include "tools/smos-cfo/anchors.hpp"
#include "tools/smos-cfo/journal.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/limits.hpp"
#include "libsmos/records/json_value.hpp"

#include <fmt/format.h>

#include <fstream>

namespace smos::tools {
namespace {

using records::Json;

std::vector<store::SignedAnchor> read_anchors(const std::string& path) {
    std::ifstream file{path};
    if (!file)
        throw Fatal(ExitStatus::no_input, fmt::format("cannot read {}", path));
    std::vector<store::SignedAnchor> anchors;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty())
            continue;
        auto read = or_fatal(store::read_anchor_line(line, fmt::format("{}:{}", path, number)),
                             ExitStatus::bad_input);
        anchors.insert(anchors.end(),
                       std::make_move_iterator(read.begin()),
                       std::make_move_iterator(read.end()));
    }
    return anchors;
}

store::AuditRequest request_of(const cli::Context& context) {
    store::AuditRequest request;
    if (context.given("anchors")) {
        for (const std::string& path : context.texts("anchors")) {
            auto read = read_anchors(path);
            request.anchors.insert(request.anchors.end(), read.begin(), read.end());
        }
    }
    request.keys = trusted_keys(context);
    // On a server every host signs with a key of its own.
    request.all_keys_known = context.given("public-key") || !store::is_server(context.state_path());
    return request;
}

std::string since(std::int64_t head, std::int64_t anchor) {
    return anchor == 0 ? std::string{"no anchor"}
                       : fmt::format("{} since anchor {}", head - anchor, anchor);
}

void print_text(cli::Context& context, const store::Audit& audit) {
    for (const store::AuditFinding& finding : audit.findings)
        context.write_line(fmt::format("{}{}: {}: {}",
                                       finding.where,
                                       finding.seq > 0 ? fmt::format(" #{}", finding.seq) : "",
                                       finding.kind,
                                       finding.what));
    for (const store::LossWindow& window : audit.windows)
        context.write_line(fmt::format("{}: {} entries; in the state {}; elsewhere {}",
                                       window.chain,
                                       window.head_seq,
                                       since(window.head_seq, window.kept_seq),
                                       since(window.head_seq, window.outside_seq)));
    context.write_line(fmt::format("{} entries in {} chains, {} anchors: {}",
                                   audit.entries,
                                   audit.chains,
                                   audit.anchors,
                                   audit.findings.empty()
                                       ? std::string{"all good"}
                                       : fmt::format("{} findings", audit.findings.size())));
}

Json json_of(const store::Audit& audit) {
    Json findings = Json::array();
    for (const store::AuditFinding& finding : audit.findings)
        findings.push_back({{"kind", finding.kind},
                            {"where", finding.where},
                            {"seq", finding.seq},
                            {"what", finding.what}});
    Json windows = Json::array();
    for (const store::LossWindow& window : audit.windows)
        windows.push_back({{"chain", window.chain},
                           {"head_seq", window.head_seq},
                           {"kept_anchor_seq", window.kept_seq},
                           {"outside_anchor_seq", window.outside_seq},
                           {"loss_window", window.head_seq - window.outside_seq}});
    return {{"entries", audit.entries},
            {"chains", audit.chains},
            {"anchors", audit.anchors},
            {"kept_anchors", audit.kept},
            {"signatures", audit.signatures},
            {"findings", findings},
            {"windows", windows}};
}

} // namespace

void verify(cli::Context& context, store::Database& database) {
    const store::AuditRequest request = request_of(context);
    if (request.keys.empty() && !request.anchors.empty())
        context.warn("signatures are not checked: there is no public key; give one with "
                     "--public-key");
    const store::Audit audit = store::audit_ledger(database, request);
    if (context.flag("json"))
        context.write_line(records::dump(json_of(audit)));
    else
        print_text(context, audit);
    if (!audit.findings.empty())
        context.set_status(ExitStatus::bad_input);
}

} // namespace smos::tools
