// SPDX-License-Identifier: Apache-2.0
// The sound of a film, found in the store or made beside the pictures.
#pragma once

#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/codec/libav.hpp"
#include "libsmos/media/codec/sound_packets.hpp"

#include <functional>
#include <future>
#include <memory>
#include <mutex>
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

/// Several threads may ask; one encodes while the others wait.
class SharedSound {
  public:
    using Made = Result<std::shared_ptr<const EncodedSound>>;

    Made get(const std::function<Result<EncodedSound>()>& encode);

  private:
    std::mutex mutex_;
    std::optional<Made> made_;
};

class SoundEncoder {
  public:
    using Errand = std::function<void()>;

    /// Gives all its work to `take_on`; when that says no, a thread begins at once. `finished` is
    /// called by whoever has done it.
    SoundEncoder(const EncodeOptions& options,
                 std::optional<Digest> key,
                 Encoder::MakeSound make,
                 std::string where,
                 std::function<void()> finished,
                 const std::function<bool(Errand)>& take_on);

    /// Waits for the thread, if it has one.
    ~SoundEncoder();
    SoundEncoder(const SoundEncoder&) = delete;
    SoundEncoder& operator=(const SoundEncoder&) = delete;

    bool ready() const;
    /// Waits; once.
    SharedSound::Made take() { return coming_.get(); }

  private:
    std::future<SharedSound::Made> coming_;
    std::thread thread_;
};

} // namespace smos::media
