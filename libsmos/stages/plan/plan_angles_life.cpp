// SPDX-License-Identifier: Apache-2.0
// Copy for stories about how people live and play, and for everything else.
#include "libsmos/stages/plan/plan_angle.hpp"

namespace smos::stages {

std::vector<AngleSource> entertainment_angles() {
    return {
        {"sport",
         "football soccer nba nfl world cup goal match coach olympic olympics tennis marathon "
         "champion league team season playoff f1 racing runner record medal striker derby final "
         "cricket boxing",
         "sports game highlights",
         "floodlights over an empty wet pitch|a single lane of a running track|chalk dust in a "
         "stadium beam|a net moving after the ball|a finish line in hard morning light",
         R"(d|The scoreboard is honest. The commentary is not.
p|I got tired just reading the statistics.
l|Mastery looks like nothing happening, very fast.
t|Watch the feet before the pass. That is where it was won.
r|Nobody claps for the five in the morning part.
Records are borrowed. Nerve you have to own.)"},
        {"film",
         "movie film netflix series show actor actress director oscar trailer marvel hbo disney "
         "cinema sequel remake anime season episode streaming hollywood script box office",
         "movies film streaming",
         "a projector beam full of dust|an empty red cinema with one seat lit|a clapperboard in "
         "fog|a city street built like a film set|a silhouette before a blank white screen",
         R"(d|A sequel is a question nobody asked, with a budget.
p|I will complain, then I will watch it twice.
l|Great cinema knows when to leave the light alone.
t|The edit is the performance. Everyone else is just in it.
r|Pay the writers. Then we talk about the universe.
The best scene is always the one without a speech.)"},
        {"music",
         "music song album spotify band concert tour vinyl guitar rapper singer grammy taylor "
         "swift beyonce ticketmaster piano dj playlist lyrics beatles orchestra bootleg floyd",
         "music newmusic culture",
         "a vinyl record turning under one lamp|sound waves as silk in the dark|a stage of smoke "
         "and a single microphone|piano keys fading into night|a crowd of hands in violet light",
         R"(p|On repeat already. The neighbours know the bridge.
d|Three chords, one truth, forty writers.
l|Some songs walk in like they own the building.
t|Listen to the silence before the chorus. That is the trick.
r|Play it loud in a small room. That is the only review.
You can fake a hit. You cannot fake the second listen.)"},
    };
}

std::vector<AngleSource> lifestyle_angles() {
    return {
        {"fashion",
         "fashion dress designer luxury gucci chanel prada runway sneaker sneakers outfit style "
         "couture handbag vogue nike jewelry wear perfume makeup skincare beauty",
         "fashion style luxury",
         "silk falling in slow folds through dark air|a runway of black mirror|a single shoe under "
         "gallery light|sequins like a night sky|a tailor's chalk line on charcoal wool",
         R"(l|Trends shout. Cut speaks.
d|It comes in black, beige, and regret.
p|I came for the shoes and left with a personality.
t|Turn it inside out. The seams never lie.
r|Wear it until it has a story. Then wear it again.
Style is knowing what to leave at home.)"},
        {"food",
         "food restaurant recipe chef pizza burger coffee tea bread cheese cooking kitchen "
         "mcdonald starbucks wine beer chocolate meal vegan dish eat breakfast taco noodle ramen "
         "sandwich",
         "food foodie culture",
         "steam rising from a cup in window light|a table set for one under a warm lamp|sugar "
         "falling in slow motion|a street kitchen glowing in rain|coffee swirling into a spiral "
         "galaxy",
         R"(p|I support this with my whole stomach.
d|Productivity is just caffeine with a calendar.
l|Simple, warm, on time. Nobody has improved on it.
t|Salt, heat, patience. The rest is plating.
r|If there is a queue of locals, stop reading and join it.
Every great habit starts with a cup of something.)"},
        {"books",
         "book books author novel library reading writer publisher poem kindle bookshop fiction "
         "bestseller tolkien stephen literary bookstore",
         "books reading booktok",
         "a book open like wings in lamplight|a staircase of paperbacks into the dark|ink lines "
         "becoming a coastline|a reading chair by a rain window|letters drifting like snow",
         R"(d|Everyone owns it. Four people finished it.
p|My reading list just unionised.
l|A good sentence is the cheapest luxury there is.
t|Reread the first page after the last one. That is the test.
r|Banned, borrowed, passed on. That is how you know.
The book remembers who you were when you read it.)"},
        {"travel",
         "travel train flight airline airport hotel city tourist passport road bike bicycle subway "
         "trains paris tokyo london beach island cruise plane bus street bridge metro passenger",
         "travel cities wander",
         "a night train cutting through snow|an airport gate at four in the morning|a city from "
         "above like a circuit|a road into mountains of fog|an island lit by one lighthouse",
         R"(d|Travel is paying to be confused somewhere prettier.
p|Window seat. No further questions.
l|The good life is a late checkout.
t|A city is a machine for shortening distances. Judge it by that.
r|Take the slow one. You will actually arrive.
You learn a place by getting lost in it once.)"},
    };
}

std::vector<AngleSource> making_angles() {
    return {
        {"maker",
         "built build diy made handmade lego printed restored woodworking project raspberry "
         "arduino workshop garage 3d printer homemade knitted crochet craft soldering",
         "maker diy build",
         "a workbench under one warm lamp|sparks and sawdust in slow motion|tiny gears laid out on "
         "dark felt|a half-finished machine at midnight|hands-shaped shadows over blueprints",
         R"(d|Nobody needed it. That is exactly why it is good.
p|I once assembled a shelf. We do not talk about it.
t|The second version is where the learning shows.
l|Made by hand means somebody stayed with it.
r|No pitch deck, no permission. Just hours.
Finished is rarer than brilliant. Respect finished.)"},
        {"cars",
         "car cars tesla ev electric vehicle driver truck ford toyota bmw driving self-driving "
         "traffic motorcycle engine garage highway volkswagen ferrari parking",
         "cars ev mobility",
         "tail lights drawing red lines in rain|a car under a sheet in a concrete garage|an empty "
         "highway at blue hour|a dashboard glow reflected in glass|tyre smoke frozen in spotlight",
         R"(d|Range is a number. Range in January is a character test.
t|Charging speed at eighty percent. Ask that one.
p|It parks itself, which makes one of us.
l|The quiet is the upgrade. The leather was always there.
r|Fix it yourself or rent it for ever. Those are the choices.
Every car advert has an empty road. Wonder why.)"},
        {"work_life",
         "productivity focus calendar routine morning habits inbox email deadline burnout weekend "
         "busy todo procrastinating notes",
         "productivity focus habits",
         "a desk with one sheet of paper in morning light|a clock face dissolving into "
         "birds|sticky notes like autumn leaves|a closed laptop beside an open window|a long "
         "corridor of identical doors, one glowing",
         R"(d|A to-do list is a wish list with guilt.
p|I colour-coded my calendar. Nothing else happened.
t|Count the hours you finished something. Ignore the rest.
l|An empty afternoon is the new corner office.
r|Busy is not brave. Stop once and see what breaks.
Do the hard thing before the internet wakes up.)"},
    };
}

std::vector<AngleSource> generic_angles() {
    return {
        {"generic",
         "",
         "trending today nowyouknow",
         "a city waking up in blue light|a single lit window in a dark facade|light breaking "
         "through storm clouds over water|a crossroads from above at night|a slow wave of colour "
         "over black sand",
         R"(d|Interesting is not the same as important. This might be both.
p|I had other plans for this brain cell.
l|The quiet detail is the one that lasts.
t|One data point is a dot. Wait for the line.
r|Somebody will explain it to you. Watch who gets paid for that.
Give it a week. The noise leaves and the point stays.
The first reaction is loud. The second one is useful.)"},
    };
}

} // namespace smos::stages
