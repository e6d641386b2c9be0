// SPDX-License-Identifier: Apache-2.0
// A value or the reason why there is none; and the check that ends a program that has a bug.
#include "libsmos/core/result.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace smos {

std::string Error::text() const {
    std::string line;
    if (!where.empty())
        line = where + ": ";
    line += message;
    if (!hint.empty())
        line += "; " + hint;
    return line;
}

Error system_error(const char* code, const char* what, const std::string& where, int reason) {
    Error error{code, std::string{what} + ": " + std::strerror(reason), where};
    if (reason == ENOSPC || reason == EDQUOT) {
        error.hint = "free some disk space, then try again";
        error.retryable = true;
    }
    error.retryable = error.retryable || reason == ENOMEM || reason == EMFILE || reason == ENFILE;
    return error;
}

void bug(const char* condition, const char* file, int line) {
    std::fprintf(stderr,
                 "smos: bug: '%s' does not hold at %s:%d; please report this\n",
                 condition,
                 file,
                 line);
    std::abort();
}

} // namespace smos
