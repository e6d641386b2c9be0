// SPDX-License-Identifier: Apache-2.0
// The publish section: where it went.
#pragma once

#include "libsmos/records/sidecar.hpp"

namespace smos::records {

struct Receipt {
    std::string effect_id;
    std::string channel;
    std::string account;
    std::string status; // published | rejected | unknown | held | scheduled | dead
    std::optional<std::string> external_id;
    std::optional<std::string> url;
    std::optional<std::string> published_at;
    std::string content_sha256;
    std::int64_t attempt = 0;
    std::optional<std::string> receipt_sha256;
    std::optional<std::int64_t> entry_seq;
};

struct Disclosure {
    bool ai_generated = true;
    std::string digital_source_type; // IPTC term
    JsonBox flags;                   // per channel
};

struct Publish : Stamp {
    std::vector<Receipt> receipts;
    Disclosure disclosure;
};

template <>
struct Fields<Receipt> {
    static constexpr const char* name = "receipt";
    static constexpr const char* doc = "One effect on one channel.";
    static constexpr auto list() {
        return std::make_tuple(
            required("effect_id", &Receipt::effect_id, "Its id."),
            required("channel", &Receipt::channel, "dir, site, …"),
            required("account", &Receipt::account, "Whose."),
            required("status",
                     &Receipt::status,
                     "published, rejected, unknown, held, scheduled or dead."),
            field("external_id", &Receipt::external_id, "The channel's own id."),
            field("url", &Receipt::url, "Where it can be seen."),
            field("published_at", &Receipt::published_at, "When."),
            required("content_sha256", &Receipt::content_sha256, "Of what was published."),
            field("attempt", &Receipt::attempt, "How often it was tried."),
            field("receipt_sha256", &Receipt::receipt_sha256, "Of the canonical receipt."),
            field("entry_seq", &Receipt::entry_seq, "Where it stands in the chain."));
    }
};

template <>
struct Fields<Disclosure> {
    static constexpr const char* name = "disclosure";
    static constexpr const char* doc = "That a machine made it.";
    static constexpr auto list() {
        return std::make_tuple(
            required("ai_generated", &Disclosure::ai_generated, "Always said."),
            required("digital_source_type", &Disclosure::digital_source_type, "The IPTC term."),
            field("flags", &Disclosure::flags, "What each channel was told."));
    }
};

template <>
struct Fields<Publish> {
    static constexpr const char* name = "publish";
    static constexpr const char* doc = "Where it went.";
    static constexpr auto list() {
        return std::tuple_cat(
            stamp_fields<Publish>(),
            std::make_tuple(required("receipts", &Publish::receipts, "One per channel."),
                            required("disclosure", &Publish::disclosure, "AI disclosure.")));
    }
};

} // namespace smos::records
