// SPDX-License-Identifier: Apache-2.0
// The pictures of one output: what is composed, with the words that are burnt in.
#pragma once

#include "libsmos/kernels/device.hpp"
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/codec/encode.hpp"
#include "libsmos/media/compose/composer.hpp"
#include "libsmos/records/timeline/timeline.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace smos::stages {

/// One thread. The timeline is resolved, has one output, and outlives this.
class FilmPicture {
  public:
    FilmPicture(const records::Timeline& timeline,
                std::shared_ptr<media::Pictures> pictures,
                kernels::Device device)
        : timeline_(timeline),
          composer_(timeline, std::move(pictures), device) {}

    /// Lays out the words, when the output burns them in. `accent` as for open_words().
    Result<void> open(const std::string& accent);

    Result<void> draw(std::int64_t frame, int lane, media::Frame& out);
    Result<void> draw_without_words(std::int64_t frame, int lane, media::Frame& out) {
        return composer_.draw(frame, lane, out);
    }
    Result<void> lay_words(std::int64_t frame, media::Frame& out);

    media::Composer& composer() { return composer_; }
    /// None: there are no words in the picture.
    media::CaptionRenderer* words() { return words_.get(); }

  private:
    const records::Timeline& timeline_;
    media::Composer composer_;
    std::unique_ptr<media::CaptionRenderer> words_;
};

/// Size, rate, encoder, quality and metadata of a timeline's only output; no groups and no store.
media::EncodeOptions encode_options_of(const records::Timeline& timeline);

} // namespace smos::stages
