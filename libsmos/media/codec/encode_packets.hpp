// SPDX-License-Identifier: Apache-2.0
// The packets of one group of pictures or of a whole sound, as they are kept and written.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/libav.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::media {

struct KeptPacket {
    std::int64_t pts = 0;
    std::int64_t dts = 0;
    std::int64_t duration = 0;
    std::uint32_t flags = 0; // AV_PKT_FLAG_*
    std::uint32_t size = 0;
};

/// In decoding order; the bytes of the packets lie behind each other. Times count from the start of
/// the group, in the codec's time base.
struct PacketList {
    std::int64_t units = 0; // frames, or samples per channel, that went in
    std::vector<KeptPacket> packets;
    std::string bytes;

    void add(const AVPacket& packet);
    /// Everything that the codec has ready; `what` is for the error.
    Result<void> take_from(AVCodecContext& codec, const char* what, const std::string& where);
};

std::string write_packets(const PacketList& list);

/// Nothing when the bytes are not what write_packets made: sizes, times and counts are checked.
std::optional<PacketList> read_packets(std::string_view bytes);

/// One key from the encoder's own, the caller's, and how much went in.
Digest packets_key(const Digest& encoder, const Digest& content, std::int64_t units);

} // namespace smos::media
