// SPDX-License-Identifier: Apache-2.0
// Which libraries the bytes of a film depend on.
#include "libsmos/media/codec/versions.hpp"

#include <ass/ass.h>
#include <espeak-ng/speak_lib.h>
#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace smos::media {
namespace {

std::string av_version(unsigned version) {
    return fmt::format("{}.{}.{}", version >> 16U, (version >> 8U) & 0xffU, version & 0xffU);
}

} // namespace

std::vector<std::pair<std::string, std::string>> library_versions() {
    const char* data = nullptr;
    const unsigned ass = static_cast<unsigned>(ass_library_version());
    return {{"libavcodec", av_version(avcodec_version())},
            {"libavformat", av_version(avformat_version())},
            {"libass",
             fmt::format("{:x}.{:x}.{:x}", ass >> 28U, (ass >> 20U) & 0xffU, (ass >> 12U) & 0xffU)},
            {"espeak-ng", espeak_Info(&data)}};
}

} // namespace smos::media
