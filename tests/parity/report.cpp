// SPDX-License-Identifier: Apache-2.0
// Counts, JSON lines and the stored hashes.
#include "report.hpp"

#include "scene.hpp"

#include "libsmos/kernels/device.hpp"

#include <cstdio>

namespace smos::parity {

namespace {

// What the CPU twins gave on the machine they were written on, and must give on every other:
// `parity hashes` prints this table.
const std::map<std::string, std::uint64_t>& stored_hashes() {
    static const std::map<std::string, std::uint64_t> table = {
#include "stored_hashes.inc"
    };
    return table;
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

} // namespace

Report::Report(bool quiet) : quiet_(quiet) {
    const kernels::Probe found = kernels::probe();
    cuda_ = found.chosen == kernels::Device::cuda;
    why_no_cuda_ = cuda_ ? "" : (found.cuda_available ? found.why_chosen : found.why_not_cuda);
    check("device", "request", "SMOS_DEVICE can be had", !found.request_refused, found.why_chosen);
}

void Report::check(const std::string& op,
                   const std::string& name,
                   const std::string& what,
                   bool passed,
                   const std::string& detail) {
    (passed ? passed_ : failed_) += 1;
    const std::string more = detail.empty() ? "" : ",\"detail\":" + quoted(detail);
    if (!quiet_) {
        std::printf("{\"op\":%s,\"case\":%s,\"check\":%s%s,\"ok\":%s}\n",
                    quoted(op).c_str(),
                    quoted(name).c_str(),
                    quoted(what).c_str(),
                    more.c_str(),
                    passed ? "true" : "false");
    }
    if (!passed) {
        std::fprintf(stderr,
                     "parity: FAILED %s/%s: %s %s\n",
                     op.c_str(),
                     name.c_str(),
                     what.c_str(),
                     detail.c_str());
    }
}

void Report::bounded(const std::string& op, const std::string& name, double worst, double bound) {
    char detail[64];
    std::snprintf(detail, sizeof detail, "%.4f of %.4f levels", worst, bound);
    check(op, name, "reference", worst <= bound, detail);
}

void Report::skipped(const std::string& op, const std::string& name) {
    skipped_ += 1;
    if (quiet_) {
        return;
    }
    std::printf("{\"op\":%s,\"case\":%s,\"device\":\"cuda\",\"skipped\":%s}\n",
                quoted(op).c_str(),
                quoted(name).c_str(),
                quoted("no device: " + why_no_cuda_).c_str());
}

std::uint64_t& Report::hash_of(const std::string& op) {
    return hashes_.emplace(op, hash_start).first->second;
}

void Report::settle_hashes(bool write) {
    for (const auto& [op, hash] : hashes_) {
        char text[24];
        std::snprintf(text, sizeof text, "0x%016llx", static_cast<unsigned long long>(hash));
        if (write) {
            std::printf("{\"%s\", %sULL},\n", op.c_str(), text);
            continue;
        }
        const auto stored = stored_hashes().find(op);
        const bool same = stored != stored_hashes().end() && stored->second == hash;
        check(op, "all", "stored hash", same, text);
    }
    if (!write) {
        check("all",
              "all",
              "every stored hash was made again",
              hashes_.size() == stored_hashes().size());
    }
}

int Report::finish() const {
    std::fprintf(stderr, "parity: %d checks passed, %d failed", passed_, failed_);
    if (skipped_ > 0) {
        std::fprintf(
            stderr, ", %d CUDA checks SKIPPED (no device: %s)", skipped_, why_no_cuda_.c_str());
    }
    std::fprintf(stderr, "\n");
    return failed_ == 0 ? 0 : 1;
}

} // namespace smos::parity
