// SPDX-License-Identifier: Apache-2.0
// smos-scout: items in, one record per item out, scored against everything seen of it before.
#include "libsmos/stages/scout/scout.hpp"

#include <algorithm>
#include <limits>

namespace smos::stages {
namespace {

constexpr std::size_t batch_observations = 8192;

bool earlier_than(const Sighting& sighting, Instant at) { return sighting.at < at; }

/// Keeps the order; the first sighting of an instant stays.
void insert(std::vector<Sighting>& sightings, const Sighting& sighting) {
    const auto place =
        std::lower_bound(sightings.begin(), sightings.end(), sighting.at, earlier_than);
    if (place == sightings.end() || place->at != sighting.at)
        sightings.insert(place, sighting);
}

/// False when it was there.
bool insert(std::vector<Instant>& instants, Instant at) {
    const auto place = std::lower_bound(instants.begin(), instants.end(), at);
    if (place != instants.end() && *place == at)
        return false;
    instants.insert(place, at);
    return true;
}

store::Observation observation_of(const providers::TrendItem& item) {
    store::Observation seen;
    seen.platform = item.platform;
    seen.native_id = item.native_id;
    seen.observed_at = item.observed_at;
    seen.created_at = item.created_at;
    seen.upvotes = item.metrics.upvotes;
    seen.comments = item.metrics.comments;
    seen.shares = item.metrics.shares;
    seen.views = item.metrics.views;
    return seen;
}

void copy_item(const providers::TrendItem& item, records::Scout& section) {
    section.platform = item.platform;
    section.source = item.source;
    section.native_id = item.native_id;
    section.title = item.title;
    section.text = item.text;
    section.url = item.url;
    section.language = item.language;
    section.tags = item.tags;
    if (item.created_at)
        section.created_at = format_rfc3339(*item.created_at);
    section.observed_at = format_rfc3339(item.observed_at);
    section.metrics = item.metrics;
}

void copy_score(const Score& score, records::Scout& section) {
    section.engagement = score.engagement;
    section.delta = score.delta;
    section.vvs = score.vvs;
    section.velocity_per_hour = score.velocity_per_hour;
    section.acceleration_per_hour2 = score.acceleration_per_hour2;
    section.phase = score.phase;
    section.peak_probability = score.peak_probability;
    section.confidence = score.confidence;
    section.decidable = score.decidable;
}

} // namespace

Scout::Scout(ScoutChoice choice,
             History& history,
             std::function<records::Stamp()> stamp,
             std::function<void(std::string_view)> emit)
    : choice_(std::move(choice)),
      history_(history),
      stamp_(std::move(stamp)),
      emit_(std::move(emit)) {
    SMOS_EXPECT(!(choice_.each && choice_.top));
}

Scout::Trail& Scout::trail_of(const providers::TrendItem& item) {
    std::string key = item.platform;
    key.push_back('\0');
    key += item.native_id;
    const auto [place, is_new] = places_.emplace(std::move(key), trails_.size());
    if (is_new) {
        Trail trail;
        for (const store::Observation& seen : history_.known(item.platform, item.native_id))
            trail.sightings.push_back({seen.observed_at, seen.upvotes});
        std::sort(trail.sightings.begin(),
                  trail.sightings.end(),
                  [](const Sighting& a, const Sighting& b) { return a.at < b.at; });
        trails_.push_back(std::move(trail));
        ++tally_.items;
    }
    return trails_[place->second];
}

void Scout::observe(providers::TrendItem item) {
    ++tally_.observations;
    Trail& trail = trail_of(item);
    if (!insert(trail.of_input, item.observed_at)) {
        ++tally_.repeated;
        return;
    }
    insert(trail.sightings, {item.observed_at, item.metrics.upvotes});
    unsaved_.push_back(observation_of(item));
    if (choice_.each) {
        const auto scored = section(item, trail);
        if (wanted(scored))
            waiting_.push_back(line_of(scored));
    } else if (!trail.last || trail.last->observed_at < item.observed_at) {
        trail.last = std::move(item);
    }
    if (unsaved_.size() >= batch_observations)
        settle();
}

void Scout::settle() {
    history_.remember(unsaved_);
    unsaved_.clear();
    std::vector<std::string> lines;
    lines.swap(waiting_);
    for (const std::string& line : lines) {
        ++tally_.records;
        emit_(line);
    }
}

void Scout::finish() {
    settle();
    std::vector<records::Scout> sections;
    for (Trail& trail : trails_) {
        if (!trail.last)
            continue;
        auto scored = section(*trail.last, trail);
        trail.last.reset();
        if (!wanted(scored))
            continue;
        if (choice_.top) {
            sections.push_back(std::move(scored));
        } else {
            ++tally_.records;
            emit_(line_of(scored));
        }
    }
    if (choice_.top)
        emit_best(std::move(sections));
}

void Scout::emit_best(std::vector<records::Scout> sections) {
    const auto rank = [](const records::Scout& section) {
        return section.vvs.value_or(-std::numeric_limits<double>::infinity());
    };
    std::stable_sort(
        sections.begin(), sections.end(), [&](const records::Scout& a, const records::Scout& b) {
            return rank(a) > rank(b);
        });
    sections.resize(std::min(sections.size(), *choice_.top));
    for (const records::Scout& section : sections) {
        ++tally_.records;
        emit_(line_of(section));
    }
}

records::Scout Scout::section(const providers::TrendItem& item, const Trail& trail) const {
    const auto now = std::lower_bound(
        trail.sightings.begin(), trail.sightings.end(), item.observed_at, earlier_than);
    const std::vector<Sighting> earlier{trail.sightings.begin(), now};
    records::Scout section;
    static_cast<records::Stamp&>(section) = stamp_();
    copy_item(item, section);
    section.fingerprint = fingerprint_of(item);
    section.first_seen_at = format_rfc3339(earlier.empty() ? item.observed_at : earlier.front().at);
    section.observations = static_cast<std::int64_t>(earlier.size()) + 1;
    copy_score(score_of(earlier, item.observed_at, item.created_at, item.metrics), section);
    return section;
}

bool Scout::wanted(const records::Scout& section) const {
    return !choice_.min_vvs || (section.vvs && *section.vvs >= *choice_.min_vvs);
}

std::string Scout::line_of(const records::Scout& section) const {
    records::NewRecord envelope;
    envelope.task_id =
        records::production_id(choice_.tenant, section.platform, section.native_id, "");
    envelope.tenant_id = choice_.tenant;
    envelope.status = records::Status::scouted;
    auto record = records::make_record(envelope);
    record.conclude(section, records::Status::scouted);
    return record.str();
}

} // namespace smos::stages
