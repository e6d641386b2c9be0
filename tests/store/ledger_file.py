# SPDX-License-Identifier: Apache-2.0
"""The ledger from an intruder's side: the state file opened past its triggers, and the hash of an
entry computed from its description alone."""
import hashlib
import sqlite3
import struct

COLUMNS = ("seq", "ts_us", "kind", "wallet", "res_id", "debit", "credit", "amount", "idem", "actor")


def field(value):
    if isinstance(value, int):
        return struct.pack(">Qq", 8, value)
    data = (value or "").encode() if isinstance(value, str) or value is None else value
    return struct.pack(">Q", len(data)) + data


def entry_hash(ledger_id, previous, row, meta_hash):
    parts = [b"smos-ledger-v1", ledger_id, previous, *(row[name] for name in COLUMNS), meta_hash]
    return hashlib.sha256(b"".join(field(part) for part in parts)).digest()


class Intruder:
    """The file with its triggers dropped."""

    def __init__(self, path):
        self.file = sqlite3.connect(path, isolation_level=None)
        self.file.row_factory = sqlite3.Row
        for (name,) in self.file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.file.execute(f"DROP TRIGGER {name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.file.close()

    def run(self, sql, *values):
        return self.file.execute(sql, values).fetchall()

    def one(self, sql, *values):
        return self.run(sql, *values)[0][0]

    def rehash(self, first, chain="default"):
        """Makes the chain agree with itself again from `first` on, head and all."""
        ledger_id = self.one("SELECT value FROM meta WHERE key = 'ledger_id'")
        chain_id = self.one("SELECT chain_id FROM chain WHERE name = ?", chain)
        previous = hashlib.sha256(
            b"".join(field(part) for part in ("smos-ledger-v1", ledger_id, chain))).digest()
        rows = self.run("SELECT e.*, w.name AS wallet FROM entry e JOIN wallet w USING(wallet_id)"
                        " WHERE e.chain_id = ? ORDER BY seq", chain_id)
        for row in rows:
            meta_hash = hashlib.sha256(row["meta"].encode()).digest()
            digest = entry_hash(ledger_id, previous, row, meta_hash)
            if row["seq"] < first:
                assert digest == row["hash"], "the hash is not what its description says"
            else:
                self.run("UPDATE entry SET prev_hash = ?, hash = ?, meta_hash = ?"
                         " WHERE chain_id = ? AND seq = ?", previous, digest, meta_hash, chain_id, row["seq"])
            previous = digest
        self.run("UPDATE chain SET head_seq = ?, head_hash = ? WHERE chain_id = ?",
                 rows[-1]["seq"], previous, chain_id)
