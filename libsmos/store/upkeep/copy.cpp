// SPDX-License-Identifier: Apache-2.0
// The whole state from one place to another, engine to engine, with proof that it arrived.
#include "libsmos/store/upkeep/copy.hpp"

#include "libsmos/core/hash.hpp"
#include "libsmos/store/ledger/chain.hpp"
#include "libsmos/store/ledger/verify.hpp"
#include "libsmos/store/upkeep/table_rows.hpp"

#include <fmt/format.h>

#include <list>

namespace smos::store {
namespace {

constexpr std::string_view copy_lock = "copy";

/// Statements live as long as the program: databases keep what was prepared by its text.
const std::list<TableRows>& all_tables() {
    static const std::list<TableRows> tables = [] {
        std::list<TableRows> made;
        for (Table& table : state_tables())
            made.emplace_back(std::move(table));
        // Last, because no entry arrives in a closed period, and because productions write audit
        // rows by themselves as they arrive.
        for (const char* late : {"period", "audit"}) {
            for (auto one = made.begin(); one != made.end(); ++one) {
                if (one->name() == late) {
                    made.splice(made.end(), made, one);
                    break;
                }
            }
        }
        return made;
    }();
    return tables;
}

/// All pages of a table, one after the other.
template <typename Take>
void each_page(Database& database, const TableRows& table, Take&& take) {
    std::optional<Row> last;
    for (;;) {
        std::vector<Row> rows = table.page(database, last ? &*last : nullptr);
        if (rows.empty())
            return;
        take(rows);
        last = std::move(rows.back());
    }
}

/// What a table holds, whichever engine tells it.
class Content {
  public:
    explicit Content(const TableRows& table) : table_(table) {}

    void add(const std::vector<Row>& rows) {
        for (const Row& row : rows) {
            for (const Field& field : row) {
                if (field.integer)
                    hash_.update_field(std::to_string(*field.integer));
                else if (field.bytes)
                    hash_.update_field("=" + *field.bytes);
                else
                    hash_.update_field({});
            }
        }
        rows_ += static_cast<std::int64_t>(rows.size());
    }
    CopiedTable finish() { return {table_.name(), rows_, hex(hash_.finish())}; }

  private:
    const TableRows& table_;
    Sha256 hash_;
    std::int64_t rows_ = 0;
};

CopiedTable content_of(Database& database, const TableRows& table) {
    Content content{table};
    each_page(database, table, [&](const std::vector<Row>& rows) { content.add(rows); });
    return content.finish();
}

/// An entry is taken only behind the one before it: a chain begins at its genesis.
void begin_chain(const TableRows& table, const std::string& ledger_id, Row& row) {
    const Digest first = genesis(ledger_id, *row[table.place_of("name")].bytes);
    row[table.place_of("head_seq")].integer = 0;
    row[table.place_of("head_hash")].bytes = std::string{bytes_of(first)};
}

class Copy {
  public:
    Copy(Database& source, Database& target, const CopyProgress& progress)
        : source_(source),
          target_(target),
          progress_(progress) {}

    Result<CopyReport> run() {
        SMOS_CHECK(begin());
        source_.snapshot([&] {
            ledger_id_ = ledger_id_of(source_);
            for (const TableRows& table : all_tables())
                copy_table(table);
            link_rows();
            end_chains();
            report_.chains = chain_heads_of(source_);
        });
        SMOS_CHECK(prove());
        target_.transaction(copy_lock, [&] { target_.mark_complete(); });
        return std::move(report_);
    }

  private:
    Result<void> begin() {
        return target_.transaction(copy_lock, [&]() -> Result<void> {
            for (const TableRows& table : all_tables()) {
                if (!table.is_empty(target_))
                    return Error{"not_empty",
                                 fmt::format("holds rows already (table {})", table.name()),
                                 target_.path(),
                                 "copies go into an empty place: name a new file or database"};
            }
            target_.mark_unfinished();
            return {};
        });
    }

