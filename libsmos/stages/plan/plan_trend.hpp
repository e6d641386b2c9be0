// SPDX-License-Identifier: Apache-2.0
// What a trend says, as facts that a script may cite: nothing here is more than the record holds.
#pragma once

#include "libsmos/core/result.hpp"
#include "libsmos/records/record.hpp"
#include "libsmos/records/scout.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace smos::stages {

/// How the title speaks, which decides how it may be introduced.
enum class HeadlineKind { none, statement, question, first_person, label };

/// A trend, an intent or a task message, read once.
struct Trend {
    std::string platform;  ///< "intent" for a prompt or a task message
    std::string native_id; ///< for an intent: the hash of its prompt
    std::string title;     ///< as it came
    std::string text;      ///< title, body and tags as they came, for the moral check
    std::optional<std::string> phase;
    std::optional<double> peak_probability;
    std::int64_t length_ms = 15'000; ///< asked for by the payload, 6000..60000
    bool length_given = false;
    std::string style; ///< of the payload, may be empty
    bool from_scout = false;

    std::string headline; ///< speakable, without its final mark; empty when nothing can be said
    HeadlineKind kind = HeadlineKind::none;
    std::string subject;       ///< what it is about, as an object: "the keyboard", "GPT-5"
    std::string subject_plain; ///< the same without article, for tags and pictures
    bool named = false;        ///< the subject is a proper name
    std::vector<std::string> quantities; ///< "$1,999", "1,200 LEGO bricks"
    std::string upvotes;                 ///< "more than 12,000 upvotes"; empty when unknown
    std::string comments;                ///< "1,204 comments"
    std::string age;                     ///< "six hours": from creation to observation
    std::string rate;                    ///< "about 2,000 upvotes an hour"
    std::string ratio;                   ///< "one comment for every 12 upvotes"
    std::string approval;                ///< "93%"
    std::string place;                   ///< "Reddit", "the technology board", "Hacker News"
    std::int64_t upvote_count = 0;
    std::int64_t age_minutes = 0;
    std::string angle; ///< of angle_of()
};

/// Reads the scout section, or the payload's prompt. A record with neither is an error.
Result<Trend> read_trend(const records::Record& record);

/// A headline of at most `most` words, cut only where a clause ends; empty when there is no cut.
std::string clause_of(const std::string& headline, std::size_t most);

/// Fills subject, quantities, headline kind from the speakable headline (plan_subject.cpp).
void read_headline(Trend& trend);
/// The words that the trend counts with (plan_metrics.cpp).
void read_metrics(Trend& trend, const records::Scout& scout);

} // namespace smos::stages
