// SPDX-License-Identifier: Apache-2.0
// The entries of the ledger and the hash chain that binds them.
#include "libsmos/store/ledger/chain.hpp"

namespace smos::store {
namespace {

constexpr std::string_view ledger_format = "smos-ledger-v1";

void put_number(std::string& bytes, std::uint64_t number) {
    for (unsigned shift = 64; shift > 0; shift -= 8)
        bytes += static_cast<char>((number >> (shift - 8)) & 0xffU);
}

void put_field(std::string& bytes, std::string_view field) {
    put_number(bytes, field.size());
    bytes += field;
}

void put_integer(std::string& bytes, std::int64_t number) {
    put_number(bytes, 8);
    put_number(bytes, static_cast<std::uint64_t>(number));
}

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace

std::string chain_of(std::string_view wallet) {
    return std::string{wallet.substr(0, wallet.find('/'))};
}

Digest genesis(std::string_view ledger_id, std::string_view chain) {
    std::string bytes;
    put_field(bytes, ledger_format);
    put_field(bytes, ledger_id);
    put_field(bytes, chain);
    return sha256(bytes);
}

Digest hash_of(std::string_view ledger_id,
               std::string_view previous,
               const Entry& entry,
               const Digest& meta_hash) {
    std::string bytes;
    bytes.reserve(512);
    put_field(bytes, ledger_format);
    put_field(bytes, ledger_id);
    put_field(bytes, previous);
    put_integer(bytes, entry.seq);
    put_integer(bytes, entry.at.micros);
    put_field(bytes, entry.kind);
    put_field(bytes, entry.wallet);
    put_field(bytes, entry.res_id);
    put_field(bytes, entry.debit);
    put_field(bytes, entry.credit);
    put_integer(bytes, entry.amount);
    put_field(bytes, entry.idem);
    put_field(bytes, entry.actor);
    put_field(bytes, bytes_of(meta_hash));
    return sha256(bytes);
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
