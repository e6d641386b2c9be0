// SPDX-License-Identifier: Apache-2.0
// Any bytes as words, in any design: drawn inside the safe area or refused with a reason, and no
// subtitle file that they could break out of.
#include "libsmos/media/captions/captions.hpp"
#include "libsmos/media/captions/captions_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace smos;
using namespace smos::media;

namespace {

constexpr int width = 360, height = 640;

const FontSet& fonts() {
    static const FontSet set = [] {
        Result<FontSet> opened = FontSet::for_captions();
        SMOS_EXPECT(static_cast<bool>(opened));
        return *std::move(opened);
    }();
    return set;
}

std::size_t count_of(const std::string& text, const std::string& wanted) {
    std::size_t count = 0;
    for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1))
        ++count;
    return count;
}

void check_files(const CaptionTrack& track) {
    const std::size_t cues = group_words(track.cues, 8, 42).size();
    for (const std::string& file : {to_srt(track), to_webvtt(track)}) {
        SMOS_EXPECT(count_of(file, "-->") == cues);
        SMOS_EXPECT(count_of(file, "\n\n") >= cues);
    }
    const std::string ass = to_ass(track, width, height);
    SMOS_EXPECT(count_of(ass, "{") == count_of(ass, "{\\k"));
}

void check_drawing(const CaptionTrack& track) {
    const auto renderer = CaptionRenderer::open(track, fonts(), width, height);
    if (!renderer) {
        SMOS_EXPECT(!renderer.error().code.empty() && !renderer.error().where.empty());
        return;
    }
    const SafeArea& safe = track.style.safe;
    for (const CaptionBox& box : (*renderer)->boxes()) {
        SMOS_EXPECT(box.x >= width * safe.left / 1000 && box.y >= height * safe.top / 1000);
        SMOS_EXPECT(box.x + box.width <= width - width * safe.right / 1000);
        SMOS_EXPECT(box.y + box.height <= height - height * safe.bottom / 1000);
    }
    for (std::int64_t at = 0; at < 1200; at += 170) {
        const auto frame = (*renderer)->render(at);
        SMOS_EXPECT((*renderer)->key(at).empty() ==
                    (frame->masks.empty() && frame->layers.empty()));
        for (const GlyphMask& mask : frame->masks) {
            SMOS_EXPECT(mask.x >= 0 && mask.x + mask.w <= width);
            SMOS_EXPECT(mask.y >= 0 && mask.y + mask.h <= height);
        }
    }
    SMOS_EXPECT(fonts_of(track, fonts()).size() <= fonts().fonts().size() + 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 600)
        return 0;
    const auto& designs = caption_designs();
    const auto& presets = safe_area_names();
    CaptionTrack track;
    track.style = designs[data[0] % designs.size()].style;
    track.style.family = "Inter";
    track.style.weight = "Black";
    track.style.safe = *safe_area(presets[data[1] % presets.size()]);
    track.cues.emplace_back();
    std::string word;
    std::int64_t at = 0;
    for (std::size_t i = 2; i <= size; ++i) {
        if (i < size && data[i] != '|') {
            word += static_cast<char>(data[i]);
            continue;
        }
        track.cues[0].words.push_back({at, at + 130, word});
        at += 150;
        word.clear();
    }
    track.cues[0].end_ms = at;
    if (!check_captions(track))
        return 0;
    check_files(track);
    check_drawing(track);
    TextRequest request;
    request.text = std::string{data + 2, data + size};
    request.style = text_designs()[data[0] % text_designs().size()].style;
    request.missing = Missing::report;
    const auto block = render_text(request, fonts(), width, height);
    SMOS_EXPECT(block || !block.error().code.empty());
    return 0;
}
