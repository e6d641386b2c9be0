// SPDX-License-Identifier: Apache-2.0
// Copy for stories about nature, science, money and the public world.
#include "libsmos/stages/plan/plan_angle.hpp"

namespace smos::stages {

std::vector<AngleSource> nature_angles() {
    return {
        {"climate",
         "climate warming carbon emissions heatwave glacier ocean sea wildfire flood recycling "
         "plastic pollution coral reef forest rainforest tree environment temperature",
         "climate planet environment",
         "an ice cliff glowing blue at dusk|a forest floor in green morning light|a single tree on "
         "cracked earth|waves of warm colour over a dark sea|rain on leaves in extreme detail",
         R"(d|The planet keeps receipts. We keep losing the folder.
t|Plot it on one axis that starts at zero. Then talk.
l|Nature never hurries, and never goes out of fashion.
p|Plants have run the longest start-up in history.
r|It is not saving the planet. It is saving the rent.
Small and repeated beats big and announced.)"},
        {"animals",
         "animal dog cat octopus octopuses whale bird crow bee bear shark elephant wolf puppy "
         "kitten species insect fish penguin horse snake dolphin wildlife otter spider",
         "animals nature wildlife",
         "a single feather falling through gold light|deep water with one slow silhouette|a forest "
         "edge at first light with a pair of eyes|a honeycomb glowing from behind|tracks in fresh "
         "snow leading away",
         R"(p|Honestly, they are handling this era better than we are.
d|Evolution does not take notes, and still gets better meetings.
l|Grace is when nothing in the design is extra.
t|Small sample, strong hint. I want the follow-up.
r|They never asked for a documentary. They got traffic.
Every animal is an answer to a problem you have never had.)"},
        {"health",
         "health doctor hospital medicine drug vaccine cancer diabetes patient disease sleep diet "
         "heart clinical therapy surgery fda exercise virus obesity alzheimer insulin protein",
         "health science wellbeing",
         "a heartbeat line turning into a mountain range|soft window light on a glass of "
         "water|cells like planets in warm dark|an empty running track at dawn|a quiet corridor "
         "with one open door",
         R"(t|Find the sample size before you find the hope.
d|One study is a rumour with footnotes.
l|Rest is the one luxury that pays you back.
p|My body is a temple, mostly during opening hours.
r|If the cure costs a house, it is not a cure yet.
Good news in medicine arrives slowly, and on purpose.)"},
        {"mind",
         "brain memory psychology psychologist attention habit consciousness anxiety dopamine "
         "mindfulness meditation loneliness happiness emotions neurons neuroscience boredom "
         "procrastination introvert",
         "psychology mind brain",
         "a labyrinth seen from above at night|ink spreading through still water|a head-shaped "
         "window onto a starry field|two empty chairs facing each other|a thread of light through "
         "a dark maze",
         R"(d|Your brain has opinions about this. It formed them before you read it.
p|My attention span left a note. I did not finish it.
t|Correlation is the opening line, not the verdict.
l|A quiet mind is the best room you will ever rent.
r|You are not broken. You are over-notified.
Notice it once and you will see it all week.)"},
    };
}

std::vector<AngleSource> knowledge_angles() {
    return {
        {"discovery",
         "physics discover discovered discovery researchers scientists scientist experiment "
         "particle math mathematician proof theorem chemistry material superconductor nobel dna "
         "gene crispr fossil biology telescope lab study hearts",
         "science discovery research",
         "a beam of light split by a prism in the dark|a chalkboard of luminous equations|a petri "
         "dish like a small moon|sparks in slow motion over steel|a door of light at the end of a "
         "lab corridor",
         R"(The best results begin with someone saying, that is odd.
t|Replicate it in a second lab and I will clear my evening.
d|Nature had the answer all along. It just refused to publish.
p|Somebody's whiteboard is having the best day of its life.
l|There is a kind of beauty that only shows up after the third decimal.
r|Somebody was told to stop looking. They did not.)"},
        {"history",
         "ancient archaeologists archaeologist roman egypt pyramid medieval tomb century viking "
         "historian museum ruins war empire dinosaur skeleton shipwreck manuscript history bronze",
         "history archaeology past",
         "torchlight on carved stone|a sunken ship in green water|dust in a beam of museum light|a "
         "hand-drawn map glowing at the edges|columns against a violet dawn",
         R"(d|The past is not gone. It is badly filed.
p|Imagine being famous again after all that time, for your bowl.
l|They built it to outlast them. We build it to outlast the quarter.
t|Dating method first, drama second.
r|Empires end. Somebody's lunch survives.
Every ruin was somebody's brand-new kitchen.)"},
    };
}

std::vector<AngleSource> money_angles() {
    return {
        {"markets",
         "stock stocks market shares nasdaq investor investors wall street fed inflation rate "
         "rates earnings etf hedge fund trading yolo wallstreetbets wsb gme gamestop tesla tendies "
         "recession bank bonds billion valuation ipo calls puts dd short squeeze",
         "finance markets money",
         "a red and green chart rising like a skyline|a bull of glass on a rainy street|stacks of "
         "coins casting long shadows|a trading floor lit by screens, empty|a candle burning next "
         "to a candle chart",
         R"(d|A price is just a mood with decimals.
t|Look at the volume. The price only tells you who spoke last.
r|Somebody is on the other side of every brave post.
p|My portfolio and I are no longer on speaking terms.
l|Old money whispers. New money screenshots.
Conviction is cheap at the top and priceless at the bottom.)"},
        {"prices",
         "price prices cost costs expensive cheap subscription tariff fee fees rent grocery "
         "groceries dollar tax pay salary wage wages tip tipping afford",
         "money prices costofliving",
         "a price tag swinging in a dark shop|a long receipt unrolling into the distance|a coin "
         "balanced on its edge|supermarket aisles lit like a stage|an hourglass filled with change",
         R"(d|First it is a feature. Then it is a tier. Then it is a letter.
r|Nobody raised the price. They lowered what you get and smiled.
p|My wallet read this before I did. It left.
l|Expensive is a number. Worth it is a feeling that lasts.
t|Divide it by how often you will use it. Then decide.
If you cannot find the catch, check the renewal date.)"},
        {"jobs",
         "job jobs layoff layoffs laid fired hiring remote office boss salary ceo employees union "
         "strike resume interview career work week workers coworker overtime manager meetings "
         "meeting",
         "work careers jobs",
         "an empty open-plan office at sunset|a revolving door spinning in slow light|a desk plant "
         "beside a dark monitor|rows of identical windows with one lit|a suit jacket left on a "
         "chair",
         R"(d|A reorganisation is a spreadsheet with people in it.
r|Loyalty is a two-way street with one lane closed.
p|This meeting could have been a nap.
t|Measure the output. Everybody knows why they measure the chairs.
l|Time is the only perk worth negotiating.
They will say family. Read the contract anyway.)"},
        {"startup",
         "startup founder funding acquisition acquires merger amazon google microsoft company ceo "
         "billionaire musk bezos antitrust monopoly lawsuit disney netflix brand bankruptcy "
         "bankrupt",
         "business startups tech",
         "a glass tower reflecting a storm|a chessboard with one gold piece|a handshake of shadows "
         "on a wall|an elevator rising through light|a boardroom table from above, empty",
         R"(d|Every giant was once a polite email to an investor.
t|Read the filing, not the blog post.
r|They did not win the market. They bought the road to it.
p|Two companies walked into a bar. Legal is still drafting the joke.
l|Power rarely raises its voice. It raises the minimum.
Follow the incentive. It never needs a press release.)"},
        {"crypto",
         "bitcoin crypto ethereum blockchain nft coin token btc wallet stablecoin defi binance "
         "coinbase",
         "crypto bitcoin blockchain",
         "a gold coin dissolving into pixels|a vault floating in black space|a neon graph over wet "
         "asphalt|a chain of light links stretching away|dice of glass mid-roll",
         R"(d|Decentralised, until you need a password reset.
p|Somewhere a group chat just bought a boat it will not keep.
t|Check who holds the keys. That is the whole audit.
r|Number goes up is not a plan. It is a prayer with a chart.
l|Scarcity is easy to print. Trust is not.)"},
    };
}

std::vector<AngleSource> civic_angles() {
    return {
        {"law",
         "law court judge ban bans banned senate congress supreme ruling lawsuit regulation eu "
         "commission fine fined bill vote copyright patent government minister parliament act "
         "mandate policy",
         "law policy society",
         "marble columns in hard side light|a gavel-shaped shadow over a map|a stack of papers "
         "glowing from within|an empty chamber with one open seat|scales made of thin neon",
         R"(d|The rule is three lines. The exceptions are a career.
t|Read the definitions section. That is where the law lives.
r|A fine is just a price with better posture.
p|Somewhere a lawyer just bought the good coffee.
l|Good rules are like good tailoring. You notice only when they pinch.
Watch the date it takes effect. Everything else is theatre.)"},
        {"housing",
         "house housing home rent landlord mortgage apartment tenant homeowner real estate zoning "
         "airbnb homeless bedroom",
         "housing homes city",
         "a row of lit windows in blue dusk|a single key on a concrete floor|cranes over a skyline "
         "at dawn|a door standing alone in a field|blueprint lines glowing on black",
         R"(r|A roof should not need a side hustle.
d|Cosy means you can reach the fridge from bed.
p|I too would like to be a wall in that postcode.
l|Light, silence, a door that closes. The rest is furniture.
t|Count the permits, not the promises.
Everybody wants homes built, one street over.)"},
        {"school",
         "school teacher student university college exam homework degree education tuition "
         "classroom professor graduate phd scholarship library reading",
         "education learning school",
         "an empty classroom in golden light|a tower of books leaning over a desk|chalk dust in a "
         "sunbeam|a corridor of lockers with one open|a paper plane crossing a dark sky",
         R"(d|We grade the answer and wonder where the questions went.
p|I did the reading. I read the room.
t|Test what sticks a month later. Everything else is weather.
l|Curiosity is the only uniform that never dates.
r|The best teachers are underpaid and unforgettable.
Learning is slow. That is the feature.)"},
    };
}

} // namespace smos::stages
