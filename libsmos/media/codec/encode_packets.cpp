// SPDX-License-Identifier: Apache-2.0
// Packets to bytes and back: little-endian, a count, a row of five numbers for each, the data.
#include "libsmos/media/codec/encode_packets.hpp"

#include <algorithm>
#include <limits>

namespace smos::media {
namespace {

constexpr std::string_view packets_magic = "smospkt1";
constexpr std::size_t least_growth = std::size_t{512} << 10;
constexpr std::size_t row_bytes = 3 * 8 + 2 * 4;
constexpr std::int64_t largest_time = std::int64_t{1} << 48;

template <typename T>
void put(std::string& bytes, T value) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i)
        bytes.push_back(static_cast<char>(bits >> (8 * i) & 0xffU));
}

class Cursor {
  public:
    explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
    std::size_t left() const { return bytes_.size(); }
    std::string_view rest() const { return bytes_; }

    std::string_view take(std::size_t size) {
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(taken.size());
        return taken;
    }

    template <typename T>
    T number() {
        std::uint64_t bits = 0;
        std::size_t shift = 0;
        for (const char byte : take(sizeof(T))) {
            bits |= std::uint64_t{static_cast<std::uint8_t>(byte)} << shift;
            shift += 8;
        }
        return static_cast<T>(bits);
    }

  private:
    std::string_view bytes_;
};

bool is_time(std::int64_t time) { return time > -largest_time && time < largest_time; }

} // namespace

void PacketList::add(const AVPacket& packet) {
    SMOS_EXPECT(packet.size >= 0);
    const auto size = static_cast<std::uint32_t>(packet.size);
    packets.push_back({packet.pts,
                       packet.dts,
                       packet.duration,
                       static_cast<std::uint32_t>(packet.flags) & AV_PKT_FLAG_KEY,
                       size});
    // Doubling would hold twice what a group of pictures takes.
    if (bytes.capacity() - bytes.size() < size)
        bytes.reserve(bytes.size() + std::max({std::size_t{size}, least_growth, bytes.size() / 4}));
    bytes.append(reinterpret_cast<const char*>(packet.data), size);
}

Result<void>
PacketList::take_from(AVCodecContext& codec, const char* what, const std::string& where) {
    const PacketHandle packet = make_packet();
    for (;;) {
        const int got = avcodec_receive_packet(&codec, packet.get());
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF)
            return {};
        if (got < 0)
            return libav_error("encoder", what, got, where);
        add(*packet);
        av_packet_unref(packet.get());
    }
}

std::string write_packets(const PacketList& list) {
    std::string bytes;
    bytes.reserve(packets_magic.size() + 12 + list.packets.size() * row_bytes + list.bytes.size());
    bytes += packets_magic;
    put(bytes, list.units);
    put(bytes, static_cast<std::uint32_t>(list.packets.size()));
    for (const KeptPacket& packet : list.packets) {
        put(bytes, packet.pts);
        put(bytes, packet.dts);
        put(bytes, packet.duration);
        put(bytes, packet.flags);
        put(bytes, packet.size);
    }
    bytes += list.bytes;
    return bytes;
}

std::optional<PacketList> read_packets(std::string_view bytes) {
    Cursor cursor{bytes};
    if (cursor.take(packets_magic.size()) != packets_magic || cursor.left() < 12)
        return std::nullopt;
    PacketList list;
    list.units = cursor.number<std::int64_t>();
    const auto count = cursor.number<std::uint32_t>();
    if (list.units < 1 || !is_time(list.units) || cursor.left() / row_bytes < count)
        return std::nullopt;
    std::uint64_t size = 0;
    std::int64_t before = -largest_time;
    for (std::uint32_t i = 0; i < count; ++i) {
        KeptPacket packet;
        packet.pts = cursor.number<std::int64_t>();
        packet.dts = cursor.number<std::int64_t>();
        packet.duration = cursor.number<std::int64_t>();
        packet.flags = cursor.number<std::uint32_t>();
        packet.size = cursor.number<std::uint32_t>();
        const bool in_order = is_time(packet.pts) && packet.dts > before &&
                              packet.dts <= packet.pts && packet.duration >= 0 &&
                              is_time(packet.duration);
        const bool known_flags = (packet.flags & ~std::uint32_t{AV_PKT_FLAG_KEY}) == 0;
        if (!in_order || !known_flags || packet.size > std::numeric_limits<std::int32_t>::max())
            return std::nullopt;
        before = packet.dts;
        size += packet.size;
        list.packets.push_back(packet);
    }
    if (list.packets.empty() || size != cursor.left())
        return std::nullopt;
    list.bytes = cursor.rest();
    return list;
}

Digest packets_key(const Digest& encoder, const Digest& content, std::int64_t units) {
    Sha256 key;
    key.update_field("smos packets 1");
    key.update(encoder.data(), encoder.size());
    key.update(content.data(), content.size());
    std::string number;
    put(number, units);
    key.update(number);
    return key.finish();
}

} // namespace smos::media
