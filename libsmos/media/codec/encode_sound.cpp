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

std::optional<PacketList> find_sound(const SoundJob& job, const Digest& key) {
    const std::optional<std::string> bytes = job.store->find(key);
    return bytes ? read_packets(*bytes) : std::nullopt;
}

Result<EncodedSound> encode_sound(const SoundJob& job) {
    EncodedSound sound;
    SMOS_TRY(sound.codec, open_audio_codec(job.bit_rate, job.where));
    std::optional<Digest> key;
    if (job.key && job.store) {
        key = packets_key(audio_fingerprint(*sound.codec), *job.key, 0);
        if (std::optional<PacketList> found = find_sound(job, *key)) {
            sound.packets = *std::move(found);
            sound.reused = true;
            return sound;
        }
    }
    SMOS_TRY(const AudioBuffer audio, job.make());
    if (audio.sample_rate != master_rate_hz || audio.channels != 2 || audio.frames() == 0) {
        return Error{"invalid_options", "the sound must be 48 kHz stereo and not empty", job.where};
    }
    SMOS_TRY(sound.packets, encode_aac(*sound.codec, audio, job.where));
    if (key) {
        const Result<void> kept = job.store->keep(*key, write_packets(sound.packets));
        if (!kept)
            sound.store_problem = kept.error();
    }
    return sound;
}

} // namespace

SoundEncoder::SoundEncoder(const EncodeOptions& options,
                           std::optional<Digest> key,
                           Encoder::MakeSound make,
                           std::string where,
                           std::function<void()> finished) {
    SoundJob job{options.audio_bit_rate, options.store, key, std::move(make), std::move(where)};
    std::promise<Result<EncodedSound>> promise;
    coming_ = promise.get_future();
    thread_ = std::thread([job = std::move(job),
                           promise = std::move(promise),
                           finished = std::move(finished)]() mutable {
        try {
            promise.set_value(encode_sound(job));
        } catch (const std::bad_alloc&) {
            promise.set_value(Error{"encoder", "out of memory", job.where});
        }
        finished();
    });
}

SoundEncoder::~SoundEncoder() { thread_.join(); }

bool SoundEncoder::ready() const {
    return coming_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

} // namespace smos::media
