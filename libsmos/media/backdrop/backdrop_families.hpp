// SPDX-License-Identifier: Apache-2.0
// The compositions a painted background can have, and what each is given to work with.
#pragma once

#include "libsmos/media/backdrop/backdrop_scene.hpp"

#include <array>

namespace smos::media::backdrop {

/// The palette of the request in linear light.
struct Tones {
    Light base;
    Light mid;
    Light accent;
    Light second;
    Light light;
    bool high_key = false; ///< a bright palette: bright ground, dark ink

    /// Far-away colour of a scene: the brightest part of its ground.
    Light haze() const { return high_key ? light : mix(mid, accent, 0.55F); }
    /// Top to horizon of a sky.
    Ramp sky() const;
    /// Dark to bright through all five.
    Ramp all() const { return Ramp({base, mid, accent, second, light}); }
};

struct Brief {
    Tones tones;
    Dice dice;
    float energy = 0.5F;  ///< 0 calm .. 1 restless
    float zoom = 1.0F;    ///< size of elements: 0.8 wide .. 1.35 close
    bool falling = false; ///< the prompt speaks of loss: charts go down
};

using Painter = void (*)(Scene&, Brief&);

void paint_mesh(Scene& scene, Brief& brief);
void paint_bokeh(Scene& scene, Brief& brief);
void paint_fluid(Scene& scene, Brief& brief);
void paint_ribbons(Scene& scene, Brief& brief);
void paint_silk(Scene& scene, Brief& brief);
void paint_contours(Scene& scene, Brief& brief);
void paint_hills(Scene& scene, Brief& brief);
void paint_horizon(Scene& scene, Brief& brief);
void paint_space(Scene& scene, Brief& brief);
void paint_skyline(Scene& scene, Brief& brief);
void paint_bauhaus(Scene& scene, Brief& brief);
void paint_sunburst(Scene& scene, Brief& brief);
void paint_blocks(Scene& scene, Brief& brief);
void paint_chart(Scene& scene, Brief& brief);
void paint_network(Scene& scene, Brief& brief);
void paint_circuit(Scene& scene, Brief& brief);
void paint_pulse(Scene& scene, Brief& brief);
void paint_track(Scene& scene, Brief& brief);
void paint_cutout(Scene& scene, Brief& brief);
void paint_citrus(Scene& scene, Brief& brief);

} // namespace smos::media::backdrop
