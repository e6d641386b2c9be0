// SPDX-License-Identifier: Apache-2.0
// The lexicon of the six dimensions and of the vetoes.
#include "libsmos/stages/plan/plan_moral.hpp"

#include "libsmos/core/utf8.hpp"
#include "libsmos/stages/plan/plan_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace smos::stages {
namespace {

struct Poles {
    const char* high;
    const char* low;
};

/// In the order of muse::dimensions().
constexpr std::array<Poles, 6> lexicon = {{
    {"best greatest record winner champion genius billionaire ceo star celebrity flex brag boast "
     "status "
     "power dominate conquer rich famous king queen legend own empire triumph viral first richest",
     "humble anonymous volunteer quiet modest team thanks grateful community together sorry "
     "apology "
     "shared neighbor neighbour ordinary everyone"},
    {"help helped rescue rescued save saved donate donated charity kind kindness care caring "
     "community "
     "family children patients animal animals free homeless teacher nurse volunteer support love "
     "friend "
     "hope heal recover accessible stranger",
     "fired layoffs evict evicted exploit mock mocked revenge destroy ruthless bully cruel scam "
     "cheat "
     "steal stolen greed humiliated ignored lawsuit hate"},
    {"chaos crash crashed explode exploded riot prank hack hacked leak leaked insane wild crazy "
     "meltdown "
     "outage fire storm collapse shock shocking broke disaster yolo squeeze moon fight banned "
     "glitch "
     "panic absurd unhinged",
     "calm steady stable routine plan planned careful slow gradual tradition quiet regulation "
     "policy "
     "audit standard library study order method"},
    {"independent indie solo self-taught alone quit resigned refused rebel open source built diy "
     "homemade "
     "freedom decentralized freelance own myself sovereign escape alternative garage",
     "government mandate mandatory required rule rules comply corporate committee permission "
     "regulator "
     "employer boss approval ministry act license"},
    {"luxury designer couture gallery museum opera michelin vintage architecture elegant craft "
     "handmade "
     "art artist philosophy literature theory physics orchestra jewelry silk heritage paris milan "
     "exquisite sculpture poetry",
     "meme memes burger trash cheap viral prank fart shitpost lol lmao discount coupon walmart "
     "brawl "
     "tendies reality tabloid gossip fast food"},
    {"ai robot robots chip chips gpu quantum software code app startup algorithm data rocket nasa "
     "space "
     "battery electric drone model computer neural open-source linux engineer technology tech "
     "crypto "
     "benchmark processor laser",
     "unplug offline analog handwritten nature forest garden ban luddite paper vinyl candle "
     "screen-free "
     "traditional ancient hiking walk"},
}};

struct Category {
    const char* name;
    const char* phrases; // "|" between
};

constexpr std::array<Category, 7> vetoes = {{
    {"hate",
     "racial slur|white power|ethnic cleansing|genocide|nazi|neo-nazi|master race|holocaust denial|"
     "go back to your country|subhuman|hate crime|gas the|great replacement"},
    {"self_harm",
     "suicide|suicidal|kill myself|kill yourself|kys|self harm|self-harm|cutting myself|"
     "end my life|anorexia tips|pro-ana|overdose on"},
    {"violence",
     "mass shooting|school shooting|beheading|beheaded|massacre|stabbed|stabbing|murdered|"
     "murder|rape|raped|tortured|torture|lynched|terrorist attack|bomb threat|how to make a bomb|"
     "shot dead|gunned down|executed|domestic abuse"},
    {"tragedy",
     "dead after|found dead|killed in|killed by|death toll|dies at|dies after|passed away|funeral|"
     "missing child|plane crash|bodies|victims|casualties|rip|fatal"},
    {"sexual", "porn|porno|nude|nudes|nsfw|onlyfans|sex tape|sexual assault|hentai|escort service"},
    {"medical_claim",
     "cures cancer|cure for cancer|miracle cure|doctors hate|detox your|reverse diabetes|"
     "vaccines cause|no side effects|instead of chemo|stop taking your|big pharma hides"},
    {"financial_advice",
     "guaranteed returns|guaranteed profit|risk-free profit|risk free profit|get rich quick|"
     "cannot lose|can't lose|can't go tits up|double your money|financial advice|"
     "buy before it|you should buy|everyone should buy|all in on|pump and dump|100x"},
}};

struct Hits {
    int high = 0;
    int low = 0;
};

std::set<std::string> keys_in(const std::string& text) {
    std::set<std::string> keys;
    std::string flat = lower(text);
    std::replace(flat.begin(), flat.end(), '\n', ' ');
    for (const std::string& word : split_words(flat))
        keys.insert(stem_key(word));
    return keys;
}

int hits_of(const std::set<std::string>& keys, const char* list) {
    int hits = 0;
    for (const std::string& word : split_words(list))
        hits += keys.count(word) > 0 ? 1 : 0;
    return hits;
}

std::string vetoed_by(const std::string& text, std::string_view phrases) {
    while (!phrases.empty()) {
        const std::size_t end = std::min(phrases.find('|'), phrases.size());
        if (contains_phrase(text, phrases.substr(0, end)))
            return std::string(phrases.substr(0, end));
        phrases.remove_prefix(std::min(end + 1, phrases.size()));
    }
    return {};
}

/// Three decimals, so that a record reads well and compares equal.
double rounded_thousandth(double value) { return std::round(value * 1000) / 1000; }

void score_dimensions(const muse::Muse& muse, const std::string& text, records::Moral& moral) {
    constexpr double no_evidence = 0.7;
    const std::set<std::string> keys = keys_in(text);
    double sum = no_evidence, weights = 1;
    for (std::size_t i = 0; i < lexicon.size(); ++i) {
        const muse::Dimension& dimension = muse::dimensions()[i];
        const Hits hits{hits_of(keys, lexicon[i].high), hits_of(keys, lexicon[i].low)};
        const int total = hits.high + hits.low;
        double fit = no_evidence;
        if (total > 0) {
            const double position = (hits.high + 1.0) / (total + 2.0);
            const double weight = total / (total + 1.0);
            fit = 1.0 - std::abs(position - muse.moral.*dimension.value);
            sum += weight * fit;
            weights += weight;
        }
        moral.dimensions[dimension.name] = rounded_thousandth(fit);
    }
    moral.score = rounded_thousandth(sum / weights);
}

void veto(MoralFit& fit, const std::string& code, std::string text) {
    fit.moral.veto = true;
    fit.reasons.push_back({code, std::move(text), std::nullopt, std::nullopt});
}

} // namespace

