// SPDX-License-Identifier: Apache-2.0
// A whole sound to AAC packets, and how they sound.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/codec/sound_packets.hpp"
#include "libsmos/media/sound/sound_stream.hpp"

#include <string>

namespace smos::media {

/// AAC-LC by FFmpeg's own encoder, 48 kHz stereo.
Result<CodecHandle> open_audio_codec(int bit_rate, const std::string& where);

/// What the packets depend on besides the samples.
Digest audio_fingerprint(const AVCodecContext& codec);

/// Timestamps in samples; the first packet starts before zero by the encoder's priming. The codec
/// is used up, but still describes the stream.
Result<SoundPackets>
encode_aac(AVCodecContext& codec, SoundStream& sound, const std::string& where);

/// Decodes the packets of `codec` as a player does, without priming and padding.
Result<HeardSound>
hear_packets(const AVCodecContext& codec, const SoundPackets& packets, const std::string& where);

} // namespace smos::media
