// SPDX-License-Identifier: Apache-2.0
// Packets on disk, and their parts in the store.
#include "libsmos/media/codec/sound_packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace smos::media {
namespace {

constexpr std::size_t packets_per_part = 4096;
constexpr std::size_t count_digits = 16; // before each part: how many packets the sound has

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

Result<PacketList> part_of(const SoundPackets& packets, std::size_t first) {
    PacketList part;
    part.units = packets.units;
    const std::size_t last = std::min(packets.rows().size(), first + packets_per_part);
    for (std::size_t k = first; k < last; ++k) {
        SMOS_TRY(const std::string data, packets.data(k));
        part.packets.push_back(packets.rows()[k]);
        part.bytes += data;
    }
    return part;
}

} // namespace

Result<SoundPackets> SoundPackets::create(const std::string& named) {
    SMOS_TRY(ScratchFile file, ScratchFile::create(folder_of(named), named));
    return SoundPackets{std::move(file)};
}

Result<void> SoundPackets::take(PacketList& list) {
    std::int64_t place = file_.size();
    SMOS_CHECK(file_.append(list.bytes.data(), list.bytes.size()));
    for (const KeptPacket& packet : list.packets) {
        rows_.push_back(packet);
        places_.push_back(place);
        place += packet.size;
    }
    list.packets.clear();
    list.bytes.clear();
    return {};
}

Result<std::string> SoundPackets::data(std::size_t packet) const {
    std::string bytes(rows_.at(packet).size, '\0');
    SMOS_CHECK(file_.read(places_[packet], bytes.data(), bytes.size()));
    return bytes;
}

Result<void> keep_sound(GopStore& store, const PartKey& key, const SoundPackets& packets) {
    for (std::size_t first = 0; first < packets.rows().size(); first += packets_per_part) {
        SMOS_TRY(const PacketList part, part_of(packets, first));
        const std::string head = fmt::format("{:016x}", packets.rows().size());
        const auto number = static_cast<std::int64_t>(first / packets_per_part);
        SMOS_CHECK(store.keep(key(number), head + write_packets(part)));
    }
    return {};
}

Result<std::optional<SoundPackets>>
find_sound(GopStore& store, const PartKey& key, const std::string& named) {
    using Found = std::optional<SoundPackets>;
    SMOS_TRY(SoundPackets packets, SoundPackets::create(named));
    std::size_t wanted = 1;
    for (std::int64_t part = 0; packets.rows().size() < wanted; ++part) {
        const std::optional<std::string> bytes = store.find(key(part));
        if (!bytes || bytes->size() < count_digits)
            return Found{};
        const char* const head_end = bytes->data() + count_digits;
        if (std::from_chars(bytes->data(), head_end, wanted, 16).ptr != head_end)
            return Found{};
        std::optional<PacketList> list =
            read_packets(std::string_view{*bytes}.substr(count_digits));
        if (!list)
            return Found{};
        packets.units = list->units;
        SMOS_CHECK(packets.take(*list));
    }
    return packets.rows().size() == wanted ? Found{std::move(packets)} : Found{};
}

} // namespace smos::media
