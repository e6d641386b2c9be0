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

    def append(self, chain, at, kind, wallet, res_id, debit, credit, amount, idem, meta=""):
        """One more entry at the head, hashed as described."""
        ledger_id = self.one("SELECT value FROM meta WHERE key = 'ledger_id'")
        (chain_id, seq, head), = self.run("SELECT chain_id, head_seq, head_hash FROM chain WHERE name = ?", chain)
        row = dict(seq=seq + 1, ts_us=at, kind=kind, wallet=wallet, res_id=res_id, debit=debit,
                   credit=credit, amount=amount, idem=idem, actor="test")
        meta_hash = hashlib.sha256(meta.encode()).digest()
        digest = entry_hash(ledger_id, head, row, meta_hash)
        self.run("INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit, amount,"
                 " idem, actor, meta, meta_hash, prev_hash, hash)"
                 " VALUES(?,?,?,?,(SELECT wallet_id FROM wallet WHERE name = ?),?,?,?,?,?,?,?,?,?,?)",
                 chain_id, seq + 1, at, kind, wallet, res_id, debit, credit, amount, idem, "test", meta,
                 meta_hash, head, digest)
        self.run("UPDATE chain SET head_seq = ?, head_hash = ? WHERE chain_id = ?", seq + 1, digest, chain_id)

    def pay(self, res_id, provider, micros, at, capability="cap.image.generate"):
        """A call paid from an open reservation, at a time of our choosing."""
        wallet = self.one("SELECT w.name FROM reservation r JOIN wallet w USING(wallet_id) WHERE res_id = ?", res_id)
        number = self.one("SELECT count(*) FROM spend WHERE res_id = ?", res_id) + 1
        spend_id = hashlib.sha256(f"{res_id} {number}".encode()).hexdigest()[:32]
        self.append(wallet.split("/")[0], at, "spend", wallet, res_id, "expenses:" + provider,
                    "assets:reserved:" + wallet, micros, "cover:" + spend_id, "done")
        self.run("INSERT INTO spend(spend_id, res_id, number, spend_key, capability, provider, model,"
                 " requested_model, ceiling, actual, state, owner, opened_us, closed_us)"
                 " VALUES(?,?,?,?,?,?,'m','m',?,?,'done','test',?,?)",
                 spend_id, res_id, number, f"k{number}", capability, provider, micros, micros, at, at)
        self.run("UPDATE reservation SET spent = spent + ? WHERE res_id = ?", micros, res_id)
        self.run("UPDATE wallet SET spent = spent + ?, pending = pending - ? WHERE name = ?", micros, micros, wallet)
        self.run("UPDATE wallet SET tree_pending = tree_pending - ? WHERE name = ? OR ? LIKE name || '/%'",
                 micros, wallet, wallet)
