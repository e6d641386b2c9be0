// SPDX-License-Identifier: Apache-2.0
// FFmpeg's messages and errors in our words.
#include "libsmos/media/codec/libav.hpp"

#include "libsmos/core/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <new>

extern "C" {
#include <libavutil/cpu.h>
#include <libavutil/error.h>
#include <libavutil/log.h>
}

namespace smos::media {
namespace {

thread_local std::string last_message;

void keep_message(void*, int level, const char* format, va_list arguments) {
    if (level > AV_LOG_ERROR)
        return;
    std::array<char, 400> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    last_message = one_line(line.data());
}

/// Some of FFmpeg's sums of floats come in another order on newer processors: mp3 and the resampler
/// then give other samples. What every x86-64 machine of the last fifteen years has is enough.
void use_common_instructions() {
#if defined(__x86_64__)
    constexpr int common = AV_CPU_FLAG_MMX | AV_CPU_FLAG_MMXEXT | AV_CPU_FLAG_SSE |
                           AV_CPU_FLAG_SSE2 | AV_CPU_FLAG_SSE3 | AV_CPU_FLAG_SSSE3 |
                           AV_CPU_FLAG_SSE4 | AV_CPU_FLAG_SSE42 | AV_CPU_FLAG_CMOV;
    av_force_cpu_flags(av_get_cpu_flags() & common);
#endif
}

void set_up_libav() {
    static std::once_flag once;
    std::call_once(once, [] {
        av_log_set_callback(keep_message);
        use_common_instructions();
    });
}

} // namespace

PacketHandle make_packet() {
    PacketHandle packet{av_packet_alloc()};
    if (!packet)
        throw std::bad_alloc();
    return packet;
}

PictureHandle make_picture() {
    PictureHandle picture{av_frame_alloc()};
    if (!picture)
        throw std::bad_alloc();
    return picture;
}

void prepare_libav() {
    set_up_libav();
    last_message.clear();
}

Error libav_error(const char* code, const char* what, int averror, const std::string& where) {
    if (averror == AVERROR(ENOSPC) || averror == AVERROR(EDQUOT))
        return system_error(code, what, where, AVUNERROR(averror));
    std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
    av_strerror(averror, words.data(), words.size());
    std::string message = fmt::format("{}: {}", what, words.data());
    if (!last_message.empty())
        message += fmt::format(" ({})", last_message);
    return Error{code, message, where};
}

} // namespace smos::media
