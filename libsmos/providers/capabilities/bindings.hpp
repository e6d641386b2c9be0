// SPDX-License-Identifier: Apache-2.0
// Which provider serves a capability, in order of preference.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/json.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smos::providers {

/// One way to serve a capability.
struct Binding {
    std::string capability; // cap.image.generate
    std::string dialect;    // local | exec
    std::string provider;
    std::string model;
    std::string unit; // what the price row is per; empty: the capability's own (image, character …)
    std::vector<std::string> command{};     // exec: absolute program, then its arguments
    std::vector<std::string> environment{}; // exec: names of variables handed on to the program
    std::int64_t timeout_ms = 60'000;       // exec
    std::int64_t memory_mb = 4096;          // exec: address space
    bool network = false;                   // exec: keep the network
};

class BindingTable {
  public:
    /// The built-in ones: local for images, speech, music and scripts.
    BindingTable();
    /// With those of `bindings:` in the trusted configuration: a mapping of capability to one
    /// binding or an ordered list of them, each {dialect, provider, model, unit, command,
    /// environment, timeout_ms, memory_mb, network}. A capability named there replaces the
    /// built-in ones. Error `bad_binding` names the place.
    static Result<BindingTable> from_config(const records::Json& config);

    /// In order of preference; empty when nothing serves it.
    const std::vector<Binding>& of(std::string_view capability) const;

  private:
    std::map<std::string, std::vector<Binding>, std::less<>> bindings_;
};

/// What a capability is sold by: image, character, second, script; "call" for others.
std::string_view unit_of(std::string_view capability);

} // namespace smos::providers
