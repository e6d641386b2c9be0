// SPDX-License-Identifier: Apache-2.0
// Word lists of English headlines; regular verbs are listed once and inflected here.
#include "libsmos/stages/plan/plan_lexicon.hpp"

#include "libsmos/stages/plan/plan_text.hpp"

#include <set>
#include <string_view>

namespace smos::stages {
namespace {

using Words = std::set<std::string, std::less<>>;

Words words_in(std::string_view list) {
    Words out;
    for (std::string& word : split_words(list))
        out.insert(std::move(word));
    return out;
}

constexpr std::string_view function_words =
    "a an the this that these those of in on at by for from to into onto over under with without "
    "within about after before during since until while as than then and or but nor so yet if "
    "because though although when where why how what which who whom whose is are was were be been "
    "being am do does did done has have had having will would can could should may might must "
    "shall "
    "not no never i me my mine we us our you your yours he him his she her hers it its they them "
    "their there here just also only even still already again very too more most less least up "
    "down "
    "out off through between across against per via like versus now today yesterday tomorrow "
    "tonight "
    "every each all any some both either neither another other such own same ago back away let's "
    "i'm i've it's that's don't can't won't isn't aren't doesn't didn't you're they're we're "
    "else couldn't wouldn't shouldn't haven't hasn't wasn't weren't cannot "
    "everyone anyone someone nobody everything anything something nothing amid despite whether";

constexpr std::string_view regular_verbs =
    "accuse add admit allow announce answer appear approve argue ask attack attempt ban block "
    "boost "
    "bounce call cancel capture challenge change charge claim climb close collapse combine compare "
    "complain complete confirm connect consider continue convert cover crash create cross cure cut "
    "debut decide decline defend delay deliver demand deny design destroy detect develop disappear "
    "discover double drop earn edit eliminate embrace end enter erase expand expect explain "
    "explode "
    "explore face fail finish fire fix force gain happen hate help hire hit identify ignore "
    "improve "
    "increase introduce invent investigate issue join jump kick kill lack land last launch learn "
    "leak like list live load locate look love lower make map mark master match measure merge miss "
    "move name need offer open order outperform outsell own pass patch pause pay perform plan "
    "play plunge predict prefer prepare print promise propose protect prove publish pull push "
    "quit raise ramp reach react receive record recover reduce refuse regret reject release remain "
    "remember remove rename replace report require rescue resign restore return reveal reverse "
    "revive roll rule save say score see seize settle share shift ship show sign skip slash slip "
    "smash solve sound spark spend split spot start stay stop strike struggle succeed sue suffer "
    "suggest survive suspend swap switch talk target teach test threaten threat top track train "
    "transform translate travel trick trigger try turn unveil update upgrade urge use vanish visit "
    "vote wait walk want warn watch win wipe wonder work worry drive beat break bring build buy "
    "catch choose come cost draw eat fall feel fight find fly get give go grow hear hold keep know "
    "lead leave lose mean meet put read ride rise run sell send set shut sing sink sleep speak "
    "spread stand steal stick swim take tell think throw understand wear write bet shrink outlive "
    "taste smell glow "
    "surpass overtake tops power store contain produce agree become begin rank turns file";

constexpr std::string_view irregular_verbs =
    "beat beaten broke broken brought built bought caught chose chosen came cost drew drawn drove "
    "driven ate eaten fell fallen felt fought found flew flown got gotten gave given went gone "
    "grew "
    "grown heard held kept knew known led left lost made meant met paid put quit ran read rode "
    "rose "
    "said saw seen sold sent set shut sang sank slept spoke spoken spread stood stole stuck swam "
    "swum "
    "took taken taught told thought threw thrown understood won wore wrote written became began "
    "begun "
    "shrank shrunk overtook struck hit cut bet sued died dies dying lied has isn't makes goes does";

constexpr std::string_view pale_words =
    "people person man woman men women guy guys kid kids child children scientists scientist "
    "researchers researcher study studies report reports experts expert users user developers "
    "developer company companies firm firms officials official police team teams student students "
    "worker workers employee employees thing things way ways day days week weeks month months year "
    "years time times hour hours minute minutes second seconds part kind lot number new old big "
    "small "
    "first last next best worst good bad great huge massive real whole entire many much few one "
    "two "
    "three four five six seven eight nine ten hundred thousand million billion news article post "
    "thread title update video photo picture image question anyone world life home place side end "
    "top more most less reason reasons idea ideas someone engineers engineer doctors doctor "
    "teachers "
    "owner owners fans fan players player results result data free long short high low better here "
    "daily weekly megathread discussion official opinion friend friends wife husband mom dad using "
    "instead nearly almost about around over under roughly exactly several entire latest recent "
    "monday tuesday wednesday thursday friday saturday sunday january february march april june "
    "july "
    "august september october november december morning night finally really actually "
    "literally moment anything love favorite favourite story make start";

Words inflected() {
    Words out = words_in(irregular_verbs);
    for (const std::string& base : words_in(regular_verbs)) {
        const bool on_e = base.back() == 'e';
        const std::size_t size = base.size();
        const bool on_y = base.back() == 'y' &&
                          std::string_view("aeiou").find(base[size - 2]) == std::string_view::npos;
        const bool sibilant =
            base.back() == 's' || base.back() == 'x' ||
            (size > 2 && (base.substr(size - 2) == "sh" || base.substr(size - 2) == "ch"));
        const std::string cut = base.substr(0, size - 1);
        out.insert(on_y ? cut + "ies" : base + (sibilant ? "es" : "s"));
        out.insert(on_y ? cut + "ied" : base + (on_e ? "d" : "ed"));
        out.insert(base + base.back() + "ed");
    }
    for (const char* noun :
         {"plans",  "results", "shares",  "reports", "tests",  "records", "tops",    "likes",
          "lists",  "works",   "powers",  "stores",  "files",  "marks",   "names",   "ends",
          "starts", "cuts",    "sets",    "lasts",   "runs",   "maps",    "designs", "questions",
          "tracks", "prints",  "updates", "issues",  "sounds", "scores"})
        out.erase(noun);
    return out;
}

constexpr std::string_view common_nouns =
    "airline startup court hospital school bank city town judge mayor couple family teenager teen "
    "boy "
    "girl dog cat landlord tourist tourists president government chef artist singer actor retired "
    "tiny "
    "giant local rare homemade massive password sodium battery solar man-made former whole half "
    "lost "
    "developer author museum airport hotel restaurant factory farmer nurse baker barista biologist "
    "physicist astronomer archaeologist team engineer banks airlines cats dogs students parents "
    "grandmother grandfather father mother brother sister neighbor neighbour hacker hackers ceo "
    "robot "
    "drone train plane ship bridge island village country state union brand store library coffee "
    "bees "
    "octopus octopuses whale whales bird birds tree trees water fire ice snow rain music art "
    "science";

} // namespace

bool is_common_noun(const std::string& word) {
    static const Words all = words_in(common_nouns);
    return all.count(word) > 0;
}

bool is_function_word(const std::string& word) {
    static const Words all = words_in(function_words);
    return all.count(word) > 0;
}

bool is_base_verb(const std::string& word) {
    static const Words all = words_in(regular_verbs);
    return all.count(word) > 0;
}

bool is_headline_verb(const std::string& word) {
    static const Words all = inflected();
    return all.count(word) > 0;
}

bool is_pale_word(const std::string& word) {
    static const Words all = words_in(pale_words);
    return all.count(word) > 0;
}

bool is_first_person(const std::string& word) {
    static const Words all = words_in("i me my mine we us our ours i'm i've i'd i'll we're we've");
    return all.count(word) > 0;
}

} // namespace smos::stages
