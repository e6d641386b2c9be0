// SPDX-License-Identifier: Apache-2.0
// What can be told from small luma planes: black frames, frozen frames, what came and went.
#pragma once

#include "libsmos/media/inspect/inspect.hpp"

#include <cstdint>
#include <vector>

namespace smos::media {

/// A quarter of the size; each value is the sum of 4x4 luma samples (16 times the mean).
struct SmallPlane {
    static constexpr int step = 4;
    static constexpr int scale = step * step;
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> values;
};
SmallPlane small_plane(const Frame& frame);

class BlackWatch {
  public:
    void see(const SmallPlane& plane, std::int64_t from_ms, std::int64_t to_ms);
    std::vector<TimeRange> ranges; // neighbours are joined
};

/// Every frame is held against the first of its run, not against the one before: a slow move adds
/// up, noise does not.
class FreezeWatch {
  public:
    explicit FreezeWatch(const std::vector<CaptionBox>& captions) : captions_(captions) {}
    void see(const SmallPlane& plane, std::int64_t from_ms, std::int64_t to_ms);
    void finish();
    std::vector<TimeRange> ranges;

  private:
    double change(const SmallPlane& plane) const;
    void start(const SmallPlane& plane, std::int64_t at_ms);

    const std::vector<CaptionBox>& captions_;
    std::vector<std::uint8_t> ignored_;
    SmallPlane first_;
    std::int64_t run_from_ms_ = 0;
    std::int64_t run_to_ms_ = 0;
    bool running_ = false;
};

/// What appears outside of the safe area when a caption starts and is gone when it ends.
class StrayWatch {
  public:
    StrayWatch(const std::vector<CaptionBox>& captions, const SafeArea& safe)
        : captions_(captions),
          safe_(safe),
          appeared_(captions.size()) {}
    void see(const SmallPlane& plane, std::int64_t at_ms);
    std::vector<Stray> strays;

  private:
    void note_start(std::size_t box, const SmallPlane& plane);
    void note_end(std::size_t box, const SmallPlane& plane);

    const std::vector<CaptionBox>& captions_;
    SafeArea safe_;
    std::vector<std::vector<std::uint32_t>> appeared_;
    std::vector<std::uint32_t> margin_;
    SmallPlane before_;
    std::int64_t before_ms_ = -1;
};

} // namespace smos::media
