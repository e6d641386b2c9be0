// SPDX-License-Identifier: Apache-2.0
// The compositions by name, with the words of prompts, moods and shots that ask for them.
#include "libsmos/media/backdrop/backdrop_choice.hpp"

namespace smos::media::backdrop {
namespace {

using Words = std::vector<std::string>;

std::vector<Family> abstract_families() {
    return {
        {"mesh",
         paint_mesh,
         words_of("gradient mood feeling abstract minimal mind idea beauty brand glow"),
         words_of("calm luxurious soft dreamy detail close intimate")},
        {"bokeh",
         paint_bokeh,
         words_of("light party night christmas celebrate romantic love evening magic festival"),
         words_of("luxurious warm dreamy close detail intimate romantic")},
        {"fluid",
         paint_fluid,
         words_of("ink marble paint liquid fluid change chaos luxury perfume beauty oil"),
         words_of("luxurious dark raw close detail macro mysterious")},
        {"ribbons",
         paint_ribbons,
         words_of("flow wave wind smooth abstract design apple wallpaper trend"),
         words_of("calm playful energetic medium warm")},
        {"silk",
         paint_silk,
         words_of("line signal wave thread frequency elegant motion quantum sound"),
         words_of("futuristic luxurious elegant calm dark")},
    };
}

std::vector<Family> place_families() {
    const Words nature = words_of("nature mountain forest hill tree climate weather travel hiking "
                                  "wild park animal journey dawn morning fog winter snow valley");
    const Words sea = words_of("ocean sea sun sunset beach water summer wave horizon island "
                               "vacation surf future hope evening river lake");
    const Words space =
        words_of("space planet moon mars star galaxy rocket nasa universe astronaut orbit "
                 "satellite telescope cosmic asteroid earth world science");
    const Words city =
        words_of("city urban street night skyline building downtown house rent housing apartment "
                 "office traffic tower metropolis landlord job work");
    return {
        {"contours",
         paint_contours,
         words_of(
             "map terrain topographic layer geography explore travel outdoor country war border"),
         words_of("raw calm medium top overhead aerial serious")},
        {"hills", paint_hills, nature, words_of("calm wide establishing landscape hopeful serene")},
        {"horizon",
         paint_horizon,
         sea,
         words_of("calm wide establishing hopeful nostalgic energetic")},
        {"space", paint_space, space, words_of("futuristic dark wide mysterious epic")},
        {"skyline", paint_skyline, city, words_of("dark wide establishing serious raw")},
    };
}

std::vector<Family> graphic_families() {
    return {
        {"bauhaus",
         paint_bauhaus,
         words_of("design graphic poster art geometric swiss modern history museum rule list tips"),
         words_of("playful energetic bold medium graphic")},
        {"sunburst",
         paint_sunburst,
         words_of("pop comic retro win winner sale news breaking wow hero viral celebrity movie"),
         words_of("playful energetic bold hook punch funny")},
        {"blocks",
         paint_blocks,
         words_of("block blockchain build structure architecture cube server system company "
                  "startup warehouse game"),
         words_of("futuristic playful medium serious raw")},
    };
}

std::vector<Family> industry_families() {
    const Words money =
        words_of("money stock price market invest profit growth economy inflation bitcoin crypto "
                 "bank dollar budget salary rate sales revenue chart data percent statistics share "
                 "finance financial economic fund gold coin cash tax recession loss crash cheap "
                 "expensive wage trading wealth income debt cost rising rise");
    const Words tech =
        words_of("tech technology ai software computer code robot network internet data digital "
                 "algorithm model cloud cyber agent neural app social connected");
    const Words chips =
        words_of("chip circuit processor gpu hardware computer ai robot semiconductor tech "
                 "technology machine engine battery energy electric electronics phone device");
    return {
        {"chart", paint_chart, money, words_of("serious data insert energetic")},
        {"network", paint_network, tech, words_of("futuristic serious medium")},
        {"circuit", paint_circuit, chips, words_of("futuristic close detail")},
    };
}

std::vector<Family> life_families() {
    const Words music = words_of("music song sound audio album beat dj concert band podcast voice "
                                 "radio vinyl rhythm listen guitar singer playlist dance");
    const Words sport =
        words_of("sport football soccer basketball run running race olympic athlete team match "
                 "league fitness gym training marathon tennis speed coach game");
    const Words food = words_of("food recipe cook kitchen fruit lemon orange juice eat breakfast "
                                "meal vegan healthy diet drink cocktail restaurant fresh vitamin");
    const Words craft =
        words_of("fashion style wellness plant garden art handmade paper flower leaf organic "
                 "coffee home family parent book culture food kids school");
    return {
        {"pulse", paint_pulse, music, words_of("energetic close playful")},
        {"track", paint_track, sport, words_of("energetic raw action dynamic medium")},
        {"cutout", paint_cutout, craft, words_of("playful warm soft overhead calm")},
        {"citrus", paint_citrus, food, words_of("playful fresh overhead close")},
    };
}

std::vector<Family> make_families() {
    std::vector<Family> all;
    for (const auto& group : {abstract_families(),
                              place_families(),
                              graphic_families(),
                              industry_families(),
                              life_families()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

} // namespace

const std::vector<Family>& families() {
    static const std::vector<Family> all = make_families();
    return all;
}

} // namespace smos::media::backdrop