    void copy_table(const TableRows& table) {
        Content content{table};
        each_page(source_, table, [&](std::vector<Row>& rows) {
            content.add(rows);
            target_.transaction(copy_lock, [&] { insert(table, rows); });
        });
        const std::string& counter = table.table().counter;
        if (!counter.empty()) {
            const std::int64_t last = source_.last_number(table.name(), counter);
            if (last > 0)
                target_.transaction(copy_lock,
                                    [&] { target_.go_on_from(table.name(), counter, last); });
        }
        report_.tables.push_back(content.finish());
        if (progress_)
            progress_(report_.tables.back());
    }

    void insert(const TableRows& table, const std::vector<Row>& rows) {
        for (const Row& row : rows) {
            if (table.name() == "chain") {
                Row begun = row;
                begin_chain(table, ledger_id_, begun);
                table.insert(target_, begun);
            } else {
                table.insert(target_, row);
            }
        }
        // The trigger's own history of rows that have one already, which comes next.
        if (table.name() == "production")
            target_.prepare("DELETE FROM audit").run();
    }

    void link_rows() {
        for (const TableRows& table : all_tables()) {
            if (!table.refers_to_itself())
                continue;
            each_page(source_, table, [&](const std::vector<Row>& rows) {
                target_.transaction(copy_lock, [&] {
                    for (const Row& row : rows)
                        table.link(target_, row);
                });
            });
        }
    }

    void end_chains() {
        target_.transaction(copy_lock, [&] {
            Statement heads =
                source_.prepare("SELECT chain_id, head_seq, head_hash FROM chain ORDER BY 1");
            while (heads.step()) {
                const std::string hash = heads.text(2);
                target_
                    .prepare("UPDATE chain SET head_seq = ?2, head_hash = ?3 WHERE chain_id = ?1")
                    .bind(1, heads.integer(0))
                    .bind(2, heads.integer(1))
                    .bind_blob(3, hash.data(), hash.size())
                    .run();
            }
        });
    }

    Result<void> prove() {
        std::size_t place = 0;
        for (const TableRows& table : all_tables()) {
            const CopiedTable& given = report_.tables[place++];
            const CopiedTable arrived = content_of(target_, table);
            if (arrived.rows != given.rows || arrived.content != given.content)
                return differs(fmt::format("table {}: {} rows of {} arrived as they were",
                                           given.name,
                                           arrived.rows,
                                           given.rows));
        }
        const std::vector<CopiedChain> heads = chain_heads_of(target_);
        for (std::size_t i = 0; i < heads.size(); ++i) {
            if (heads[i].head_hash != report_.chains[i].head_hash)
                return differs(fmt::format("chain {}: another head", heads[i].name));
        }
        const Audit audit = audit_ledger(target_);
        if (!audit.findings.empty())
            return differs(fmt::format("{}: {}: {} (look at the source too: smos-state verify)",
                                       audit.findings.front().where,
                                       audit.findings.front().kind,
                                       audit.findings.front().what));
        report_.entries = audit.entries;
        return {};
    }

    Error differs(std::string what) const {
        return {"copy_differs",
                std::move(what),
                target_.path(),
                "the target stays unfinished; go on with the source"};
    }

    Database& source_;
    Database& target_;
    const CopyProgress& progress_;
    std::string ledger_id_;
    CopyReport report_;
};

} // namespace

std::vector<CopiedChain> chain_heads_of(Database& database) {
    Statement rows = database.prepare("SELECT name, head_seq, head_hash FROM chain ORDER BY name");
    std::vector<CopiedChain> heads;
    while (rows.step())
        heads.push_back({rows.text(0), rows.integer(1), hex_of_bytes(rows.bytes(2))});
    return heads;
}

Result<CopyReport> copy_state(Database& source, Database& target, const CopyProgress& progress) {
    return Copy{source, target, progress}.run();
}

} // namespace smos::store
