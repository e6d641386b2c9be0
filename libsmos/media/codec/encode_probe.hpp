// SPDX-License-Identifier: Apache-2.0
// Which encoders work on this machine, proved with a real frame.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/media/codec/encode.hpp"

#include <string>
#include <vector>

namespace smos::media {

struct EncoderProbe {
    std::string name;
    bool available = false;
    std::string reason{};     ///< why not
    bool incremental = false; ///< deterministic, by groups, kept in the store
    bool has_preset = false;  ///< those of x264
    bool has_crf = false;
    /// What its packets depend on besides the frames: belongs into the name of a film.
    Digest fingerprint{};
};

/// Encodes one frame of the options' size, rate and quality with the encoder `name`; what else is
/// in the options does not matter. An encoder that we have no settings for is not available.
EncoderProbe probe_encoder(const std::string& name, const EncodeOptions& options);

struct EncoderChoice {
    EncoderProbe chosen;
    std::vector<EncoderProbe> rejected; ///< those before it, with their reasons
};

/// The first of the chain that works. Error no_encoder, with every reason.
Result<EncoderChoice> choose_encoder(const std::vector<std::string>& chain,
                                     const EncodeOptions& options);

/// "mov" for ProRes, "mp4" for every other one.
std::string container_of(const std::string& encoder);

} // namespace smos::media
