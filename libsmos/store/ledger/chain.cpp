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

} // namespace

std::string chain_of(std::string_view wallet) {
    return std::string{wallet.substr(0, wallet.find('/'))};
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
    return sha256({bytes_.data(), size});
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

ChainWriter::ChainWriter(Database& database, std::string_view chain)
    : database_(database),
      ledger_id_(ledger_id_of(database)) {
    if (ledger_id_.empty()) {
        ledger_id_ = random_uuid();
        database_.prepare("INSERT INTO meta(key, value) VALUES('ledger_id', ?1)")
            .bind(1, ledger_id_)
            .run();
    }
    Statement head =
        database_.prepare("SELECT chain_id, head_seq, head_hash FROM chain WHERE name = ?1");
    if (!head.bind(1, chain).step()) {
        begin(chain);
        return;
    }
    chain_id_ = head.integer(0);
    head_seq_ = head.integer(1);
    head_hash_ = head.text(2);
}

void ChainWriter::begin(std::string_view chain) {
    const Digest first = genesis(ledger_id_, chain);
    head_hash_ = bytes_of(first);
    Statement made =
        database_.prepare("INSERT INTO chain(name, head_hash) VALUES(?1, ?2) RETURNING chain_id");
    made.bind(1, chain).bind_blob(2, first.data(), first.size());
    SMOS_EXPECT(made.step());
    chain_id_ = made.integer(0);
}

records::EntryRef ChainWriter::append(Entry entry, std::int64_t wallet_id) {
    SMOS_EXPECT(entry.amount >= 0 && entry.debit != entry.credit);
    entry.seq = head_seq_ + 1;
    const Digest meta_hash = sha256(entry.meta);
    const Digest hash = hash_of(ledger_id_, head_hash_, entry, meta_hash);
    database_
        .prepare("INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit,"
                 " amount, idem, actor, meta, meta_hash, prev_hash, hash)"
                 " VALUES(?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
                 " ?15)")
        .bind(1, chain_id_)
        .bind(2, entry.seq)
        .bind(3, entry.at.micros)
        .bind(4, entry.kind)
        .bind(5, wallet_id)
        .bind(6, entry.res_id)
        .bind(7, entry.debit)
        .bind(8, entry.credit)
        .bind(9, entry.amount)
        .bind(10, entry.idem)
        .bind(11, entry.actor)
        .bind(12, entry.meta)
        .bind_blob(13, meta_hash.data(), meta_hash.size())
        .bind_blob(14, head_hash_.data(), head_hash_.size())
        .bind_blob(15, hash.data(), hash.size())
        .run();
    head_seq_ = entry.seq;
    head_hash_ = bytes_of(hash);
    database_.prepare("UPDATE chain SET head_seq = ?2, head_hash = ?3 WHERE chain_id = ?1")
        .bind(1, chain_id_)
        .bind(2, head_seq_)
        .bind_blob(3, hash.data(), hash.size())
        .run();
    return {entry.seq, hex(hash)};
}

} // namespace smos::store
