// SPDX-License-Identifier: Apache-2.0
// Stills shrunk to their moves, kept from one run to the next beside the encoded packets.
#pragma once

#include "libsmos/kernels/mip.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace smos::media {

/// Safe among threads. What the store gives is checked; a still that cannot be kept is made again.
class ShrunkStills {
  public:
    struct Still {
        kernels::Size full; // of the file's picture
        std::shared_ptr<const Layer> shrunk;
    };

    /// `contents`: of each asset, what its pixels depend on: the file's bytes and who draws.
    ShrunkStills(std::shared_ptr<GopStore> store, std::map<std::string, Digest> contents)
        : store_(std::move(store)),
          contents_(std::move(contents)) {}

    std::optional<Still> find(const std::string& asset, kernels::Size mip) const;

    /// Nothing that is as large as its file, and nothing of which few would fill the store.
    void keep(const std::string& asset, const Still& still) const;

  private:
    std::optional<Digest> key_of(const std::string& asset, kernels::Size mip) const;

    const std::shared_ptr<GopStore> store_;
    const std::map<std::string, Digest> contents_;
};

} // namespace smos::media
