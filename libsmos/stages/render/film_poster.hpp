// SPDX-License-Identifier: Apache-2.0
// The still that stands for a film.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/stages/render/film_picture.hpp"

#include <cstdint>
#include <string>

namespace smos::stages {

/// The sharpest of the candidates (render_preview.hpp), with its words. It is kept by what the
/// candidates show, so that an edit elsewhere does not draw them again.
class FilmPoster {
  public:
    /// `timeline` has one output; all but the path outlive this.
    FilmPoster(const records::Timeline& timeline, FilmPicture& picture, std::string path)
        : timeline_(timeline),
          picture_(picture),
          path_(std::move(path)) {}

    /// `store` may be null. The picture is open.
    Result<void> choose(media::GopStore* store);
    /// A frame of the film as it is drawn anyway.
    Result<void> see(std::int64_t frame, const media::Frame& picture);
    /// Draws it, if it was not seen.
    Result<void> finish();

  private:
    Result<Digest> key();
    Result<void> save(const media::Frame& picture);

    const records::Timeline& timeline_;
    FilmPicture& picture_;
    const std::string path_;
    media::GopStore* store_ = nullptr;
    Digest key_{};
    std::int64_t frame_ = 0;
    bool saved_ = false;
};

} // namespace smos::stages
