#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commit gate of a state file: gate.py PROGRAMS [long]

The holder is killed again and again while 32 others want it, the semaphore is removed under them,
and its maker dies at each step of making it: nobody is wedged or starves, nothing is lost. Then
eight write and copy the log back in turn, and the file is whole."""
import hashlib
import os
import select
import subprocess
import sys

from yard import Broken, Yard, arguments, injected, need

wedged_s = 60  # nobody waits this long for one of 32 commits


def start(yard, *words):
    driver = os.path.join(yard.programs, "..", "tests", words[0])
    return subprocess.Popen([driver, *map(str, words[1:])], stdout=subprocess.PIPE)


def lines_of(workers, counts, torn):
    """Takes what the workers said by now; waits for the first of it."""
    ready, _, _ = select.select([worker.stdout for worker in workers], [], [], wedged_s)
    if not ready:
        raise Broken("nobody comes through the gate")
    for worker in workers:
        if worker.stdout in ready:
            data = os.read(worker.stdout.fileno(), 1 << 16)
            if not data:
                raise Broken(f"a writer ended: {worker.wait()}")
            text = torn.get(worker, b"") + data
            counts.setdefault(worker, []).extend(text.splitlines()[:text.count(b"\n")])
            torn[worker] = text[text.rfind(b"\n") + 1:]


def remove_semaphore(yard):
    """The key is made of the lock file's device and number, as gate.cpp makes it."""
    entry = os.stat(yard.state + ".lock")
    digest = hashlib.sha256(f"smos gate {entry.st_dev} {entry.st_ino}".encode()).digest()
    key = (int.from_bytes(digest[:4], "big") & 0x7FFFFFFF) | 1
    with open("/proc/sysvipc/sem", encoding="utf-8") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    for row in rows:
        if int(row[0]) & 0xFFFFFFFF == key:
            subprocess.run(["ipcrm", "-s", row[1]], check=True)
            return
    raise Broken("the gate has no semaphore")


def killed_holders(yard, kills):
    """After every death of a holder somebody else comes through, and each of 32 keeps coming."""
    yard.fund()
    writers = [start(yard, "store_driver", "book", yard.state, f"w{index}", 10_000_000) for index in range(32)]
    counts, torn = {}, {}
    removals = 0
    try:
        while len(counts) < len(writers):
            lines_of(writers, counts, torn)
        for kill in range(kills):
            before = {writer: len(counts[writer]) for writer in writers} if kill % 10 == 0 else before
            holder = start(yard, "faults_driver", "hold", yard.state)
            if holder.stdout.readline() != b"held\n":
                raise Broken(f"the gate was not passed on: {holder.wait()}")
            if kill % 25 == 24:
                remove_semaphore(yard)
                removals += 1
            holder.kill()
            holder.wait()
            holder.stdout.close()
            if kill % 10 == 9:
                while any(len(counts[writer]) == before[writer] for writer in writers):
                    lines_of(writers, counts, torn)
    finally:
        for writer in writers:
            writer.kill()
    for writer in writers:
        rest = torn.get(writer, b"") + writer.stdout.read()
        counts[writer] += rest.splitlines()[:rest.count(b"\n")]
        writer.wait()
    stored = {task: seq for task, seq in yard.sql("SELECT task_id, opened_seq FROM reservation")}
    said = [line.decode().split() for writer in writers for line in counts[writer]]
    lost = [task for task, seq in said if stored.get(task) != int(seq)]
    if lost:
        raise Broken(f"acknowledged and lost: {lost[:5]}")
    yard.check()
    shares = sorted(len(counts[writer]) for writer in writers)
    print(f"ok {kills} holders killed, {removals} semaphores removed, {len(said)} commits acknowledged, 0 lost; "
          f"of 32 the slowest made {shares[0]}, the fastest {shares[-1]}", flush=True)


def killed_makers(yard):
    """Whoever makes the semaphore and dies leaves one that the next to come can use."""
    yard.fund()
    kills = 0
    for call, numbers in (("semget", (1, 2)), ("semop,semtimedop", (1, 2)), ("semctl", (1, 2, 3)), ("flock", (1, 2))):
        for number in numbers:
            done = yard.cfo("credit", "default/ava", "1", "--key", f"{call}{number}", status=None,
                            before=injected(call, number, "signal=KILL"))
            kills += done.returncode == -9
            holder = start(yard, "faults_driver", "hold", yard.state)
            ready, _, _ = select.select([holder.stdout], [], [], wedged_s / 4)
            if not ready:
                raise Broken(f"wedged after a death at {call} {number}")
            holder.kill()
            holder.wait()
            holder.stdout.close()
    if kills < 6:
        raise Broken(f"only {kills} died")
    yard.check()
    print(f"ok {kills} makers killed", flush=True)


def checkpoints(yard, seconds):
    """Row 30: eight write, force checkpoints, close and open again; afterwards the file is whole."""
    yard.fund()
    writers = [start(yard, "store_driver", "hammer", yard.state, f"h{index}", seconds) for index in range(8)]
    lines = 0
    for writer in writers:
        lines += writer.communicate()[0].count(b"\n")
        if writer.returncode != 0:
            raise Broken(f"a writer ended with {writer.returncode}")
    if yard.sql("PRAGMA integrity_check") != [("ok",)]:
        raise Broken("the file is damaged")
    yard.check()
    print(f"ok 8 writers with checkpoints for {seconds} s, {lines} commits acknowledged, integrity ok", flush=True)


def main():
    need("strace", "ipcrm")
    programs, long, names = arguments()
    scenes = {"holders": lambda yard: killed_holders(yard, 1000 if long else 50), "makers": killed_makers,
              "checkpoints": lambda yard: checkpoints(yard, 600 if long else 3)}
    for name, scene in scenes.items():
        if not names or name in names:
            with Yard(programs) as yard:
                scene(yard)


if __name__ == "__main__":
    sys.exit(main())
