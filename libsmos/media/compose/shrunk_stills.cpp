// SPDX-License-Identifier: Apache-2.0
// Shrunk stills as bytes: both sizes, whether there is alpha, the planes.
#include "libsmos/media/compose/shrunk_stills.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <string_view>

namespace smos::media {
namespace {

constexpr std::size_t largest_bytes = std::size_t{32} << 20U;

using Header = std::array<std::int32_t, 5>; // the file's size, the still's, alpha

std::string written(const ShrunkStills::Still& still) {
    const Frame& colour = still.shrunk->colour;
    const auto& alpha = still.shrunk->alpha;
    const Header header{still.full.width,
                        still.full.height,
                        colour.width_px,
                        colour.height_px,
                        alpha.empty() ? 0 : 1};
    std::string bytes;
    bytes.reserve(sizeof header + still.shrunk->size_bytes());
    bytes.append(reinterpret_cast<const char*>(header.data()), sizeof header);
    bytes.append(reinterpret_cast<const char*>(colour.bytes.data()), colour.bytes.size());
    bytes.append(reinterpret_cast<const char*>(alpha.data()), alpha.size());
    return bytes;
}

std::optional<ShrunkStills::Still> read(std::string_view bytes, kernels::Size mip) {
    Header header{};
    if (bytes.size() < sizeof header)
        return std::nullopt;
    std::memcpy(header.data(), bytes.data(), sizeof header);
    bytes.remove_prefix(sizeof header);
    const auto [width, height, mip_width, mip_height, has_alpha] = header;
    if (width < 1 || height < 1 || mip_width != mip.width || mip_height != mip.height)
        return std::nullopt;
    Layer layer{Frame::unpainted(mip.width, mip.height), {}};
    if (has_alpha != 0)
        layer.alpha.resize(layer.colour.y_size());
    if (bytes.size() != layer.size_bytes())
        return std::nullopt;
    const std::size_t planes = layer.colour.bytes.size();
    std::memcpy(layer.colour.bytes.data(), bytes.data(), planes);
    if (has_alpha != 0)
        std::memcpy(layer.alpha.data(), bytes.data() + planes, layer.alpha.size());
    return ShrunkStills::Still{{width, height}, std::make_shared<const Layer>(std::move(layer))};
}

} // namespace

std::optional<Digest> ShrunkStills::key_of(const std::string& asset, kernels::Size mip) const {
    const auto content = contents_.find(asset);
    if (content == contents_.end())
        return std::nullopt;
    Sha256 hash;
    hash.update_field("smos shrunk still 1");
    hash.update(content->second.data(), content->second.size());
    hash.update_field(fmt::format("{}x{}", mip.width, mip.height));
    return hash.finish();
}

std::optional<ShrunkStills::Still> ShrunkStills::find(const std::string& asset,
                                                      kernels::Size mip) const {
    const auto key = key_of(asset, mip);
    const auto bytes = key ? store_->find(*key) : std::nullopt;
    return bytes ? read(*bytes, mip) : std::nullopt;
}

void ShrunkStills::keep(const std::string& asset, const Still& still) const {
    const Frame& colour = still.shrunk->colour;
    const kernels::Size mip{colour.width_px, colour.height_px};
    const bool shrunk = mip.width != still.full.width || mip.height != still.full.height;
    const auto key = key_of(asset, mip);
    if (key && shrunk && still.shrunk->size_bytes() <= largest_bytes)
        static_cast<void>(store_->keep(*key, written(still))); // the film does not need it
}

} // namespace smos::media
