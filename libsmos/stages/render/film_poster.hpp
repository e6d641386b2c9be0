// SPDX-License-Identifier: Apache-2.0
// The still that stands for a film.
#pragma once

#include "libsmos/core/hash.hpp"
#include "libsmos/core/result.hpp"
#include "libsmos/media/codec/gop_store.hpp"
#include "libsmos/stages/render/film_picture.hpp"
#include "libsmos/stages/render/poster_choice.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace smos::stages {

/// The frame that PosterChoice takes, with its words. It is kept by what the candidates show, so
/// that an edit elsewhere does not draw them again, and else taken from the frames that are drawn
/// for the film.
class FilmPoster {
  public:
    /// `timeline` has one output; all but the path outlive this.
    FilmPoster(const records::Timeline& timeline, FilmPicture& picture, std::string path)
        : timeline_(timeline),
          picture_(picture),
          path_(std::move(path)),
          choice_(timeline) {}

    /// Takes it from the store, which may be null, if it is there. The picture is open.
    Result<void> open(media::GopStore* store);
    /// A frame of the film as it is drawn anyway: without its words, then with them.
    void look(std::int64_t frame, const media::Frame& picture);
    Result<void> see(std::int64_t frame, const media::Frame& picture);
    /// Draws what was not seen.
    Result<void> finish();

  private:
    Result<Digest> key();
    Result<void> save(const media::Frame& picture);

    const records::Timeline& timeline_;
    FilmPicture& picture_;
    const std::string path_;
    PosterChoice choice_;
    media::GopStore* store_ = nullptr;
    Digest key_{};
    std::optional<std::int64_t> held_; // the frame that best_ shows
    media::Frame best_;
    bool saved_ = false;
};

} // namespace smos::stages
