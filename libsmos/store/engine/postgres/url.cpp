// SPDX-License-Identifier: Apache-2.0
// Where the server is: a libpq URL, and the name of the place without its secrets.
#include "libsmos/store/engine/postgres/url.hpp"

#include "libsmos/core/fatal.hpp"
#include "libsmos/core/handle.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>

namespace smos::store {
namespace {

using OptionsHandle = UniqueHandle<PQconninfoOption, &PQconninfoFree>;
using Options = std::map<std::string, std::string>;

// What a URL may say otherwise.
const Options& defaults() {
    static const Options known{{"fallback_application_name", "smos"},
                               {"connect_timeout", "10"},
                               {"target_session_attrs", "read-write"}, // never a standby's past
                               {"tcp_user_timeout", "30000"},
                               {"keepalives_idle", "30"},
                               {"keepalives_interval", "10"},
                               {"keepalives_count", "3"}};
    return known;
}

Options options_of(const char* url) {
    char* problem = nullptr;
    const OptionsHandle parsed{PQconninfoParse(url, &problem)};
    PQfreemem(problem); // not shown: it quotes the URL, with the password
    if (!parsed) {
        throw Fatal(ExitStatus::config,
                    "the state's URL is not one that PostgreSQL understands",
                    "its form is postgresql://user@host:port/database; percent-encode other signs");
    }
    Options found = defaults();
    for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr)
            found[option->keyword] = option->val;
    }
    found["client_encoding"] = "UTF8";
    return found;
}

std::string option(const Options& options, const char* keyword) {
    const auto found = options.find(keyword);
    return found == options.end() ? std::string{} : found->second;
}

std::string place_of(const Options& options) {
    const std::string user = option(options, "user");
    const std::string host = option(options, "host");
    const std::string port = option(options, "port");
    const bool socket = host.starts_with('/');
    std::string place = "postgresql://" + (user.empty() ? "" : user + '@');
    if (!socket)
        place += host + (port.empty() ? "" : ':' + port);
    place += '/' + option(options, "dbname");
    if (socket)
        place += "?host=" + host + (port.empty() ? "" : "&port=" + port);
    return place;
}

} // namespace

PostgresUrl parse_postgres_url(const char* url) {
    const Options options = options_of(url);
    PostgresUrl parsed;
    parsed.place = place_of(options);
    for (const auto& [keyword, value] : options) {
        parsed.keywords.push_back(keyword);
        parsed.values.push_back(value);
    }
    return parsed;
}

} // namespace smos::store
