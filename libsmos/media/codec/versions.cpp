// SPDX-License-Identifier: Apache-2.0
// Which libraries the bytes of a film depend on.
#include "libsmos/media/codec/versions.hpp"

#include "libsmos/media/captions/captions_libraries.hpp"

#include <ebur128.h>
#include <espeak-ng/speak_lib.h>
#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace smos::media {
namespace {

std::string av_version(unsigned version) {
    return fmt::format("{}.{}.{}", version >> 16U, (version >> 8U) & 0xffU, version & 0xffU);
}

} // namespace

std::vector<std::pair<std::string, std::string>> library_versions() {
    const char* data = nullptr;
    int major = 0, minor = 0, patch = 0;
    ebur128_get_version(&major, &minor, &patch);
    std::vector<std::pair<std::string, std::string>> versions = {
        {"libavcodec", av_version(avcodec_version())},
        {"libavformat", av_version(avformat_version())},
        {"libswresample", av_version(swresample_version())},
        {"libswscale", av_version(swscale_version())},
        {"libebur128", fmt::format("{}.{}.{}", major, minor, patch)},
        {"espeak-ng", espeak_Info(&data)}};
    for (const auto& library : caption_libraries())
        versions.push_back(library);
    return versions;
}

} // namespace smos::media
