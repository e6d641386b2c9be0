// SPDX-License-Identifier: Apache-2.0
// Where the server is: a libpq URL, and the name of the place without its secrets.
#pragma once

#include <string>
#include <vector>

namespace smos::store {

struct PostgresUrl {
    std::string place; // the URL without passwords and options
    std::vector<std::string> keywords;
    std::vector<std::string> values; // beside the keywords
    bool only_reads = false;         // every transaction of its connections
};

/// Fatal (78) for what libpq does not understand. What the URL does not say is left to libpq
/// (PGPASSWORD, PGPASSFILE, PGHOST …).
PostgresUrl parse_postgres_url(const char* url);

} // namespace smos::store
