// SPDX-License-Identifier: Apache-2.0
// Copy that every structure shares.
#include "libsmos/stages/plan/plan_copy.hpp"

namespace smos::stages {
namespace {

constexpr const char* takes = R"(d|I am not impressed. I am interested, which is rarer.
d|Boring answers age better.
d|Confidence is not a source.
d|I will believe it when it gets dull.
d|Enthusiasm is free. That is why there is so much of it.
d|The footnote is doing the heavy lifting.
d|Nothing is new. Some things are newly affordable.
p|My inner child voted twice.
p|I have no notes. I have snacks.
p|Ten out of ten, would overthink again.
p|If you need me, I am telling strangers about this.
p|Science, but make it gossip.
p|I did a little gasp. It was not elegant.
p|This lives in my head now. It pays no rent.
l|The rare thing is restraint.
l|Wait for the version with less.
l|Desire is easy. Keeping it is craft.
l|Some things deserve better lighting. This is one.
l|Patience photographs well.
l|If it is good now, it will be good in spring.
t|Define the baseline, then celebrate.
t|Two things scale badly: hype and heat.
t|Edge cases are where products go to confess.
t|Latency, cost, failure mode. Three questions, always.
t|What breaks first? Start there.
t|A graph without axes is an opinion.
r|No speech. Just look at it.
r|Say it plainly or do not say it.
r|Cut the music and it still hits.
r|I do not need it polished. I need it true.
r|Everybody talks. Watch who moves.
r|Someone stayed up late for this. You can tell.
d|Ask again when the press release has aged.
d|The adjectives arrived before the evidence.
d|A good rule: if it needs an exclamation mark, wait.
d|Most news is weather. A little of it is climate.
d|It might even be true. That would be inconvenient.
p|I would like to speak to the manager of reality.
p|Plot armour: none. Vibes: excellent.
p|My group chat is not ready. I am sending it anyway.
p|Somebody put this on a mug by Friday.
p|I laughed, then I thought, then I laughed less.
l|Some stories should be read twice, with a good chair.
l|What lasts was never in a hurry.
l|It has the one thing money rents badly: timing.
l|A little silence suits it.
t|Change one variable. Then we can talk.
t|Cheap to claim, costly to test. Test it.
t|The interesting number is the one they left out.
t|Assume a spherical cow, and lose the cow.
t|Ask for the method. The method never blushes.
r|It is messy. So is everything that works.
r|You felt that before you understood it.
r|Not pretty. Not sorry.
r|That is what happens when nobody asks permission.
One question does all the work here: compared to what?
The first version is never the one you live with.
Good stories travel fast. True ones arrive.
Somebody knew this a year ago and could not get a meeting.
There is a boring explanation. It is probably the good one.)";

constexpr const char* closes = R"(Check on {s} in a month. Then judge.
File {s} under: watch closely.
So, {s}. In or out?
Tell me I am wrong about {s}.
Would you bet on it?
What would change your mind?
Who wins if this is true?
Save this. Ask me again in a year.
Remember where you heard {s} first.
d|Noted. Next.
d|I will wait for the boring version.
d|That is all. Carry on.
d|Wake me for the follow-up.
d|Make of that what you will.
p|Discuss. Loudly.
p|Okay. Back to pretending I work.
p|Tag the friend who already knows.
p|I rest my case, and my eyes.
p|Somebody write that on a cake.
l|Choose slowly.
l|Keep the good, leave the noise.
l|Less. But this.
l|Stay curious, stay well lit.
l|The best things wait for you.
t|Show me the second measurement.
t|Reproduce, then rejoice.
t|Numbers first. Feelings after.
t|Send me the raw data.
t|End of log. For now.
r|Say it out loud. See how it sounds.
r|You saw it. Now what?
r|Pick a side.
r|Do not look away.
r|That is the whole truth of it.
d|We will know by the second headline.
d|Curb your timeline.
d|Filed. Not framed.
d|Interesting. Moving on.
p|Text me when it gets weirder.
p|Same time tomorrow? I will bring snacks.
p|I am fine. You are fine. Probably.
l|Take only the part you will remember.
l|And now, something slower.
l|Quality keeps. Let it.
t|Awaiting version two.
t|Citation welcome.
t|Log the result either way.
r|Say less. Show more.
r|Carry that with you.
r|Now do something about it.
What did I miss?
Your read?
Worth watching, or worth ignoring?
One of us will be wrong. Nicely, I hope.
Keep the receipt for this one.
Talk about it like you were there.
Hold that, until the facts catch up.)";