const std::vector<std::string>& veto_categories() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const Category& category : vetoes)
            out.emplace_back(category.name);
        return out;
    }();
    return names;
}

MoralFit moral_fit(const muse::Muse& muse,
                   const std::string& text,
                   double threshold,
                   const std::vector<std::string>& categories) {
    MoralFit fit;
    const std::string flat = one_line(text);
    score_dimensions(muse, flat, fit.moral);
    const bool passes = fit.moral.score >= threshold;
    fit.reasons.push_back({"moral_fit",
                           passes ? "The story fits the muse's moral graph."
                                  : "The story does not fit the muse's moral graph.",
                           fit.moral.score,
                           threshold});
    for (const std::string& topic : muse.taboo)
        if (contains_phrase(flat, topic))
            veto(fit,
                 "veto_taboo",
                 fmt::format("The story touches \"{}\", which is taboo for her.", topic));
    for (const Category& category : vetoes) {
        const bool active =
            std::find(categories.begin(), categories.end(), category.name) != categories.end();
        const std::string phrase = active ? vetoed_by(flat, category.phrases) : std::string();
        if (!phrase.empty())
            veto(fit,
                 fmt::format("veto_{}", category.name),
                 fmt::format("The story says \"{}\" ({}).", phrase, category.name));
    }
    return fit;
}

} // namespace smos::stages
