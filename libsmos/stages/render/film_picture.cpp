// SPDX-License-Identifier: Apache-2.0
// The pictures of one output: what is composed, with the words that are burnt in.
#include "libsmos/stages/render/film_picture.hpp"

#include "libsmos/stages/render/film_captions.hpp"

namespace smos::stages {

Result<void> FilmPicture::open(const std::string& accent) {
    if (timeline_.outputs.front().burn) {
        SMOS_TRY(words_, open_words(timeline_, accent));
    }
    return {};
}

Result<void> FilmPicture::draw(std::int64_t frame, int lane, media::Frame& out) {
    SMOS_CHECK(composer_.draw(frame, lane, out));
    return lay_words(frame, out);
}

Result<void> FilmPicture::lay_words(std::int64_t frame, media::Frame& out) {
    return words_ ? lay_captions(*words_->render(ms_of_frame(timeline_, frame)), out)
                  : Result<void>{};
}

media::EncodeOptions encode_options_of(const records::Timeline& timeline) {
    media::EncodeOptions options;
    options.width_px = timeline.width_px();
    options.height_px = timeline.height_px();
    options.rate_num = static_cast<int>(timeline.rate.num);
    options.rate_den = static_cast<int>(timeline.rate.den);
    if (const auto& how = timeline.outputs.front().encoding) {
        options.encoder = how->encoder;
        options.crf = static_cast<int>(how->crf);
        options.preset = how->preset;
        options.metadata = {{"title", how->title}, {"comment", how->comment.value_or("")}};
    }
    return options;
}

} // namespace smos::stages