constexpr const char* proofs = R"({u} in {t}.
{u} so far.
{u}, and it is {t} old.
{c} under it, at last count.
{u} and {c}.
It moves at {r}.
{r}, on average.
That is {x}.
d|{u}. Either they all read it, or nobody did.
d|{c}. Most of them certain.
p|{u}. I was one heartbeat late.
p|{c}, and every one has main character energy.
l|{u}. Taste, or timing. Often both.
l|{c}. A very full room.
t|Rate: {r}.
t|Sample size: {u}.
t|Ratio: {x}.
r|{u}. That is not nothing.
r|{c}. Go read the angry ones first.
{p} of the votes are up. I want to meet the rest.
d|{p} in favour. Unanimity is for elections with one name.
t|Approval, {p}. Confidence interval, unknown.)";

constexpr const char* early = R"(Only {u} so far. You are early.
{u}. Small room, good seats.
d|{u}. The crowd is elsewhere. Good.
t|{u}: too few to call, enough to watch.
p|{u}. You liked it before it was cool.
r|{u}. Nobody is looking yet.
l|{u}. Exclusive, for another hour.)";

constexpr const char* quantities = R"({q}. Say it slowly.
Remember the number: {q}.
d|{q}. Someone counted.
p|{q}. I need to sit down.
t|{q}. Mind the unit.
l|{q}. Some numbers have posture.
r|{q}. Feel that.)";

constexpr const char* pivots = R"(Now the part that matters.
Look closer.
Here is what sticks.
Read that again.
Pause there.
Stay with me.
d|So far, so reasonable.
d|And now the small print.
p|And yet. And yet!
p|I have questions, plural.
l|Take a second with that.
l|Now turn it to the light.
t|Now isolate the variable.
t|Check the assumption.
r|No filter from here.
r|Feel where that lands.)";

constexpr const char* statement_leads = R"({h}.
{h}.
The headline: {h}.
The short version: {h}.
It reads: {h}.
d|For the record: {h}.
d|The claim: {h}.
p|Okay, deep breath: {h}.
p|And I quote: {h}.
l|Let me read it properly: {h}.
t|Input, one line: {h}.
t|The claim, as posted: {h}.
r|Straight: {h}.
On {w}, it reads: {h}.)";

constexpr const char* question_leads = R"(The question: {h}?
Someone asked: {h}?
{h}? That is the question.
On {w}, somebody asks: {h}?
d|A fair question: {h}?
p|Asking for everyone: {h}?
r|Straight question: {h}?
t|Open problem: {h}?)";

constexpr const char* personal_leads = R"(In the poster's words: {h}.
The post says: {h}.
One person wrote: {h}.
Somebody on {w} wrote: {h}.
p|Direct quote, I promise: {h}.
d|Their words, not mine: {h}.
r|Their words: {h}.)";

constexpr const char* subject_leads = R"(The subject, in one breath: {s}.
It comes down to {s}.
At the centre of it: {s}.
t|Key term: {s}.
l|One name to keep: {s}.)";

constexpr const char* captions = R"({h}. {k}
{h}. My take is in the video. {k}
{s}. {k}
{s}, in a few seconds. {k}
{h}. Sound on. {k}
{u} on {s}. {k})";

constexpr const char* tail_copy = R"(What is your read?
Tell me what I missed.
Convince me otherwise.
Yes or no?
Who called it first?
Would you?
Worth the noise?
Where does this go next?
I want the counter-argument.
Be honest.)";

CopyBook read_book() {
    return {read_copy(statement_leads),
            read_copy(question_leads),
            read_copy(personal_leads),
            read_copy(subject_leads),
            read_copy(proofs),
            read_copy(early),
            read_copy(quantities),
            read_copy(pivots),
            read_copy(takes),
            read_copy(closes),
            read_copy(captions),
            read_copy(tail_copy)};
}

} // namespace

const CopyBook& copy_book() {
    static const CopyBook book = read_book();
    return book;
}

} // namespace smos::stages
