// SPDX-License-Identifier: Apache-2.0
// The sound of a film, found in the store or made beside the pictures.
#include "libsmos/media/codec/encode_sound.hpp"

#include "libsmos/media/codec/encode_audio.hpp"

#include <chrono>
#include <new>

namespace smos::media {
namespace {

struct SoundJob {
    int bit_rate = 0;
    std::shared_ptr<GopStore> store;
    std::optional<Digest> key;
    Encoder::MakeSound make;
    std::string where;
};

/// Encodes what `make` gives until it is content with what comes out of a decoder.
Result<void> make_sound(const SoundJob& job, EncodedSound& sound) {
    SMOS_TRY(std::unique_ptr<SoundStream> stream, job.make(nullptr));
    SMOS_EXPECT(stream != nullptr);
    while (stream) {
        SMOS_TRY(sound.codec, open_audio_codec(job.bit_rate, job.where)); // each is used once
        SMOS_TRY(sound.packets, encode_aac(*sound.codec, *stream, job.where));
        SMOS_TRY(sound.heard, hear_packets(*sound.codec, *sound.packets, job.where));
        SMOS_TRY(stream, job.make(&*sound.heard));
    }
    return {};
}

Result<EncodedSound> encode_sound(const SoundJob& job) {
    EncodedSound sound;
    SMOS_TRY(sound.codec, open_audio_codec(job.bit_rate, job.where));
    const bool stored = job.key && job.store;
    const Digest fingerprint = audio_fingerprint(*sound.codec);
    const PartKey part_key = [&](std::int64_t part) {
        return packets_key(fingerprint, *job.key, part);
    };
    if (stored) {
        sound.key = part_key(0);
        SMOS_TRY(sound.packets, find_sound(*job.store, part_key, job.where));
        sound.reused = sound.packets.has_value();
        if (sound.reused)
            return sound;
    }
    SMOS_CHECK(make_sound(job, sound));
    if (stored) {
        const Result<void> kept = keep_sound(*job.store, part_key, *sound.packets);
        if (!kept)
            sound.store_problem = kept.error();
    }
    return sound;
}

} // namespace

std::shared_ptr<SharedSound> share_sound() { return std::make_shared<SharedSound>(); }

SharedSound::Made SharedSound::get(const std::function<Result<EncodedSound>()>& encode) {
    const std::lock_guard lock{mutex_};
    if (!made_) {
        Result<EncodedSound> sound = encode();
        made_ = sound ? Made{std::make_shared<const EncodedSound>(*std::move(sound))}
                      : Made{sound.error()};
    }
    return *made_;
}

SoundEncoder::SoundEncoder(const EncodeOptions& options,
                           std::optional<Digest> key,
                           Encoder::MakeSound make,
                           std::string where,
                           std::function<void()> finished,
                           const std::function<bool(Errand)>& take_on) {
    SoundJob job{options.audio_bit_rate, options.store, key, std::move(make), std::move(where)};
    const auto promise = std::make_shared<std::promise<SharedSound::Made>>();
    coming_ = promise->get_future();
    auto shared = options.shared_sound ? options.shared_sound : share_sound();
    const Errand errand = [job = std::move(job),
                           shared = std::move(shared),
                           promise,
                           finished = std::move(finished)] {
        try {
            promise->set_value(shared->get([&] { return encode_sound(job); }));
        } catch (const std::bad_alloc&) {
            promise->set_value(Error{"encoder", "out of memory", job.where});
        }
        finished();
    };
    if (!take_on(errand))
        thread_ = std::thread(errand);
}

SoundEncoder::~SoundEncoder() {
    if (thread_.joinable())
        thread_.join();
}

bool SoundEncoder::ready() const {
    return coming_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace smos::media
