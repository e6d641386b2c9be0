// SPDX-License-Identifier: Apache-2.0
// The entries of the ledger and the hash chain that binds them.
#include "libsmos/store/ledger/chain.hpp"

#include <bit>
#include <cstring>
#include <initializer_list>

namespace smos::store {
namespace {

constexpr std::string_view ledger_format = "smos-ledger-v1";

/// Appends fields behind each other in memory that is already there.
class FieldWriter {
  public:
    explicit FieldWriter(char* at) : at_(at) {}

    void field(std::string_view text) {
        number(text.size());
        at_ += text.copy(at_, text.size());
    }
    void integer(std::int64_t value) {
        number(sizeof value);
        number(static_cast<std::uint64_t>(value));
    }

  private:
    void number(std::uint64_t value) {
        if constexpr (std::endian::native == std::endian::little)
            value = __builtin_bswap64(value);
        std::memcpy(at_, &value, sizeof value);
        at_ += sizeof value;
    }

    char* at_;
};

std::size_t size_of_fields(std::initializer_list<std::string_view> fields) {
    std::size_t size = 0;
    for (const std::string_view field : fields)
        size += 8 + field.size();
    return size;
}

constexpr std::size_t integer_size = 16;

std::string task_meta(std::string_view tenant, std::string_view task) {
    std::string meta = std::to_string(tenant.size());
    (meta += ':') += tenant;
    (meta += std::to_string(task.size())) += ':';
    return meta += task;
}

} // namespace

std::string chain_of(std::string_view wallet) {
    return std::string{wallet.substr(0, wallet.find('/'))};
}

std::string opening_meta(std::string_view tenant, std::string_view task, const Digest& lines) {
    return task_meta(tenant, task) + "sha256:" + hex(lines);
}

std::string
first_opening_meta(std::string_view tenant, std::string_view task, std::string_view lines) {
    return task_meta(tenant, task) += lines;
}

Digest genesis(std::string_view ledger_id, std::string_view chain) {
    std::string bytes(size_of_fields({ledger_format, ledger_id, chain}), '\0');
    FieldWriter writer{bytes.data()};
    for (const std::string_view field : {ledger_format, ledger_id, chain})
        writer.field(field);
    return sha256(bytes);
}

EntryHasher::EntryHasher(std::string_view ledger_id)
    : bytes_(size_of_fields({ledger_format, ledger_id}), '\0'),
      common_(bytes_.size()) {
    FieldWriter writer{bytes_.data()};
    writer.field(ledger_format);
    writer.field(ledger_id);
}

Digest EntryHasher::operator()(std::string_view previous, const EntryView& entry) {
    return sha256(bytes(previous, entry));
}

std::string_view EntryHasher::bytes(std::string_view previous, const EntryView& entry) {
    const std::size_t size = common_ + 3 * integer_size +
                             size_of_fields({previous,
                                             entry.kind,
                                             entry.wallet,
                                             entry.res_id,
                                             entry.debit,
                                             entry.credit,
                                             entry.idem,
                                             entry.actor,
                                             entry.meta_hash});
    if (bytes_.size() < size)
        bytes_.resize(2 * size);
    FieldWriter writer{bytes_.data() + common_};
    writer.field(previous);
    writer.integer(entry.seq);
    writer.integer(entry.at_us);
    writer.field(entry.kind);
    writer.field(entry.wallet);
    writer.field(entry.res_id);
    writer.field(entry.debit);
    writer.field(entry.credit);
    writer.integer(entry.amount);
    writer.field(entry.idem);
    writer.field(entry.actor);
    writer.field(entry.meta_hash);
    return {bytes_.data(), size};
}

Digest hash_of(std::string_view ledger_id,
               std::string_view previous,
               const Entry& entry,
               const Digest& meta_hash) {
    EntryView view;
    view.seq = entry.seq;
    view.at_us = entry.at.micros;
    view.kind = entry.kind;
    view.wallet = entry.wallet;
    view.res_id = entry.res_id;
    view.debit = entry.debit;
    view.credit = entry.credit;
    view.amount = entry.amount;
    view.idem = entry.idem;
    view.actor = entry.actor;
    view.meta_hash = bytes_of(meta_hash);
    return EntryHasher{ledger_id}(previous, view);
}

std::string ledger_id_of(Database& database) {
    Statement row = database.prepare("SELECT value FROM meta WHERE key = 'ledger_id'");
    return row.step() ? row.text(0) : std::string{};
}

} // namespace smos::store
