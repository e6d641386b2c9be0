// SPDX-License-Identifier: Apache-2.0
// The still that stands for a film.
#include "libsmos/stages/render/film_poster.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"
#include "libsmos/stages/render/render_preview.hpp"

#include <fmt/format.h>

namespace smos::stages {
namespace {

constexpr std::size_t largest_poster = std::size_t{64} << 20U;

} // namespace

Result<Digest> FilmPoster::key() {
    Sha256 hash;
    hash.update_field("poster/1 " + drawing_engine());
    hash.update_field(fmt::format("{}x{}", timeline_.width_px(), timeline_.height_px()));
    for (const std::int64_t frame : poster_candidates(timeline_)) {
        SMOS_TRY(const std::string words, picture_.composer().words(frame));
        hash.update_field(words);
        if (picture_.words() != nullptr)
            hash.update_field(picture_.words()->key(ms_of_frame(timeline_, frame)));
    }
    return hash.finish();
}

Result<void> FilmPoster::choose(media::GopStore* store) {
    store_ = store;
    if (store_ != nullptr) {
        SMOS_TRY(key_, key());
        if (const auto kept = store_->find(key_)) {
            saved_ = true;
            return write_file_atomically(path_, *kept);
        }
    }
    SMOS_TRY(frame_, poster_frame(timeline_, [this](std::int64_t n, media::Frame& frame) {
                 return picture_.draw_without_words(n, 0, frame);
             }));
    return {};
}

Result<void> FilmPoster::see(std::int64_t frame, const media::Frame& picture) {
    return saved_ || frame != frame_ ? Result<void>{} : save(picture);
}

Result<void> FilmPoster::finish() {
    if (saved_)
        return {};
    media::Frame picture{timeline_.width_px(), timeline_.height_px()};
    SMOS_CHECK(picture_.draw(frame_, 0, picture));
    return save(picture);
}

Result<void> FilmPoster::save(const media::Frame& picture) {
    saved_ = true;
    SMOS_CHECK(media::save_jpeg(path_, media::to_rgb(picture)));
    if (store_ == nullptr)
        return {};
    SMOS_TRY(const std::string bytes, read_file(path_, largest_poster));
    // The film does not need it kept.
    const Result<void> kept = store_->keep(key_, bytes);
    static_cast<void>(kept);
    return {};
}

} // namespace smos::stages
