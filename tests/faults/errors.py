#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Errors of the system at the calls of every verb: errors.py PROGRAMS [long] [VERB...]

Whatever fails, the tool either did all of it and says so, or ends with a status and one line that
names what happened and what to do, with nothing half done; later the same command succeeds."""
import os
import sys

from power import operations
from verbs import VERBS, WORK, acknowledged, worked
from yard import Broken, Yard, arguments, calls_of, difference, injected, need

# EIDRM has a test of its own (gate.py), since the kernel says it of what is gone only.
FAULTS = {
    "openat": ("EIO", "ENOSPC", "EMFILE", "EACCES"),
    "pwrite64": ("EIO", "ENOSPC", "EINTR", "EDQUOT"),
    "pread64": ("EIO",),
    "fdatasync": ("EIO", "ENOSPC", "EINTR"),
    "fsync": ("EIO",),
    "ftruncate": ("EIO", "ENOSPC"),
    "unlink": ("EIO", "EROFS"),
    "mmap": ("ENOMEM",),
    "fcntl": ("EINTR", "ENOLCK", "EIO"),
    "flock": ("EINTR", "ENOLCK"),
    "semget": ("ENOSPC",),
    "semop": ("EINTR",),
    "semtimedop": ("EINTR",),
    "close": ("EIO",),
    "write": ("ENOSPC", "EIO", "EINTR"),
}


def well_said(where, done, tool):
    """One message of ours that names what happened and what to do."""
    said = [line for line in done.stderr.splitlines() if line.startswith(tool + ": error: ")]
    if done.returncode < 0 or done.returncode in (70, 126, 127):
        raise Broken(f"{where}: it ended with {done.returncode}\n{done.stderr}")
    if not said or "; " not in said[-1]:
        raise Broken(f"{where}: status {done.returncode} and no word of what to do: {done.stderr!r}")


class Sweep:
    def __init__(self):
        self.faults = self.harmless = self.applied = 0

    def inject(self, yard, name, verb, text, point, fault, before, after):
        call, number, _, line = point
        yard.put_back()
        where = f"{name} with {fault} at {call} {number} ({line})"
        done = yard.run(verb.tool, *verb.words, text=text, status=None,
                        before=injected(call, number, "error=" + fault))
        self.faults += 1
        yard.check(verb.named)
        told = verb.told(yard)
        acknowledged(name, done, told)
        if done.returncode == 0:
            self.harmless += 1
            if told != after:
                raise Broken(f"{where}: it said that all is well\n{difference(told, after)}")
        else:
            well_said(where, done, verb.tool)
            self.applied += told == after
            if told not in (before, after) and not verb.steps:
                raise Broken(f"{where}: half done\n{difference(told, after)}")
        again = yard.run(verb.tool, *verb.words, text=text, status=None)
        if again.returncode not in (verb.again if told == after else (0,)):
            raise Broken(f"{where}: again: {again.returncode} {again.stderr}")
        if verb.told(yard) != after:
            raise Broken(f"{where}: again\n{difference(verb.told(yard), after)}")

    def verb(self, programs, turn, name, verb, long):
        with Yard(programs) as yard:
            yard.fund()
            text = (verb.prepare and verb.prepare(yard)) or ""
            yard.keep()
            before = verb.told(yard)
            points = calls_of(yard, ",".join(FAULTS), verb.tool, *verb.words, text=text)
            after = verb.told(yard)
            for point, fault in pairs(points, turn, long):
                self.inject(yard, name, verb, text, point, fault, before, after)

    def work(self, programs, turn, long):
        with Yard(programs) as yard:
            yard.put("a")
            yard.keep()
            points = calls_of(yard, ",".join(FAULTS), "smos-run", *WORK)
            after = worked(yard)
            for point, fault in pairs(points, turn, long):
                call, number, _, line = point
                yard.put_back()
                where = f"worker with {fault} at {call} {number} ({line})"
                done = yard.run("smos-run", *WORK, status=None, before=injected(call, number, "error=" + fault))
                self.faults += 1
                if done.returncode:
                    well_said(where, done, "smos-run")
                yard.check()
                self.harmless += done.returncode == 0
                yard.lapse()
                yard.queue(*WORK)
                worked(yard, after, where)


def short_writes(programs, long):
    """A write of half of what was asked is no error: everything is done, and said to the end."""
    library = os.path.join(programs, "..", "tests", "faults_disk.so")
    count = 0
    for name in ("fund", "reserve", "settle", "enqueue"):
        verb = VERBS[name]
        with Yard(programs) as yard:
            yard.fund()
            text = (verb.prepare and verb.prepare(yard)) or ""
            yard.keep()
            log = os.path.join(yard.folder, "log")
            disk = {"LD_PRELOAD": library, "SMOS_DISK_ROOT": yard.home}
            whole = yard.run(verb.tool, *verb.words, text=text, environment=dict(disk, SMOS_DISK_LOG=log))
            after = yard.told()
            writes = sum(kind in ("write", "said") for kind, _, _, _ in operations(log))
            for number in range(1, writes + 1) if long else range(1, writes + 1, max(1, writes // 6)):
                yard.put_back()
                done = yard.run(verb.tool, *verb.words, text=text,
                                environment=dict(disk, SMOS_DISK_SHORT=str(number)))
                count += 1
                if yard.told() != after or done.stdout.count("\n") != whole.stdout.count("\n"):
                    raise Broken(f"{name}, write {number} short: {done.stdout}\n{difference(yard.told(), after)}")
                yard.check()
    if count < 12:
        raise Broken(f"only {count} writes were short")
    print(f"ok short writes: {count}", flush=True)


def pairs(points, turn, long):
    """(call, error): all of them, or of every other kind of call one, others for each verb."""
    ours = [point for point in points if point[2]]
    if long:
        return [(point, fault) for point in ours for fault in FAULTS[point[0]]]
    chosen = []
    for index, (call, faults) in enumerate(FAULTS.items()):
        same = [point for point in ours if point[0] == call]
        if same and (index + turn) % 2 == 0:
            chosen.append((same[(turn * 7 + 3) % len(same)], faults[turn // 2 % len(faults)]))
    return chosen


def main():
    need("strace")
    programs, long, names = arguments()
    sweep = Sweep()
    for turn, (name, verb) in enumerate(VERBS.items()):
        if not names or name in names:
            faults = sweep.faults
            sweep.verb(programs, turn, name, verb, long)
            print(f"ok {name}: {sweep.faults - faults} faults", flush=True)
    if not names or "work" in names:
        for turn in (0,) if long else range(4):
            sweep.work(programs, turn, long)
        print("ok work", flush=True)
    if not names or "halves" in names:
        short_writes(programs, long)
    print(f"{sweep.faults} faults, {sweep.harmless} harmless, {sweep.applied} applied although it failed, 0 breaks")


if __name__ == "__main__":
    sys.exit(main())
