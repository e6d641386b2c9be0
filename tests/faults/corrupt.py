#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Damaged files, one class at a time: corrupt.py PROGRAMS [long] [CLASS...]

Header, tree pages, free pages, the log's header, frames and pages, the log's index; a log that is
cut, lost, or from an hour ago. Each time either a check names the damage or nothing is different:
a balance that no check objects to is right. What only lost its end is found by an anchor elsewhere."""
import json
import os
import random
import shutil
import sqlite3
import struct
import sys

from yard import PAGE, Broken, Yard, arguments, difference, planned

# What a record says is nobody's checksum: a flipped letter of a prompt stays one.
MONEY = ("wallet", "entry", "reservation", "spend", "unit_wallet", "unit_move")
FRAME = 24 + PAGE
LOG_HEADER = 32


class Wreck:
    """A state with a filled log, as a power cut or a copy leaves it, and what it says when whole."""

    def __init__(self, yard):
        self.yard = yard
        self.anchors = os.path.join(yard.folder, "anchors.jsonl")
        yard.fund()
        for batch in range(12):
            self.book(f"a{batch}")
        self.loosen()
        # An open connection keeps the last of the others from copying the log back and removing it.
        keeper = sqlite3.connect(yard.state, isolation_level=None)
        keeper.execute("SELECT count(*) FROM entry").fetchall()
        self.book("b0")
        self.old_log = self.read("-wal")
        for batch in range(1, 6):
            self.book(f"b{batch}")
        self.files = {end: self.read(end) for end in ("", "-wal", "-shm")}
        keeper.close()
        self.put(self.files)
        self.good = self.balances()
        self.told = self.money()
        self.closed = {"": self.read("")}
        if not self.files["-wal"] or self.verdict() != 0:
            raise Broken("the state is damaged before anything was done to it")

    def loosen(self):
        """Free pages, which a file has after rows went."""
        file = sqlite3.connect(self.yard.state, isolation_level=None)
        file.execute("CREATE TABLE gone(x)")
        file.executemany("INSERT INTO gone VALUES(?)", [("z" * 3000,)] * 40)
        file.execute("DROP TABLE gone")
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.close()

    def book(self, task):
        yard = self.yard
        text = json.dumps(planned(task, 0, 0)) + "\n"
        line = json.loads(yard.cfo("reserve", "--anchor-file", self.anchors, text=text).stdout)
        yard.cfo("settle", "--anchor-file", self.anchors, text=json.dumps(dict(line, status="published")) + "\n")
        yard.cfo("cost", "default/ava", "0.01", "--provider", "acme", "--key", task, "--anchor-file", self.anchors)

    def read(self, end):
        with open(self.yard.state + end, "rb") as file:
            return file.read()

    def put(self, files):
        for end in ("", "-wal", "-shm"):
            path = self.yard.state + end
            if os.path.exists(path):
                os.remove(path)
            if files.get(end) is not None:
                with open(path, "wb") as file:
                    file.write(files[end])

    def money(self):
        return self.yard.told(MONEY)

    def balances(self):
        done = self.yard.cfo("balance", "--json", status=None)
        return done.stdout if done.returncode == 0 else None

    def verdict(self):
        done = self.yard.run("smos-state", "verify", status=None)
        if done.returncode not in (0, 65, 74, 75, 78) or (done.returncode and not done.stderr + done.stdout):
            raise Broken(f"verify ended with {done.returncode}: {done.stderr}")
        return done.returncode

    def outcome(self, files):
        """named: a check objects; harmless: all is as it was; shorter: an older state, whole in
        itself, which the anchors elsewhere tell."""
        self.put(files)
        verdict = self.verdict()
        if verdict != 0:
            return "named"
        if self.money() == self.told:
            if self.balances() != self.good:
                raise Broken("the rows are the same, the balance is not")
            return "harmless"
        done = self.yard.cfo("verify", "--anchors", self.anchors, "--json", status=None)
        kinds = {finding["kind"] for finding in json.loads(done.stdout)["findings"]}
        if done.returncode != 65 or not kinds & {"cut_tail", "rolled_back", "other_ledger"}:
            raise Broken(f"a different state that nothing objects to: {kinds}\n"
                         f"{difference(self.money(), self.told)}")
        return "shorter"


def flipped(files, end, place, bit):
    data = bytearray(files[end])
    data[place] ^= 1 << bit
    return dict(files, **{end: bytes(data)})


def free_pages(data):
    """The numbers of the pages on the free list, from the header's first trunk on."""
    found = []
    trunk = struct.unpack(">I", data[32:36])[0]
    while trunk:
        begin = (trunk - 1) * PAGE
        next_trunk, count = struct.unpack(">II", data[begin:begin + 8])
        found += [trunk, *struct.unpack(f">{count}I", data[begin + 8:begin + 8 + 4 * count])]
        trunk = next_trunk
    return found


