// SPDX-License-Identifier: Apache-2.0
// The still that stands for a film.
#include "libsmos/stages/render/film_poster.hpp"

#include "libsmos/core/file.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/stages/render/film_captions.hpp"
#include "libsmos/stages/render/film_gops.hpp"

#include <fmt/format.h>

#include <utility>

namespace smos::stages {
namespace {

constexpr std::size_t largest_poster = std::size_t{64} << 20U;

} // namespace

Result<Digest> FilmPoster::key() {
    Sha256 hash;
    hash.update_field("poster/1 " + drawing_engine());
    hash.update_field(fmt::format("{}x{}", timeline_.width_px(), timeline_.height_px()));
    for (const std::int64_t frame : choice_.candidates()) {
        SMOS_TRY(const std::string words, picture_.composer().words(frame));
        hash.update_field(words);
        if (picture_.words() != nullptr)
            hash.update_field(picture_.words()->key(ms_of_frame(timeline_, frame)));
    }
    return hash.finish();
}

Result<void> FilmPoster::open(media::GopStore* store) {
    store_ = store;
    if (store_ == nullptr)
        return {};
    SMOS_TRY(key_, key());
    const auto kept = store_->find(key_);
    saved_ = kept.has_value();
    return saved_ ? write_file_atomically(path_, *kept) : Result<void>{};
}

void FilmPoster::look(std::int64_t frame, const media::Frame& picture) {
    if (!saved_)
        choice_.look(frame, picture);
}

Result<void> FilmPoster::see(std::int64_t frame, const media::Frame& picture) {
    if (saved_)
        return {};
    if (frame == choice_.best()) {
        best_ = picture;
        held_ = frame;
    }
    const bool settled = held_ == choice_.best() && choice_.unseen().empty();
    return settled ? save(std::exchange(best_, {})) : Result<void>{};
}

Result<void> FilmPoster::finish() {
    if (saved_)
        return {};
    media::Frame picture{timeline_.width_px(), timeline_.height_px()};
    for (const std::int64_t frame : choice_.unseen()) {
        SMOS_CHECK(picture_.draw_without_words(frame, 0, picture));
        choice_.look(frame, picture);
    }
    if (held_ == choice_.best())
        return save(best_);
    SMOS_CHECK(picture_.draw(choice_.best(), 0, picture));
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
