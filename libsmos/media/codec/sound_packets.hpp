// SPDX-License-Identifier: Apache-2.0
// The packets of a whole sound, which a long film has megabytes of.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/encode_packets.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/media/sound/scratch_file.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smos::media {

/// In decoding order: times and sizes in memory, 32 bytes a packet, the data in a file without a
/// name beside `named`, the film.
class SoundPackets {
  public:
    static Result<SoundPackets> create(const std::string& named);

    /// Adds packets, which `list` then has no more.
    Result<void> take(PacketList& list);
    Result<std::string> data(std::size_t packet) const;

    const std::vector<KeptPacket>& rows() const { return rows_; }
    std::int64_t units = 0; ///< samples per channel that went in

  private:
    explicit SoundPackets(ScratchFile file) : file_(std::move(file)) {}

    ScratchFile file_;
    std::vector<KeptPacket> rows_;
    std::vector<std::int64_t> places_;
};

/// The key of each part that a sound is stored in, from 0.
using PartKey = std::function<Digest(std::int64_t part)>;

/// A store takes whole entries: long sounds are kept in parts of about a minute and a half.
Result<void> keep_sound(GopStore& store, const PartKey& key, const SoundPackets& packets);

/// Nothing when a part is not there or not what keep_sound made.
Result<std::optional<SoundPackets>>
find_sound(GopStore& store, const PartKey& key, const std::string& named);

} // namespace smos::media
