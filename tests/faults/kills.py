#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at the calls of every verb that changes the state: kills.py PROGRAMS [long] [VERB...]

After each kill the ledger verifies, what was acknowledged is there, nothing is there twice or by
half, and the same command again ends in the very state of an undisturbed run."""
import sys

from verbs import VERBS, WORK, acknowledged, worked
from yard import Broken, Yard, arguments, calls_of, difference, injected, need, sample

CALLS = ("openat,fcntl,pwrite64,fdatasync,fsync,ftruncate,unlink,mmap,munmap,close,rename,link,fchown,"
         "semop,semtimedop,semget,semctl,flock,sendto,write")
short_points = 9  # of each verb


def chosen(points, count):
    """Of the calls that concern the state: the making of the gate, and others spread evenly."""
    ours = [point for point in points if point[2]]
    making = [point for point in ours if point[0] in ("semget", "semctl", "semop")][:3]
    return making + sample([point for point in ours if point not in making], count - len(making))


class Sweep:
    def __init__(self):
        self.kills = self.ambiguous = self.untouched = 0

    def kill_at(self, yard, name, verb, text, point, before, after):
        call, number, _, line = point
        yard.put_back()
        done = yard.run(verb.tool, *verb.words, text=text, status=None,
                        before=injected(call, number, "signal=KILL"))
        where = f"{name} killed at {call} {number} ({line})"
        if done.returncode != -9:
            raise Broken(f"{where}: it ended with {done.returncode}")
        self.kills += 1
        yard.check(verb.named)
        told = verb.told(yard)
        acknowledged(name, done, told)
        if done.stdout and not verb.steps and told != after:
            raise Broken(f"{where}: it had answered\n{difference(told, after)}")
        if told != after and told != before and not verb.steps:
            raise Broken(f"{where}: neither before nor after\n{difference(told, after)}")
        applied = told == after
        self.ambiguous += applied and not done.stdout
        self.untouched += told == before
        again = yard.run(verb.tool, *verb.words, text=text, status=None)
        if again.returncode not in (verb.again if applied else (0,)):
            raise Broken(f"{where}: again: {again.returncode} {again.stderr}")
        told = verb.told(yard)
        if verb.named:
            yard.check()
        if told != after:
            raise Broken(f"{where}: again\n{difference(told, after)}")

    def verb(self, programs, name, verb, long):
        with Yard(programs) as yard:
            yard.fund()
            text = (verb.prepare and verb.prepare(yard)) or ""
            yard.keep()
            before = verb.told(yard)
            points = calls_of(yard, CALLS, verb.tool, *verb.words, text=text)
            after = verb.told(yard)
            if before == after:
                raise Broken(f"{name} changes nothing")
            if not long:
                points = chosen(points, short_points)
            for point in points:
                self.kill_at(yard, name, verb, text, point, before, after)


def work(programs, long, sweep):
    """A worker dies at each of its calls: the next one finishes, each output is stored once."""
    with Yard(programs) as yard:
        yard.put("a")
        yard.keep()
        points = calls_of(yard, CALLS, "smos-run", *WORK)
        after = worked(yard)
        if not long:
            points = chosen(points, 2 * short_points)
        for call, number, _, line in points:
            yard.put_back()
            died = yard.run("smos-run", *WORK, status=None, before=injected(call, number, "signal=KILL"))
            if died.returncode != -9:
                raise Broken(f"worker at {call} {number} ({line}): it ended with {died.returncode}")
            sweep.kills += 1
            yard.check()
            sweep.ambiguous += yard.show("a")["state"] == "done"
            yard.lapse()
            yard.queue(*WORK)
            worked(yard, after, f"worker killed at {call} {number} ({line})")


def main():
    need("strace")
    programs, long, names = arguments()
    sweep = Sweep()
    for name, verb in VERBS.items():
        if not names or name in names:
            kills = sweep.kills
            sweep.verb(programs, name, verb, long)
            print(f"ok {name}: {sweep.kills - kills} kills", flush=True)
    if not names or "work" in names:
        kills = sweep.kills
        work(programs, long, sweep)
        print(f"ok work: {sweep.kills - kills} kills", flush=True)
    print(f"{sweep.kills} kills, {sweep.untouched} with nothing done, {sweep.ambiguous} applied and not "
          f"acknowledged, 0 breaks")


if __name__ == "__main__":
    sys.exit(main())
