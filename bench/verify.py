# SPDX-License-Identifier: Apache-2.0
"""smos-cfo verify over 1,000,000 entries of 200,000 paid productions in three levels of wallets: chain,
balances, reservations, calls and anchors. Also the exports of the same journal, with their memory."""
import hashlib
import os
import pathlib
import resource
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import uuid

from measure import machine, median

RUNS = 5
PRODUCTIONS = 200_000
START_US = 1_772_000_000_000_000


def field(data):
    return struct.pack(">Q", len(data)) + data


def number(value):
    return struct.pack(">Qq", 8, value)


class Chain:
    """Writes entries as the ledger does, in one transaction."""

    def __init__(self, file):
        self.file = file
        self.ledger_id, = file.execute("SELECT value FROM meta WHERE key = 'ledger_id'").fetchone()
        self.chain_id, self.seq, self.head = file.execute(
            "SELECT chain_id, head_seq, head_hash FROM chain WHERE name = 'default'").fetchone()
        self.start = field(b"smos-ledger-v1") + field(self.ledger_id.encode())
        self.rows = []

    def add(self, at, kind, wallet, res_id, debit, credit, amount, idem, actor, meta=b""):
        self.seq += 1
        meta_hash = hashlib.sha256(meta).digest()
        digest = hashlib.sha256(b"".join((
            self.start, field(self.head), number(self.seq), number(at), field(kind), field(wallet[1]),
            field(res_id), field(debit), field(credit), number(amount), field(idem), field(actor),
            field(meta_hash)))).digest()
        texts = (kind, wallet[0], res_id, debit, credit, amount, idem, actor, meta)
        self.rows.append((self.chain_id, self.seq, at,
                          *(text.decode() if isinstance(text, bytes) else text for text in texts),
                          meta_hash, self.head, digest))
        self.head = digest

    def write(self):
        self.file.executemany(
            "INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit, amount, idem,"
            " actor, meta, meta_hash, prev_hash, hash) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", self.rows)
        self.file.execute("UPDATE chain SET head_seq = ?, head_hash = ? WHERE chain_id = ?",
                          (self.seq, self.head, self.chain_id))
        self.rows.clear()


def produce(chain, file, place, wallet):
    """One production: reserved, one call drawn and paid below its ceiling, settled."""
    spend_id = str(uuid.UUID(bytes=hashlib.sha256(b"s%d" % place).digest()[:16], version=5))
    task = str(uuid.UUID(bytes=hashlib.sha256(b"t%d" % place).digest()[:16], version=5))
    at = START_US + place * 3_000_000
    # By time and hash, as the ledger names them.
    name = (at // 1000).to_bytes(6, "big") + hashlib.sha256(b"r%d" % place).digest()[6:16]
    res_id = str(uuid.UUID(int=int.from_bytes(name, "big") & ~(0xF << 76) | 8 << 76))
    lines = '[{"capability":"cap.image.generate","provider":"acme","model":"painter-2","unit":"image",' \
            '"quantity":1,"micros":60000}]'
    meta = f"7:default{len(task)}:{task}sha256:{hashlib.sha256(lines.encode()).hexdigest()}".encode()
    res, name = res_id.encode(), wallet[1]
    purse, held, drawn = (b"assets:" + kind + b":" + name for kind in (b"wallet", b"reserved", b"drawn"))
    owner = b"host/1234/567890"
    first = chain.seq + 1
    chain.add(at, b"reserve", wallet, res, held, purse, 60000, b"reserve:" + res, b"smos-cfo", meta)
    chain.add(at + 1, b"draw", wallet, res, drawn, held, 60000, b"draw:" + spend_id.encode(), owner,
              b"cap.image.generate acme painter-2 image-0")
    chain.add(at + 2, b"spend", wallet, res, b"expenses:acme", drawn, 40000,
              b"spend:" + spend_id.encode(), owner, b"done")
    chain.add(at + 2, b"undraw", wallet, res, held, drawn, 20000, b"undraw:" + spend_id.encode(), owner,
              b"done")
    chain.add(at + 3, b"settle", wallet, res, purse, held, 20000, b"close:" + res, b"smos-cfo", b"published")
    file.execute("INSERT INTO reservation(res_id, wallet_id, tenant, task_id, round, amount, spent, state,"
                 " outcome, gates, lines, created_us, expires_us, resolved_us, opened_seq, closed_seq)"
                 " VALUES(?,?,'default',?,1,60000,40000,'settled','published','[]',?,?,?,?,?,?)",
                 (res_id, wallet[0], task, lines, at, at + 86_400_000_000, at + 3, first, chain.seq))
    file.execute("INSERT INTO spend(spend_id, res_id, number, spend_key, capability, provider, model,"
                 " requested_model, ceiling, actual, state, owner, opened_us, closed_us)"
                 " VALUES(?,?,1,'image-0','cap.image.generate','acme','painter-2','painter-2',60000,40000,"
                 "'done',?,?,?)", (spend_id, res_id, owner.decode(), at + 1, at + 2))


def fill(state, productions):
    file = sqlite3.connect(state, isolation_level=None)
    triggers = file.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    file.execute("BEGIN")
    for name, _ in triggers:
        file.execute(f"DROP TRIGGER {name}")
    wallets = [(key, name.encode()) for key, name in
               file.execute("SELECT wallet_id, name FROM wallet WHERE name LIKE '%/%/%'")]
    chain = Chain(file)
    for place in range(productions):
        produce(chain, file, place, wallets[place % len(wallets)])
        if place % 10_000 == 9_999:
            chain.write()
    chain.write()
    for key, _ in wallets:
        count, = file.execute("SELECT count(*) FROM reservation WHERE wallet_id = ?", (key,)).fetchone()
        file.execute("UPDATE wallet SET spent = ? WHERE wallet_id = ?", (40000 * count, key))
    for _, sql in triggers:
        file.execute(sql)
    file.execute("COMMIT")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.close()
    return chain.seq


def clocked(words, output=subprocess.DEVNULL):
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=output)
    return time.monotonic() - began


def make_ledger(cfo, state, productions):
    for number_ in range(8):
        subprocess.run([cfo, "fund", f"default/muse{number_ % 4}/campaign{number_}", "9000000000",
                        "--state", state], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    entries = fill(state, productions)
    subprocess.run([cfo, "anchor", "--state", state], check=True, stdout=subprocess.DEVNULL)
    return entries


def main():
    cfo = str(pathlib.Path(sys.argv[2], "smos-cfo"))
    productions = int(sys.argv[3]) if len(sys.argv) > 3 else PRODUCTIONS
    print(f"machine: {machine()}; medians of {RUNS}")
    with tempfile.TemporaryDirectory() as home:
        state = os.path.join(home, "state.db")
        entries = make_ledger(cfo, state, productions)
        print(subprocess.run([cfo, "verify", "--state", state], check=True, capture_output=True,
                             text=True).stdout.strip())
        times = [clocked([cfo, "verify", "--state", state]) for _ in range(RUNS)]
        print(f"verify       {median(times):6.2f} s   {entries / median(times):12,.0f} entries/s")
        for form in ("hledger", "ledger", "beancount", "csv", "jsonl"):
            spent = clocked([cfo, "export", "--format", form, "--state", state])
            print(f"export {form:9} {spent:5.2f} s   {entries / spent:12,.0f} entries/s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"most memory of any of them: {peak} MiB")


if __name__ == "__main__":
    main()
