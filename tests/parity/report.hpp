// SPDX-License-Identifier: Apache-2.0
// One JSON line for each check, and what they add up to.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace smos::parity {

class Report {
  public:
    // Asks for the device once; a SMOS_DEVICE that cannot be had is a failure.
    explicit Report(bool quiet);

    [[nodiscard]] bool cuda() const { return cuda_; }
    // A named check of one case of one operation on one device.
    void check(const std::string& op,
               const std::string& name,
               const std::string& what,
               bool passed,
               const std::string& detail = "");
    // Against a reference: the greatest distance seen and the one allowed.
    void bounded(const std::string& op, const std::string& name, double worst, double bound);
    // A CUDA twin that could not be run.
    void skipped(const std::string& op, const std::string& name);
    // Mixes the bytes of a case into its operation's hash.
    [[nodiscard]] std::uint64_t& hash_of(const std::string& op);

    // Holds every operation's hash against the stored one. `write` prints the table instead.
    void settle_hashes(bool write);
    // The last line for people, on stderr; the exit status.
    [[nodiscard]] int finish() const;

  private:
    std::map<std::string, std::uint64_t> hashes_;
    std::string why_no_cuda_;
    int passed_ = 0;
    int failed_ = 0;
    int skipped_ = 0;
    bool cuda_ = false;
    bool quiet_ = false;
};

} // namespace smos::parity
