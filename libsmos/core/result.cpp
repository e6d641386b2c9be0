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

namespace {

const char* hint_of(int reason) {
    switch (reason) {
    case ENOSPC:
    case EDQUOT:
        return "free some disk space, then try again";
    case EACCES:
    case EPERM:
        return "check the permissions of it and of its folder";
    case EROFS:
        return "choose a place that may be written";
    case EMFILE:
    case ENFILE:
        return "raise the limit of open files, then try again";
    case ENOMEM:
        return "free some memory, then try again";
    case EIO:
        return "look at the disk with dmesg, then try again";
    default:
        return "";
    }
}

} // namespace

Error system_error(const char* code, const char* what, const std::string& where, int reason) {
    Error error{code, std::string{what} + ": " + std::strerror(reason), where};
    error.hint = hint_of(reason);
    error.retryable = reason == ENOSPC || reason == EDQUOT || reason == ENOMEM ||
                      reason == EMFILE || reason == ENFILE;
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
