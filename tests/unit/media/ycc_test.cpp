// SPDX-License-Identifier: Apache-2.0
// Pictures of 8-bit planes: the kernels' bytes are those of the formulas for any pixel format.
#include "libsmos/kernels/simd.hpp"
#include "libsmos/media/picture/colour_ycc.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace smos;
using namespace smos::media;

namespace {

enum class Codes { any, extreme };

PictureHandle
random_picture(AVPixelFormat format, int width, int height, Codes codes, std::mt19937& random) {
    PictureHandle picture = make_picture();
    picture->format = format;
    picture->width = width;
    picture->height = height;
    REQUIRE(av_frame_get_buffer(picture.get(), 0) >= 0);
    const std::optional<PictureLines> lines = PictureLines::of(*picture);
    REQUIRE(lines);
    for (int plane = 0; plane < 3; ++plane) {
        const int rows = plane == 0 ? height : lines->chroma_height();
        for (int i = 0; i < rows * picture->linesize[plane]; ++i) {
            const auto code = static_cast<std::uint8_t>(random());
            picture->data[plane][i] = codes == Codes::any ? code : (code < 128 ? 0 : 255);
        }
    }
    return picture;
}

void check_same(const AVFrame& picture, const PictureCodes& codes, const StoredSite& target) {
    const std::optional<PictureLines> lines = PictureLines::of(picture);
    Frame wanted(picture.width, picture.height);
    convert_ycc(*lines, codes, target, wanted);
    for (const kernels::Simd unit : kernels::simd_units()) {
        REQUIRE(kernels::force_simd(unit));
        CAPTURE(std::string(kernels::name_of(unit)));
        Frame got(picture.width, picture.height);
        CHECK(convert_planar_ycc(picture, *lines, codes, target, got));
        CHECK((got.bytes == wanted.bytes));
    }
    kernels::free_simd();
}

} // namespace

TEST_CASE("planes of bytes become the bytes that every pixel format's formulas give") {
    std::mt19937 random(20261120);
    const auto draw = [&](int low, int high) {
        return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
    };
    constexpr AVPixelFormat formats[] = {AV_PIX_FMT_YUV420P,
                                         AV_PIX_FMT_YUVJ420P,
                                         AV_PIX_FMT_YUV422P,
                                         AV_PIX_FMT_YUV444P,
                                         AV_PIX_FMT_YUV440P,
                                         AV_PIX_FMT_YUVA420P,
                                         AV_PIX_FMT_YUV411P,
                                         AV_PIX_FMT_YUV410P};
    constexpr AVColorSpace matrices[] = {AVCOL_SPC_BT709,
                                         AVCOL_SPC_SMPTE170M,
                                         AVCOL_SPC_BT2020_NCL,
                                         AVCOL_SPC_SMPTE240M,
                                         AVCOL_SPC_FCC,
                                         AVCOL_SPC_YCGCO};
    for (int turn = 0; turn < 600; ++turn) {
        const AVPixelFormat format = formats[turn % 8];
        PictureCodes codes;
        codes.matrix = matrices[turn / 8 % 6];
        codes.full_range = turn % 3 != 0;
        codes.site = {draw(0, 1), draw(0, 2)};
        const StoredSite target{draw(0, 2), draw(0, 2)};
        const int width = draw(1, 150), height = draw(1, 12);
        CAPTURE(turn);
        CAPTURE(av_get_pix_fmt_name(format));
        const PictureHandle picture = random_picture(
            format, width, height, turn % 2 == 0 ? Codes::any : Codes::extreme, random);
        check_same(*picture, codes, target);
    }
}

TEST_CASE("pictures without planes of bytes are left to the general formulas") {
    for (const AVPixelFormat format : {AV_PIX_FMT_NV12,
                                       AV_PIX_FMT_YUYV422,
                                       AV_PIX_FMT_YUV420P10LE,
                                       AV_PIX_FMT_GRAY8,
                                       AV_PIX_FMT_GBRP}) {
        PictureHandle picture = make_picture();
        picture->format = format;
        picture->width = picture->height = 8;
        REQUIRE(av_frame_get_buffer(picture.get(), 0) >= 0);
        CAPTURE(av_get_pix_fmt_name(format));
        Frame frame(8, 8);
        CHECK_FALSE(convert_planar_ycc(*picture, *PictureLines::of(*picture), {}, {}, frame));
    }
}
