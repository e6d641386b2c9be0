// SPDX-License-Identifier: Apache-2.0
// The sound of a film, found in the store or made beside the pictures.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/codec/sound_packets.hpp"

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

namespace smos::media {

struct EncodedSound {
    CodecHandle codec;
    std::optional<SoundPackets> packets; // never empty
    bool reused = false;
    std::optional<HeardSound> heard{};
    std::optional<Digest> key{};
    std::optional<Error> store_problem{};
};

class SoundEncoder {
  public:
    /// Starts a thread at once; `finished` is called from it when there is a result.
    SoundEncoder(const EncodeOptions& options,
                 std::optional<Digest> key,
                 Encoder::MakeSound make,
                 std::string where,
                 std::function<void()> finished);

    /// Waits for the thread.
    ~SoundEncoder();
    SoundEncoder(const SoundEncoder&) = delete;
    SoundEncoder& operator=(const SoundEncoder&) = delete;

    bool ready() const;
    /// Waits; once.
    Result<EncodedSound> take() { return coming_.get(); }

  private:
    std::future<Result<EncodedSound>> coming_;
    std::thread thread_;
};

} // namespace smos::media