def places(wreck):
    """class -> (file, bytes that belong to it)"""
    data, log = wreck.closed[""], wreck.files["-wal"]
    free = free_pages(data)
    if len(free) < 20:
        raise Broken(f"only {len(free)} free pages")
    pages = range(1, len(data) // PAGE + 1)
    inner = [page for page in pages if page not in free and data[(page - 1) * PAGE + 100 * (page == 1)] in (2, 5)]
    leaves = [page for page in pages if page not in free and data[(page - 1) * PAGE + 100 * (page == 1)] in (10, 13)]
    frames = range(LOG_HEADER, len(log) - FRAME + 1, FRAME)

    def bytes_of(numbers):
        return [(page - 1) * PAGE + at for page in numbers for at in range(PAGE)]
    return {
        "header": ("", range(100)),
        "trunk": ("", bytes_of(free[:1])[:8 + 4 * len(free)]),
        "free": ("", bytes_of(free[1:])),
        "inner": ("", bytes_of(inner)),
        "leaf": ("", bytes_of(leaves)),
        "log_header": ("-wal", range(LOG_HEADER)),
        "frame_header": ("-wal", [begin + at for begin in frames for at in range(24)]),
        "frame_page": ("-wal", [begin + 24 + at for begin in frames for at in range(PAGE)]),
        "index": ("-shm", range(len(wreck.files["-shm"]))),
    }


def whole_files(wreck):
    """What happens to files as a whole: name -> files."""
    files, log = wreck.files, wreck.files["-wal"]
    frames = (len(log) - LOG_HEADER) // FRAME
    changed = {
        "log deleted": {"": files[""]},
        "log deleted, index left": {"": files[""], "-shm": files["-shm"]},
        "log of before": dict(files, **{"-wal": wreck.old_log}),
        "log of before, no index": {"": files[""], "-wal": wreck.old_log},
        "log empty": dict(files, **{"-wal": b""}),
        "schema below none": flipped(wreck.closed, "", 60, 7),
        "file empty": dict(files, **{"": b""}),
        "file cut": dict(files, **{"": files[""][:len(files[""]) // 2 // PAGE * PAGE]}),
        "file without its log's page": dict(files, **{"": files[""][:-PAGE]}),
        "index zeroed": dict(files, **{"-shm": bytes(len(files["-shm"]))}),
        "index of noise": dict(files, **{"-shm": random.Random(1).randbytes(len(files["-shm"]))}),
    }
    for frame in sorted({0, 1, frames // 3, frames // 2, frames - 1}):
        changed[f"log cut to {frame} frames"] = dict(files, **{"-wal": log[:LOG_HEADER + frame * FRAME]})
        changed[f"log cut in frame {frame}"] = dict(files, **{"-wal": log[:LOG_HEADER + frame * FRAME + 1000]})
    return changed


def later_log(wreck):
    """The log was copied back and is gone; then an old one is put beside the file."""
    wreck.put(wreck.files)
    wreck.yard.cfo("fund", "default/ava", "1", "--key", "later", "--anchor-file", wreck.anchors)
    wreck.told, wreck.good = wreck.money(), wreck.balances()
    now = wreck.read("")
    return {"old log beside a newer file": {"": now, "-wal": wreck.files["-wal"]},
            "older log beside a newer file": {"": now, "-wal": wreck.old_log},
            "old file": {"": wreck.files[""]}}


def main():
    programs, long, names = arguments()
    count = 1000 if long else 16
    draw = random.Random(13)
    with Yard(programs) as yard:
        wreck = Wreck(yard)
        shutil.copytree(yard.home, yard.kept)
        total = {}
        for name, (end, whole) in places(wreck).items():
            if names and name not in names:
                continue
            counts = {}
            for place in draw.sample(list(whole), min(count, len(whole))):
                try:
                    files = wreck.files if end else wreck.closed
                    outcome = wreck.outcome(flipped(files, end, place, draw.randrange(8)))
                except Broken as broken:
                    raise Broken(f"{name}, byte {place}: {broken}") from None
                counts[outcome] = counts.get(outcome, 0) + 1
                total[outcome] = total.get(outcome, 0) + 1
            print(f"ok {name}: {counts}", flush=True)
        if not names:
            for scene in (whole_files, later_log):
                for name, files in scene(wreck).items():
                    try:
                        outcome = wreck.outcome(files)
                    except Broken as broken:
                        raise Broken(f"{name}: {broken}") from None
                    total[outcome] = total.get(outcome, 0) + 1
                    print(f"ok {name}: {outcome}", flush=True)
            if not total.get("named") or not total.get("shorter") or not total.get("harmless"):
                raise Broken(f"a kind of outcome never came: {total}")
        print(f"{sum(total.values())} damages: {total}, 0 wrong balances")


if __name__ == "__main__":
    sys.exit(main())
