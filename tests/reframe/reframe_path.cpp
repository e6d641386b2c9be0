// SPDX-License-Identifier: Apache-2.0
// The window over a still or a film, frame by frame, as one JSON object for faces.py:
// reframe_path DETECTOR EMBEDDER image|video FILE FRAMES WIDTH HEIGHT
#include "libsmos/media/compose/geometry.hpp"
#include "libsmos/media/picture/image.hpp"
#include "libsmos/media/reframe/face_view.hpp"

#include <fmt/format.h>

#include <string>

namespace {

using namespace smos;

constexpr records::Rational rate{30, 1};

double pixels(std::int64_t fixed) { return static_cast<double>(fixed) / 4294967296.0; }

/// Of a still: the first face, as truth.
Result<std::string> first_face(media::FaceReader& reader, const std::string& path) {
    SMOS_TRY(const media::RgbImage image, media::load_image(path));
    SMOS_TRY(const auto faces, reader.find(image));
    if (faces.empty())
        return std::string{"null"};
    const media::Face& face = faces.front();
    return fmt::format("[{:.2f},{:.2f},{:.2f},{:.2f}]", face.x, face.y, face.width, face.height);
}

std::string windows(const media::FaceView& view, records::TimelineItem item, kernels::Size canvas) {
    item.anim.view = view.path.view;
    std::string words;
    for (std::int64_t frame = 0; frame < item.dur.value; ++frame) {
        const kernels::Window seen = media::geometry_of(media::plan_layer(item, frame),
                                                        view.source.width,
                                                        view.source.height,
                                                        canvas.width,
                                                        canvas.height)
                                         .source;
        words += fmt::format("{}[{:.4f},{:.4f},{:.4f},{:.4f}]",
                             frame == 0 ? "" : ",",
                             pixels(seen.x),
                             pixels(seen.y),
                             pixels(seen.width),
                             pixels(seen.height));
    }
    return words;
}

/// As a timeline writes them.
std::string keys(const records::Curve& view) {
    static const char* const eases[] = {"linear", "hold", "cubic-in", "cubic-out", "cubic-io"};
    std::string words;
    for (const records::Curve::Key& key : view.keys) {
        words += fmt::format("{}[{},[{:.6f},{:.6f},{:.6f}],\"{}\"]",
                             words.empty() ? "" : ",",
                             key.at,
                             records::Micro{key.value[0]}.real(),
                             records::Micro{key.value[1]}.real(),
                             records::Micro{key.value[2]}.real(),
                             eases[static_cast<int>(key.ease)]);
    }
    return words;
}

Result<std::string> told(const std::vector<std::string>& words) {
    SMOS_TRY(const auto reader, media::FaceReader::open({words[0], words[1]}));
    const bool is_video = words[2] == "video";
    records::TimelineItem item;
    item.at = records::TimelineTime::of(0);
    item.dur = records::TimelineTime::of(std::stoll(words[4]));
    const kernels::Size canvas{std::stoi(words[5]), std::stoi(words[6])};
    SMOS_TRY(const media::FaceView view,
             media::face_view(*reader, words[3], is_video, item, canvas, rate));
    std::string face = "null";
    if (!is_video) {
        SMOS_TRY(face, first_face(*reader, words[3]));
    }
    return fmt::format(R"({{"found":{},"moves":{},"faces":{},"face_frames":{},"inside_frames":{},)"
                       R"("looked":{},"with_face":{},"cuts":{},"keys":[{}],"face":{},)"
                       R"("windows":[{}]}})",
                       view.path.found,
                       view.path.moves,
                       view.path.faces,
                       view.path.face_frames,
                       view.path.inside_frames,
                       view.looked,
                       view.with_face,
                       view.cuts,
                       keys(view.path.view),
                       face,
                       windows(view, item, canvas));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 8)
        return 64;
    const auto json = told({argv + 1, argv + argc});
    if (!json) {
        fmt::print(stderr, "{}\n", json.error().text());
        return 1;
    }
    fmt::print("{}\n", *json);
    return 0;
}
