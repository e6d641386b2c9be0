// SPDX-License-Identifier: Apache-2.0
// ICC profiles with a matrix and curves (ICC.1:2022, version 2 and 4), from hostile bytes.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/media/picture/colour_transform.hpp"

#include <string>
#include <string_view>

namespace smos::media {

/// The recipe from the profile to sRGB codes. Input, display and colour space profiles of RGB with
/// rXYZ, gXYZ, bXYZ and their curves, and of grey with kTRC. `grey_picture` says what the picture
/// holds. Error codes: unsupported_colour for profiles that need tables (A2B0, A2B1), other classes
/// and colour spaces, each by name; damaged.
Result<ColourRecipe>
recipe_of_icc(std::string_view profile, bool grey_picture, const std::string& where);

} // namespace smos::media
