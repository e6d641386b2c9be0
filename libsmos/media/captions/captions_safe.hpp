// SPDX-License-Identifier: Apache-2.0
// Where each platform lays its own buttons and texts over a picture.
#pragma once

#include "libsmos/core/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smos::media {

/// The part of the picture that no player's buttons cover, in thousandths from each edge: left and
/// right of the width, top and bottom of the height.
struct SafeArea {
    int left = 60;
    int top = 100;
    int right = 120;
    int bottom = 200;
};

/// By the name of a preset. Where each figure comes from; platforms change their players, and the
/// figures are larger than what an organic post needs:
///
///   tiktok   top 150, right 150, bottom 440 px of 1080x1920: what the safe zone files of TikTok's
///            help page "TikTok Auction In-Feed Ads" (ads.tiktok.com/help) come to for a caption of
///            one line, as measured by agencies; left 6 %.
///   reels    top 14 %, bottom 35 %, left and right 6 %: Meta Business Help Centre, safe zones of
///            Reels, since 2026 for Stories too.
///   shorts   top 10 %, bottom 25 % (480 of 1920 px: title, channel, subscribe button), right 12 %
///            (buttons), left 6 %: Google publishes pictures, not figures; measured by guides.
///   youtube  5 % at the sides and the top: EBU R 95, graphics safe area of 16:9; bottom 10 %, the
///            bar of the player.
///   square   5 % at every edge (EBU R 95): in feeds nothing lies over the picture but a sound
///   4x5      button in a lower corner, for which the bottom is 8 %. 4x5 has 64 px of 1080 and of
///            1350 at its edges (Meta, feed): 6 %, 5 %.
///
/// ig-1x1 is square, 4:5 and ig-4x5 are 4x5. Error unknown_preset with the nearest name.
Result<SafeArea> safe_area(std::string_view preset);

const std::vector<std::string>& safe_area_names();

} // namespace smos::media
