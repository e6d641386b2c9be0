// SPDX-License-Identifier: Apache-2.0
// A value or the reason why there is none; and the check that ends a program that has a bug.
#include "libsmos/core/result.hpp"

#include <cstdio>
#include <cstdlib>

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

void bug(const char* condition, const char* file, int line) {
    std::fprintf(stderr,
                 "smos: bug: '%s' does not hold at %s:%d; please report this\n",
                 condition,
                 file,
                 line);
    std::abort();
}

} // namespace smos
