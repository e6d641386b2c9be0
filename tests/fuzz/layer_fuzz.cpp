// SPDX-License-Identifier: Apache-2.0
// Any bytes as a still picture: a layer whose planes fit its size, or an error that says why.
#include "libsmos/media/picture/colour_icc.hpp"
#include "libsmos/media/picture/colour_tags.hpp"
#include "libsmos/media/picture/layer.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

using namespace smos;
using namespace smos::media;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    ImageLimits limits;
    limits.pixels = 4096;
    const Result<Layer> layer = decode_layer(bytes, "fuzz", limits);
    if (layer) {
        const Frame& frame = layer->colour;
        SMOS_EXPECT(std::int64_t{frame.width_px} * frame.height_px <= limits.pixels);
        SMOS_EXPECT(frame.bytes.size() == frame.y_size() + 2 * frame.uv_size());
        SMOS_EXPECT(layer->alpha.empty() || layer->alpha.size() == frame.y_size());
    } else {
        SMOS_EXPECT(!layer.error().code.empty() && layer.error().where == "fuzz");
    }
    // The parsers by themselves: PNG's checksums keep most inputs from them. Curves are walked
    // without the tables, which take too long for a smoke.
    const Result<ColourRecipe> recipe = recipe_of_icc(bytes, size % 2 == 0, "fuzz");
    if (recipe) {
        for (const Curve& curve : recipe->to_light) {
            for (int code = 0; code <= 255; code += 5)
                (void)curve(code / 255.0);
        }
    }
    (void)png_colour(bytes);
    const int orientation = exif_orientation(bytes);
    SMOS_EXPECT(orientation >= 1 && orientation <= 8);
    return 0;
}
