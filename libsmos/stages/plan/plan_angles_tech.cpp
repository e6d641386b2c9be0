// SPDX-License-Identifier: Apache-2.0
// Copy for stories about machines, code and networks.
#include "libsmos/stages/plan/plan_angle.hpp"

namespace smos::stages {

std::vector<AngleSource> computing_angles() {
    return {
        {"ai",
         "ai gpt chatgpt llm model agent openai anthropic claude gemini neural chatbot copilot "
         "prompt deepfake artificialinteligence artificial intelligence diffusion machinelearning "
         "localllama benchmark",
         "ai artificialintelligence machinelearning",
         "a glass brain lit from inside over black water|a corridor of server racks fading into "
         "violet haze|a single cursor blinking in an empty dark room|thousands of thin light "
         "threads forming a face-like void|a robot hand of brushed steel turning a page",
         R"(d|A benchmark is a horse race where the horse writes the odds.
Clever is cheap now. Being right on a Tuesday still costs extra.
p|It passed the test. So did I, and I cannot park.
t|Show me the error bars, then show me the electricity bill.
l|The finest machine still needs someone with taste in the room.
r|They trained it on us. Nobody sent a thank-you card.
Ask what it does when nobody is grading it.
dt|A demo answers the question it was built for. Work never asks that one.)"},
        {"chips",
         "chip processor cpu gpu nvidia amd intel semiconductor tsmc silicon quantum supercomputer "
         "transistor nanometer asml arm risc",
         "chips hardware semiconductors",
         "a wafer of silicon catching rainbow light|a macro landscape of gold circuit canyons|a "
         "cold blue data hall with one red lamp|a chip the size of a city block at night|liquid "
         "nitrogen mist over copper pipes",
         R"(t|Speed is the headline. Watts are the story.
d|Faster silicon, same meeting about the calendar.
l|Under a microscope it looks like jewellery. Priced like it, too.
p|Somewhere a laptop fan heard this and got nervous.
r|You do not own it until you can buy one.
t|Peak numbers live in a lab. Memory bandwidth lives with you.
dt|First they sell you the chip. Then they sell you the power plant.)"},
        {"gadget",
         "phone iphone android samsung galaxy pixel apple headset vr ar glasses watch laptop "
         "tablet camera foldable macbook earbuds device wearable gadget keyboard monitor leak",
         "tech gadgets hardware",
         "a slim device on black stone in a cone of light|a reflection of city neon in curved "
         "glass|a hand-sized slab floating over brushed metal|rows of identical boxes with one "
         "left open|an exploded view of tiny screws and lenses in mid-air",
         R"(d|Every spec sheet is a love letter written by a lawyer.
p|My old one just watched me read that.
l|Good design is when your thumb stops asking questions.
t|Battery, weight, repair cost. In that order, please.
r|If it needs a keynote to explain it, it is not for me.
You will forget the megapixels. You will remember the charger.
dl|Thin is a look. Light is a kindness.)"},
        {"software",
         "code programming linux open source github bug app browser developer python rust "
         "javascript docker software database compiler windows firefox chrome kernel api framework "
         "git outage server cloud aws",
         "software programming opensource",
         "green terminal light on a rain-dark window|a cathedral built of stacked windows and "
         "tabs|an endless scroll of glowing text folding into waves|a lone desk lamp in a sea of "
         "monitors|a knot of luminous cables being untied",
         R"(d|Software is a promise with a changelog.
t|Read the issue tracker. That is where the truth commutes.
p|Somewhere, a weekend just got cancelled.
r|Ship it, break it, say sorry. Pick at least one.
l|Elegance is what remains when nobody can find a line to delete.
dt|Every shortcut sends an invoice. It just bills the next team.
Free is a price. Maintained is a gift.)"},
    };
}

std::vector<AngleSource> public_tech_angles() {
    return {
        {"privacy",
         "privacy data breach hack hacked hacker password tracking surveillance leak leaked "
         "encryption security vulnerability malware phishing spyware gdpr ransomware exploit",
         "privacy security data",
         "an eye made of city lights behind frosted glass|a vault door ajar with light leaking "
         "out|footprints of light crossing a dark floor|a thousand keyholes in a steel wall|a "
         "curtain of falling numbers in cyan",
         R"(d|Your data went on a trip. You were not invited.
r|They call it an incident. You call it your password.
t|Assume the database leaks. Then decide what belongs in it.
p|My password is a feeling. Crack that.
l|Discretion used to come with the room. Now it is an upgrade.
A secret shared with a server is just a rumour with good uptime.
dt|If it can be collected, somebody already has a slide about it.)"},
        {"energy",
         "battery batteries solar wind nuclear fusion energy grid power electricity reactor "
         "lithium sodium renewable hydrogen geothermal watt",
         "energy cleantech future",
         "a field of solar panels at blue hour|a glowing battery cell on black glass|wind turbines "
         "standing in morning fog|a ring of plasma light in a steel chamber|power lines crossing "
         "an orange sky",
         R"(t|Charge it a thousand times, then call me.
d|Every battery breakthrough is five years away and always has been.
l|Silence is the luxury. The engine was only the price.
p|My phone died while I was reading this. Take my hope.
r|Cheap power changes who gets to say no.
Watch the cost per kilowatt hour. Everything else is scenery.
dt|The lab does it once. The factory has to do it on a Monday.)"},
        {"robots",
         "robot robots robotics humanoid drone autonomous automation boston dynamics warehouse "
         "exoskeleton",
         "robotics automation future",
         "a humanoid silhouette in warehouse light|a steel hand holding an egg|a swarm of small "
         "lights over a dark field|conveyor belts flowing like rivers|a lone machine at the edge "
         "of a dance floor",
         R"(p|It folds laundry. I have dated worse.
d|It never calls in sick. It also never asks why.
t|Watch the hands. Walking was the easy part.
r|Ask who gets the hours back. Ask twice.
l|The best machine leaves the room quieter than it found it.
Every robot video is cut right before the interesting part.)"},
        {"social",
         "tiktok instagram youtube twitter facebook meta reddit influencer algorithm viral post "
         "creator bluesky mastodon threads feed meme streamer twitch moderator subreddit followers",
         "socialmedia internetculture creators",
         "a wall of glowing screens with one gone dark|a crowd of phone lights like a galaxy|an "
         "endless staircase made of speech bubbles|a ring light reflected in a black lake|confetti "
         "frozen in mid-air over an empty stage",
         R"(d|Attention is rent, and the landlord just changed the locks.
p|The algorithm knows. The algorithm is also a bit much.
r|They built the stage, they own the door, you bring the crowd.
t|Change the ranking by one weight and watch a million habits move.
l|Being seen is common. Being remembered has a dress code.
Scroll slower. That is the whole rebellion.)"},
    };
}

std::vector<AngleSource> play_and_space_angles() {
    return {
        {"games",
         "game games gaming xbox playstation nintendo switch steam valve gta esports minecraft "
         "console zelda speedrun indie gamer rpg mod",
         "gaming games gamers",
         "a neon arcade seen through rain|a tiny knight before an enormous door|a controller on "
         "red velvet under a spotlight|pixel mountains at sunrise|a corridor of glowing save "
         "points",
         R"(p|One more round, said every sunrise ever.
d|They patched the fun. Then they sold it back as retro.
t|Frame times do not lie. Trailers have a director.
r|Finish the game first. Sell me the hat later.
l|A world you can walk into is still the grandest stage.
Nobody remembers the graphics. Everybody remembers the couch.)"},
        {"space",
         "nasa space spacex rocket mars moon asteroid telescope galaxy planet orbit satellite "
         "astronaut webb exoplanet comet star starship launch lunar jupiter saturn universe",
         "space science cosmos",
         "a thin blue horizon under a field of stars|a lone capsule above cloud tops|dust pillars "
         "glowing rose and gold|boot prints on grey regolith under black sky|a telescope dome open "
         "to the milky way",
         R"(Out there, patience is the only fuel that never runs out.
d|Space is mostly waiting, with excellent photographs.
p|Somewhere an alien is filing this under local news.
l|Nothing on earth has ever been lit this well.
t|Distance is easy to say. Signal to noise is hard to get.
r|We found the money for this once. Remember how that felt.)"},
    };
}

} // namespace smos::stages
