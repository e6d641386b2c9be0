#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The store of packets: damage is found, the oldest go first, processes share it and may be killed."""
import os
import random
import signal
import subprocess

from driving import DRIVER, bytes_of, film, run, start

SHOTS = "150:1,75:2,200:3"


def entries(store):
    return sorted(path for path in store.iterdir() if path.suffix == ".gop")


def damage(data, kind, draw):
    at = draw.randrange(len(data))
    if kind == "bit":
        return data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1:]
    if kind == "cut":
        return data[:at]
    if kind == "longer":
        return data + b"\0"
    return b"" if kind == "empty" else bytes(len(data))


def test_damaged_entries_are_encoded_again(scratch):
    store = scratch / "store"
    groups = film(scratch / "a.mp4", shots=SHOTS, store=store, sound_ms=2000)["encoded"]
    draw = random.Random(7)
    for kind in ("bit", "bit", "bit", "cut", "longer", "empty", "zero"):
        good = {path: bytes_of(path) for path in entries(store)}
        victim = draw.choice(sorted(good))
        victim.write_bytes(damage(good[victim], kind, draw))
        again = film(scratch / "b.mp4", shots=SHOTS, store=store, sound_ms=2000)
        assert again["encoded"] + again["sounds_made"] == 1, (kind, again)
        assert again["reused"] == groups - again["encoded"]
        assert bytes_of(scratch / "a.mp4") == bytes_of(scratch / "b.mp4"), kind
        assert {path: bytes_of(path) for path in entries(store)} == good, kind


def test_swapped_and_foreign_entries(scratch):
    """An entry under another's name, a link and a directory are not packets."""
    store = scratch / "store"
    film(scratch / "a.mp4", shots=SHOTS, store=store)
    first, second, third, *_ = entries(store)
    first.write_bytes(bytes_of(second))
    second.unlink()
    second.symlink_to(third)
    third.unlink()
    third.mkdir()
    again = film(scratch / "b.mp4", shots=SHOTS, store=store)
    assert again["encoded"] == 3, again
    assert again["store_problem"], "a directory stands where an entry should"
    assert bytes_of(scratch / "a.mp4") == bytes_of(scratch / "b.mp4")


def test_the_oldest_go_first(scratch):
    store = scratch / "store"
    film(scratch / "a.mp4", shots="60:1,60:2,60:3", store=store, workers=1)
    by_age = entries(store)
    for age, path in enumerate(by_age):
        os.utime(path, (1_000_000 + age, 1_000_000 + age))
    total = sum(path.stat().st_size for path in by_age)
    film(scratch / "b.mp4", shots="60:4", store=store, limit=total)
    left = entries(store)
    assert by_age[0] not in left and by_age[2] in left, "the oldest goes for the new one"
    assert sum(path.stat().st_size for path in left) <= total
    # What is used is young again.
    for path in left:
        os.utime(path, (1_000_000, 1_000_000))
    film(scratch / "c.mp4", shots="60:4", store=store)
    film(scratch / "d.mp4", shots="60:5", store=store, limit=total * 2 // 3)
    assert film(scratch / "c.mp4", shots="60:4", store=store)["encoded"] == 0


def test_abandoned_files_go(scratch):
    store = scratch / "store"
    store.mkdir()
    (store / "left-behind.part").write_bytes(b"half of an entry")
    (store / "somebody-elses.txt").write_bytes(b"not ours")
    film(scratch / "a.mp4", shots="60:1", store=store)
    assert not list(store.glob("*.part"))
    assert (store / "somebody-elses.txt").exists()


def test_several_processes_and_kill(scratch):
    store = scratch / "store"
    draw = random.Random(11)
    for _ in range(6):
        running = [subprocess.Popen([DRIVER, "stress", store, str(draw.randrange(10**6)), "400"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for _ in range(3)]
        victim = running[0]
        for _ in range(draw.randrange(5, 120)):
            victim.stdout.readline()
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
        for process in running[1:]:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            assert int(output.split()[-1]) > 0, "nothing was ever found"
    ended = start("stress", store, "1", "200")
    assert ended.returncode == 0, ended.stderr
    assert sum(path.stat().st_size for path in entries(store)) <= 400_000
    assert not list(store.glob("*.part"))


run(dict(globals()))
