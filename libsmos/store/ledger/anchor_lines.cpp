// SPDX-License-Identifier: Apache-2.0
// Anchors as lines of JSON: written in one form, read from anchors, heads and production records.
#include "libsmos/core/money.hpp"
#include "libsmos/records/json_value.hpp"
#include "libsmos/store/ledger/anchors.hpp"
#include "libsmos/store/ledger/chain.hpp"

namespace smos::store {
namespace {

using records::Json;

constexpr const char* line_format = "smos.anchor/1";

/// Looks into one object; what is missing or of another type makes the whole object no anchor.
class Reader {
  public:
    explicit Reader(const Json& object) : object_(object), good_(object.is_object()) {}

    bool has(const char* name) const { return good_ && object_.contains(name); }
    std::string text(const char* name) {
        good_ = has(name) && object_[name].is_string();
        return good_ ? object_[name].get<std::string>() : std::string{};
    }
    std::string text_if_there(const char* name) { return has(name) ? text(name) : std::string{}; }
    std::int64_t number(const char* name) {
        good_ = has(name) && object_[name].is_number_integer() &&
                object_[name].get<std::int64_t>() >= 1 &&
                object_[name].get<std::int64_t>() <= max_micros;
        return good_ ? object_[name].get<std::int64_t>() : 0;
    }
    template <std::size_t size>
    void bytes(const char* name, std::array<std::uint8_t, size>& to) {
        const std::string digits = text(name);
        good_ = good_ && bytes_of_hex(digits, to.data(), to.size());
    }
    bool good() const { return good_; }
    void spoil() { good_ = false; }

  private:
    const Json& object_;
    bool good_;
};

/// seq and hash, and where there is a signature all that it covers.
std::optional<SignedAnchor> place_of(const Json& object, std::string chain) {
    Reader reader{object};
    SignedAnchor anchor;
    anchor.chain = std::move(chain);
    anchor.seq = reader.number("seq");
    reader.bytes("hash", anchor.hash);
    anchor.ledger_id = reader.text_if_there("ledger_id");
    if (reader.has("signature")) {
        Signature signature{};
        reader.bytes("signature", signature);
        anchor.signature = signature;
        anchor.key_print = reader.text_if_there("key");
        if (const std::string at = reader.text_if_there("at"); !at.empty()) {
            const auto when = parse_rfc3339(at);
            when ? void(anchor.at = *when) : reader.spoil();
        }
    }
    if (!reader.good())
        return std::nullopt;
    return anchor;
}

bool add_places(const Json& section, const std::string& chain, std::vector<SignedAnchor>& anchors) {
    for (const char* name : {"entry", "anchor"}) {
        if (!section.is_object() || !section.contains(name))
            continue;
        auto anchor = place_of(section[name], chain);
        if (!anchor)
            return false;
        anchors.push_back(std::move(*anchor));
    }
    return true;
}

std::optional<std::vector<SignedAnchor>> anchors_of_record(const Json& record) {
    const Json& cfo = record["cfo"];
    Reader reader{cfo};
    const std::string chain = chain_of(reader.text("wallet"));
    if (!reader.good())
        return std::nullopt;
    std::vector<SignedAnchor> anchors;
    bool good = add_places(cfo, chain, anchors);
    if (record.contains("render") && record["render"].is_object() &&
        record["render"].contains("ledger"))
        good = good && add_places(record["render"]["ledger"], chain, anchors);
    return good ? std::optional{std::move(anchors)} : std::nullopt;
}

std::optional<std::vector<SignedAnchor>> anchors_of(const Json& value) {
    if (value.is_object() && value.contains("cfo"))
        return anchors_of_record(value);
    if (value.is_object() && value.contains("schema")) // a record that no money was asked for
        return std::vector<SignedAnchor>{};
    Reader reader{value};
    auto anchor = place_of(value, reader.text("chain"));
    if (!reader.good() || !anchor)
        return std::nullopt;
    return std::vector<SignedAnchor>{std::move(*anchor)};
}

} // namespace

std::string anchor_line(const SignedAnchor& anchor) {
    return records::dump(
        Json{{"at", format_rfc3339(anchor.at)},
             {"chain", anchor.chain},
             {"format", line_format},
             {"hash", hex(anchor.hash)},
             {"key", anchor.key_print},
             {"ledger_id", anchor.ledger_id},
             {"seq", anchor.seq},
             {"signature",
              anchor.signature ? hex(anchor.signature->data(), anchor.signature->size())
                               : std::string{}}});
}

Result<std::vector<SignedAnchor>> read_anchor_line(std::string_view line,
                                                   const std::string& where) {
    SMOS_TRY(const Json value, records::parse_json(line, where));
    auto anchors = anchors_of(value);
    if (!anchors)
        return Error{"bad_anchor",
                     "neither an anchor nor a record with a cfo entry",
                     where,
                     "anchors are what smos-cfo anchor prints"};
    return *std::move(anchors);
}

} // namespace smos::store
