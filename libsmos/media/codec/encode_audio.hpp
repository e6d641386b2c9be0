// SPDX-License-Identifier: Apache-2.0
// A whole sound to AAC packets.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/encode_packets.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/sound/audio.hpp"

#include <string>

namespace smos::media {

/// AAC-LC by FFmpeg's own encoder, 48 kHz stereo.
Result<CodecHandle> open_audio_codec(int bit_rate, const std::string& where);

/// What the packets depend on besides the samples.
Digest audio_fingerprint(const AVCodecContext& codec);

/// Timestamps in samples; the first packet starts before zero by the encoder's priming. The codec
/// is used up, but still describes the stream.
Result<PacketList>
encode_aac(AVCodecContext& codec, const AudioBuffer& audio, const std::string& where);

} // namespace smos::media
