// SPDX-License-Identifier: Apache-2.0
// A stage that notes when it began and gives its line back as it is.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>

int main() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const char* log = std::getenv("STAGE_LOG");
    const int file = log == nullptr ? -1 : open(log, O_WRONLY | O_APPEND | O_CLOEXEC);
    char text[64];
    const int size =
        std::snprintf(text,
                      sizeof text,
                      "%lld\n",
                      static_cast<long long>(now.tv_sec) * 1'000'000'000 + now.tv_nsec);
    if (file < 0 || write(file, text, static_cast<std::size_t>(size)) != size)
        return 74;
    char bytes[4096];
    for (ssize_t got = 0; (got = read(0, bytes, sizeof bytes)) > 0;) {
        if (write(1, bytes, static_cast<std::size_t>(got)) != got)
            return 74;
    }
    return 0;
}
