// SPDX-License-Identifier: Apache-2.0
// A whole sound to AAC packets.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <string>
#include <vector>

namespace smos::media {

/// Timestamps in samples; the first packet starts before zero by the encoder's priming.
struct EncodedAudio {
    CodecHandle codec;
    std::vector<PacketHandle> packets;
};

/// AAC-LC by FFmpeg's own encoder, 48 kHz stereo.
Result<EncodedAudio> encode_aac(const AudioBuffer& audio, int bit_rate, const std::string& where);

} // namespace smos::media
