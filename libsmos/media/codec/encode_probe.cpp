// SPDX-License-Identifier: Apache-2.0
// Which encoders work on this machine, proved with a real frame.
#include "libsmos/media/codec/encode_probe.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/media/codec/encode_codec.hpp"
#include "libsmos/media/codec/encode_options.hpp"
#include "libsmos/media/codec/encode_packets.hpp"
#include "libsmos/media/codec/encode_whole.hpp"

#include <fmt/format.h>

namespace smos::media {
namespace {

constexpr int fingerprint_side_px = 256;

/// Edges and a gradient: an encoder has to make up its mind about something.
void draw_test_picture(Frame& frame) {
    for (int y = 0; y < frame.height_px; ++y) {
        for (int x = 0; x < frame.width_px; ++x) {
            const int value = 16 + ((x / 8 ^ y / 8) * 5 + x + y) % 220;
            frame.y()[y * frame.y_stride() + x] = static_cast<std::uint8_t>(value);
        }
    }
    for (int y = 0; y < frame.chroma_height(); ++y) {
        for (int x = 0; x < frame.chroma_width(); ++x) {
            frame.u()[y * frame.uv_stride() + x] = static_cast<std::uint8_t>(64 + x % 128);
            frame.v()[y * frame.uv_stride() + x] = static_cast<std::uint8_t>(64 + y % 128);
        }
    }
}

/// Headers and packets of one frame.
Result<std::string> encode_one_frame(EncodeOptions options, const std::string& where) {
    options.gops = {Gop{1}};
    SMOS_TRY(CodecHandle codec, open_video_codec(options, where));
    std::string bytes{reinterpret_cast<const char*>(codec->extradata),
                      static_cast<std::size_t>(codec->extradata_size)};
    WholeVideo video{options, std::move(codec), where};
    Frame frame = video.spare();
    draw_test_picture(frame);
    SMOS_CHECK(video.push(std::move(frame)));
    SMOS_TRY(const VideoTurn turn, video.turn(false, true));
    if (turn.kind != VideoTurn::Kind::packets)
        return Error{"encoder", "a frame went in and nothing came out", where};
    const PlacedPackets packets = video.collect();
    return bytes + packets.list.bytes;
}

std::string list_of(const std::vector<EncoderProbe>& probes) {
    std::string text;
    for (const EncoderProbe& probe : probes)
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", probe.name, probe.reason);
    return text;
}

} // namespace

Result<Digest> video_fingerprint(const EncodeOptions& options, const std::string& where) {
    Sha256 hash;
    for (const std::string& field : {options.encoder,
                                     std::string{find_video_codec(options.encoder)->settings},
                                     std::string{av_version_info()},
                                     options.preset}) {
        hash.update_field(field);
    }
    hash.update_field(fmt::format("{}x{} {}/{} {}",
                                  options.width_px,
                                  options.height_px,
                                  options.rate_num,
                                  options.rate_den,
                                  options.crf));
    EncodeOptions small = options;
    small.width_px = small.height_px = fingerprint_side_px;
    SMOS_TRY(const std::string bytes, encode_one_frame(small, where));
    hash.update_field(bytes);
    return hash.finish();
}

EncoderProbe probe_encoder(const std::string& name, const EncodeOptions& options) {
    EncoderProbe probe;
    probe.name = one_line(name);
    EncodeOptions asked = options;
    asked.encoder = name;
    const auto reject = [&](const Error& error) {
        probe.reason = error.message;
        return probe;
    };
    if (const Result<void> fits = check_picture_options(asked, {}); !fits)
        return reject(fits.error());
    const VideoCodec* kind = find_video_codec(name);
    // Software that takes this size takes pictures of this size; its frame is the fingerprint's.
    if (kind != nullptr && kind->by_group) {
        if (const Result<CodecHandle> codec = open_video_codec(asked, {}); !codec)
            return reject(codec.error());
    } else if (const Result<std::string> frame = encode_one_frame(asked, {}); !frame) {
        return reject(frame.error());
    }
    const Result<Digest> fingerprint = video_fingerprint(asked, {});
    if (!fingerprint)
        return reject(fingerprint.error());
    probe.available = true;
    const std::string_view settings = kind->settings;
    probe.incremental = kind->by_group;
    probe.has_preset = settings.find("{preset}") != settings.npos;
    probe.has_crf = settings.find("{crf}") != settings.npos;
    probe.fingerprint = *fingerprint;
    return probe;
}

Result<EncoderChoice> choose_encoder(const std::vector<std::string>& chain,
                                     const EncodeOptions& options) {
    EncoderChoice choice;
    for (const std::string& name : chain) {
        choice.chosen = probe_encoder(name, options);
        if (choice.chosen.available)
            return choice;
        choice.rejected.push_back(choice.chosen);
    }
    return Error{"no_encoder",
                 chain.empty() ? std::string{"no encoder was named"}
                               : "no encoder works: " + list_of(choice.rejected),
                 {},
                 "libx264 of Debian's libavcodec59 works without hardware"};
}

std::string container_of(const std::string& encoder) {
    const VideoCodec* kind = find_video_codec(encoder);
    return kind == nullptr ? "mp4" : kind->muxer;
}

} // namespace smos::media
