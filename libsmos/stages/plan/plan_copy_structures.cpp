// SPDX-License-Identifier: Apache-2.0
// Seventeen ways to tell it. Hooks carry a fact within their first words, so no two sound alike.
#include "libsmos/stages/plan/plan_copy.hpp"

namespace smos::stages {
namespace {

std::vector<Structure> claim_structures() {
    return {
        {"number_first",
         "HLpvAtC",
         {},
         read_copy(R"({q}. Hold that thought.
{q}. Start there.
{q}. I read it twice.
d|{q}. Somebody had to count.
p|{q}. Yes, I gasped.
{u}. One subject: {s}.
t|{u}, {t}, one variable: {s}.
r|{u}. For {s}. Sit with that.
l|{q}. Let the number breathe.)"),
         {},
         {}},
        {"question",
         "HLpvAtC",
         {},
         read_copy(R"({s}: brilliant, or just loud?
{s}. Did you see it coming?
{s}. Progress, or a very good trailer?
{s}: who asked, and who gains?
l|{s}. Would you keep this?
t|{s}: signal, or noise?
p|{s}. Are we fine with this?
r|{s}. Who is this really for?
d|{s}. Why now?)"),
         {},
         read_copy(R"(My answer? Not yet.
So, which one is it?
Answer it before you scroll.)")},
        {"contrast",
         "HLpAtC",
         {},
         read_copy(R"({s} in the headline. {s} in real life.
{s}: the loud half, then the quiet half.
{s}, the poster. And {s}, the fine print.
{t} ago, an empty page. Now, {u}.
{t} ago, zero. Now, {u}.
d|{s}. One story to share, another to understand.
l|{s}, first glance. Then the second one.)"),
         {},
         read_copy(R"(Keep the quiet half.
Two versions. You pick.)")},
        {"myth_break",
         "HLvApC",
         {},
         read_copy(R"({s}: the easy take is the wrong one.
{s}: skip the obvious story.
{s}. No, not for the reason you think.
{s}, minus the myth.
t|{s}. First, discard the popular explanation.
r|{s}. Forget what the thumbnail told you.
d|{s}. The consensus arrived early. Suspicious.)"),
         {},
         read_copy(R"(So much for the easy take.
Now you can argue properly.)")},
    };
}

std::vector<Structure> told_structures() {
    return {
        {"countdown",
         "HLPAC",
         {"Three.", "Two.", "One."},
         read_copy(R"({s}, counted down.
{s} in three, two, one.
d|{s}. The short countdown.
r|{s}. Three hits. Go.
{s}. Three beats, then you decide.
p|{s}, but make it a launch.
t|{s}. Sequence starts.
{q}. Count down with me.)"),
         read_copy("{h}."),
         read_copy(R"(Zero. Your turn.
And lift.)")},
        {"second_person",
         "HLpAtC",
         {},
         read_copy(R"({s}. You will hear that a lot now.
{s}: your feed will get this wrong.
{s}. You did not plan on caring today.
{s}, in the time it takes you to blink.
p|{s}. You, yes you, will have an opinion.
l|{s}. Give it the length of one song.
r|{s}. You can scroll, or you can look.)"),
         {},
         read_copy(R"(You heard it before your group chat did.
Your turn to explain it.)")},
        {"confession",
         "HLpAtC",
         {},
         read_copy(R"({s} got me. I admit it.
{s}. I wanted to scroll past. I could not.
{s}: I had an opinion, then I read on.
{s}, and I am usually hard to impress.
p|{s}. I said one video, then bed.
d|{s}. Against my better judgement, I care.
l|{s}. I rarely stop. I stopped.)"),
         {},
         read_copy(R"(There. I said it.
Do not tell anyone I was moved.)")},
        {"mini_story",
         "HLPvAC",
         {},
         read_copy(R"({t} ago, one post went up on {w}.
{t} ago, someone on {w} pressed send.
{t} back, {w}, a single post about {s}.
It is {t} old, and it started on {w}.)"),
         read_copy(R"({h}.
All it said: {h}.
It opened like this: {h}.)"),
         read_copy(R"(That is how a story starts.
To be continued, obviously.)")},
    };
}

std::vector<Structure> staged_structures() {
    return {
        {"hot_take",
         "HALptC",
         {},
         read_copy(R"({s}. Here is the unpopular version.
{s}, and I am not neutral.
{s}: mild headline, hot take.
{s}. I will say it so you can disagree.
r|{s}. Nobody will like this.
d|{s}. An unfashionable thought.
p|{s}. Hot take, oven gloves on.)"),
         read_copy(R"(For context: {h}.
The headline, for the record: {h}.
What set me off: {h}.)"),
         read_copy(R"(Disagree. But do it well.
Fight me in the comments, politely.)")},
        {"list_of_three",
         "HLPAC",
         {"First:", "Second:", "And third:"},
         read_copy(R"({s}: one fact, one number, one thought.
{s}, in three parts.
{s}. Three notes, no filler.
t|{s}. Three observations.
l|{s}. Three things worth keeping.
{q}. And two more things.)"),
         read_copy("{h}."),
         read_copy(R"(That is the list.
Add a fourth.)")},
        {"cold_open",
         "HVpAtC",
         {},
         read_copy(R"({h}.
{h}.
{h}. Yes, that is the headline.
{h}. Good evening.
p|{h}. Good morning to you, too.
d|{h}. I checked the date.
d|{h}. As one does.
t|{h}. Parse that.
r|{h}. Just like that.
l|{h}. Take it in.)"),
         {},
         read_copy(R"(And that was only the headline.
That is the story. The rest is reaction.)")},
        {"dialogue",
         "HLApC",
         {"Internet:", "Me:"},
         read_copy(R"({s}, the internet versus me.
{s}. A short conversation.
{s}: they talk, I answer.
p|{s}, a play in two voices.)"),
         read_copy(R"({h}.)"),
         read_copy(R"(End of scene.
Curtain.)")},
    };
}

std::vector<Structure> reflective_structures() {
    return {
        {"before_you_share",
         "HLApC",
         {},
         read_copy(R"({s}: before you share it, one thought.
{s}. Wait. Then share.
{s}. Ten seconds before you forward this.
r|{s}. Think first. Post second.
t|{s}: a quick sanity check.
{u}. Before you add yours, listen.)"),
         {},
         read_copy(R"(Now share it, if you still want to.
Forward that instead.)")},
        {"comments_first",
         "HLAtC",
         {},
         read_copy(R"({c}. One subject: {s}.
{c} about {s}. Somebody in there is right.
{c}, and the topic is {s}.
p|{c}. Yes, it is about {s}.
d|{c} on {s}. Civilisation continues.
r|{c}. {s} hit a nerve.)"),
         {},
         read_copy(R"(Make it one comment more.
Read the quiet ones first.)")},
        {"rewind",
         "HLPvAC",
         {},
         read_copy(R"(Rewind {t}, to before this post about {s}.
{t} ago, this post about {s} was not there.
{s}. Rewind {t}, and it starts at zero.
{s}: the story is {t} old.
d|{s}. This post is {t} old. I am late.
t|{s}. Time zero: {t} ago.
p|{s}, {t} ago: a simpler life.
r|{s}. Run it back, {t}.
l|{s}. Let me take you back, {t}.)"),
         {},
         read_copy(R"(Fast forward. What is next?
Press play on your own opinion.)")},
        {"notebook",
         "HLqpAtC",
         {},
         read_copy(R"({s}. A page in my notebook, as of now.
{s}, underlined twice in my notes.
{s}. Filed under: look again.
l|{s}. A note in the margin, in good ink.
t|{s}. Log entry.
p|{s}. Stuck to my fridge, emotionally.)"),
         {},
         read_copy(R"(Page turned.
Note to self: come back.)")},
        {"verdict_first",
         "HLApvC",
         {},
         read_copy(R"({s}: better than the thumbnail.
{s}. Verdict first: worth your attention.
{s}, and the verdict is, not so fast.
d|{s}. Promising. Which is not a compliment yet.
l|{s}. Verdict: well made, if it lasts.
r|{s}. Verdict: it hits.
t|{s}. Verdict: plausible, pending data.)"),
         {},
         read_copy(R"(Verdict stands, until the facts move.
Court adjourned.)")},
    };
}

std::vector<Structure> read_structures() {
    std::vector<Structure> all;
    for (const auto& group :
         {claim_structures(), told_structures(), staged_structures(), reflective_structures()})
        all.insert(all.end(), group.begin(), group.end());
    return all;
}

} // namespace

const std::vector<Structure>& structures() {
    static const std::vector<Structure> all = read_structures();
    return all;
}

} // namespace smos::stages
