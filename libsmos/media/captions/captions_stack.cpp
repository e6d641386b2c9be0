// SPDX-License-Identifier: Apache-2.0
// Several caption tracks over one picture.
#include "libsmos/media/captions/captions_stack.hpp"

#include <algorithm>

namespace smos::media {
namespace {

/// Fonts live as long as what draws with them.
struct Sheet {
    std::unique_ptr<FontSet> fonts;
    std::unique_ptr<CaptionRenderer> renderer;
};

class CaptionStack final : public CaptionRenderer {
  public:
    void add(Sheet sheet) {
        const auto& boxes = sheet.renderer->boxes();
        boxes_.insert(boxes_.end(), boxes.begin(), boxes.end());
        std::stable_sort(boxes_.begin(), boxes_.end(), [](const auto& a, const auto& b) {
            return a.start_ms < b.start_ms;
        });
        for (const MissingGlyph& glyph : sheet.renderer->missing()) {
            const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const auto& m) {
                return m.code_point == glyph.code_point;
            });
            if (!known)
                missing_.push_back(glyph);
        }
        sheets_.push_back(std::move(sheet));
    }

    std::shared_ptr<const CaptionFrame> render(std::int64_t at_ms) override {
        std::vector<std::shared_ptr<const CaptionFrame>> parts;
        for (const Sheet& sheet : sheets_) {
            auto part = sheet.renderer->render(at_ms);
            if (!part->masks.empty() || !part->layers.empty())
                parts.push_back(std::move(part));
        }
        if (parts.size() == 1)
            return parts.front();
        if (parts != last_parts_) {
            last_ = joined(parts);
            last_parts_ = std::move(parts);
        }
        return last_;
    }

    const std::string& key(std::int64_t at_ms) override {
        key_.clear();
        for (const Sheet& sheet : sheets_) {
            const std::string& part = sheet.renderer->key(at_ms);
            if (!part.empty())
                key_ += (key_.empty() ? "" : "|") + part;
        }
        return key_;
    }

    const std::vector<CaptionBox>& boxes() const override { return boxes_; }
    const std::vector<MissingGlyph>& missing() const override { return missing_; }

  private:
    static std::shared_ptr<const CaptionFrame>
    joined(const std::vector<std::shared_ptr<const CaptionFrame>>& parts) {
        auto frame = std::make_shared<CaptionFrame>();
        for (const auto& part : parts) {
            frame->masks.insert(frame->masks.end(), part->masks.begin(), part->masks.end());
            frame->storage.insert(frame->storage.end(), part->storage.begin(), part->storage.end());
            frame->layers.insert(frame->layers.end(), part->layers.begin(), part->layers.end());
        }
        return frame;
    }

    std::vector<Sheet> sheets_;
    std::vector<CaptionBox> boxes_;
    std::vector<MissingGlyph> missing_;
    std::vector<std::shared_ptr<const CaptionFrame>> last_parts_;
    std::shared_ptr<const CaptionFrame> last_ = std::make_shared<CaptionFrame>();
    std::string key_;
};

bool meet(std::int64_t a0, std::int64_t a1, std::int64_t b0, std::int64_t b1) {
    return a0 < b1 && b0 < a1;
}

/// How far up boxes have to go to be clear of those that are there, in pixels; 0 when they are.
int overlap_px(const std::vector<CaptionBox>& boxes, const std::vector<CaptionBox>& there) {
    int most = 0;
    for (const CaptionBox& box : boxes) {
        for (const CaptionBox& other : there) {
            if (meet(box.start_ms, box.end_ms, other.start_ms, other.end_ms) &&
                meet(box.x, box.x + box.width, other.x, other.x + other.width) &&
                meet(box.y, box.y + box.height, other.y, other.y + other.height))
                most = std::max(most, box.y + box.height - other.y);
        }
    }
    return most;
}

class Opening {
  public:
    Opening(int width_px, int height_px, Missing missing)
        : width_px_(width_px),
          height_px_(height_px),
          missing_(missing) {}

    Result<Sheet> open(CaptionTrack track, const std::vector<CaptionBox>& there) {
        Sheet sheet;
        SMOS_TRY(FontSet fonts, fonts_for(track));
        sheet.fonts = std::make_unique<FontSet>(std::move(fonts));
        const int gap = std::max(2, height_px_ / 96);
        for (;;) {
            SMOS_TRY(sheet.renderer,
                     CaptionRenderer::open(track, *sheet.fonts, width_px_, height_px_, missing_));
            const int over = overlap_px(sheet.renderer->boxes(), there);
            if (over == 0)
                return sheet;
            const int up = std::max(1, (over + gap) * 1000 / height_px_);
            if (track.style.centre_permille == 0)
                return Error{"captions_overlap",
                             "there is no room for one more caption track above the others",
                             track.cues.front().id,
                             "give it a smaller style, fewer words, or other times"};
            track.style.centre_permille = std::max(0, track.style.centre_permille - up);
        }
    }

  private:
    int width_px_;
    int height_px_;
    Missing missing_;
};

} // namespace

Result<std::unique_ptr<CaptionRenderer>> open_captions(const std::vector<CaptionTrack>& tracks,
                                                       int width_px,
                                                       int height_px,
                                                       Missing missing) {
    auto stack = std::make_unique<CaptionStack>();
    Opening opening{width_px, height_px, missing};
    for (const CaptionTrack& track : tracks) {
        SMOS_TRY(Sheet sheet, opening.open(track, stack->boxes()));
        stack->add(std::move(sheet));
    }
    return std::unique_ptr<CaptionRenderer>{std::move(stack)};
}

} // namespace smos::media
