#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clocks that are set back, forward, or run ten times as fast (libfaketime): clock.py PROGRAMS [long]

No window opens early, a day is the UTC day that was stored, and no lease is taken from its worker."""
import ctypes.util
import glob
import json
import subprocess
import sys
import time

from yard import Broken, Yard, arguments, planned, skipped


def library():
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found and not ctypes.util.find_library("faketime"):
        print("no libfaketime here: apt-get install faketime")
        sys.exit(skipped)
    return found[0] if found else ctypes.util.find_library("faketime")


LIBRARY = library()


def at(when, **more):
    """The wall clock alone is wrong: what counts since the start of the machine is not settable."""
    return dict({"LD_PRELOAD": LIBRARY, "FAKETIME": when, "DONT_FAKE_MONOTONIC": "1",
                 "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}, **more)


def reserve(yard, task, micros, when=None, **more):
    line = planned(task, micros=micros)
    line["plan"]["estimate"]["lines"][0]["quantity"] = micros // 40000
    done = yard.cfo("reserve", text=json.dumps(line) + "\n", status=None,
                    environment=at(when, **more) if when else None)
    if done.returncode != 0:
        return False, done.stderr
    answer = json.loads(done.stdout)
    return answer["status"] == "reserved", answer


def accept(yard, when, **more):
    """Where the ledger refuses a clock that ran ahead, a person says that it is right."""
    if "clock-rebase" in yard.cfo("--help").stdout:
        yard.cfo("clock-rebase", "--reason", "test", environment=at(when, **more))


def windows(yard):
    """Five dollars an hour: once they are gone, only an hour that really passed gives more."""
    yard.fund("1000")
    yard.cfo("limits", "default", "--day", "1000")
    done, line = reserve(yard, "full", 5_000_000)
    if not done:
        raise Broken(f"the window is not empty: {line}")
    for number, when in enumerate(("-2h", "-40d", "+0 x10", "-1s", "-2h x10")):
        if reserve(yard, f"back{number}", 40000, when)[0]:
            raise Broken(f"the hour opened again with a clock at {when}")
    yard.filter("settle", dict(line, status="published"))
    yard.cfo("cost", "default/ava", "5", "--provider", "acme", "--key", "bill")
    if yard.sql("SELECT state FROM wallet WHERE name = 'default'")[0][0] == "tripped":
        yard.cfo("reset", "default")
    for number, when in enumerate(("-2h", "-40d", "+0 x10", "-59m", "+30m")):
        if reserve(yard, f"spent{number}", 40000, when)[0]:
            raise Broken(f"posted money left the hour early with a clock at {when}")
    forward, _ = reserve(yard, "forward", 5_000_000, "+40d")
    if reserve(yard, "after", 40000)[0]:
        raise Broken("a clock that was ahead and came back opened the hour once more")
    yard.cfo("verify")
    print(f"ok hour: a clock 40 days ahead is {'believed once' if forward else 'refused'}", flush=True)


def days(yard):
    """The day is that of UTC, stored, whatever the zone of the process."""
    yard.fund("1000")
    yard.cfo("limits", "default", "--day", "0.12")
    yard.cfo("limits", "default", "--hour", "1000")
    eve = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 86400))
    after = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86400))
    before = f"@{eve} 23:59:50"
    accept(yard, before, TZ="UTC")
    done, line = reserve(yard, "eve", 120_000, before, TZ="UTC")
    if not done:
        raise Broken(f"the day is not empty: {line}")
    yard.filter("settle", dict(line, status="published"), environment=at(before, TZ="UTC"))
    yard.cfo("cost", "default/ava", "0.12", "--provider", "acme", "--key", "d1", environment=at(before, TZ="UTC"))
    if yard.sql("SELECT state FROM wallet WHERE name = 'default'")[0][0] == "tripped":
        yard.cfo("reset", "default", environment=at(before, TZ="UTC"))
    stored = yard.sql("SELECT day, day_total FROM wallet WHERE name = 'default'")[0]
    if stored != (int(time.time()) // 86400 + 1, 120_000):
        raise Broken(f"the day that is stored: {stored}")
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
        if reserve(yard, "same" + zone[-4:], 40000, "+0", TZ=zone)[0]:
            raise Broken(f"a day before the stored one opened in {zone}")
    morning = f"@{after} 00:00:05"
    accept(yard, morning, TZ="UTC")
    done, line = reserve(yard, "morning", 120_000, morning, TZ="UTC")
    if not done:
        raise Broken(f"the next day did not open: {line}")
    if reserve(yard, "again", 40000, before, TZ="UTC")[0]:
        raise Broken("a clock set back over midnight opened the day again")
    yard.cfo("verify")
    print("ok days of UTC", flush=True)


HANGING = """#!/bin/sh
echo "$SMOS_LEASE_PRODUCTION $SMOS_LEASE_TOKEN" >> "$STAGE_LOG"
echo begun >&2
exec sleep 600
"""


def leases(yard):
    """A worker whose wall is days ahead, back, or fast takes nothing that another holds."""
    yard.stage(HANGING)
    yard.put("a")
    owner = yard.start("smos-run", "work", "--stages", "plan", "--lease", "60", stderr=subprocess.PIPE)
    try:
        for line in owner.stderr:
            if "begun" in line:
                break
        before = yard.sql("SELECT state, lease_token, crashes, worker FROM production")
        if before[0][0] != "leased":
            raise Broken(f"nobody holds it: {before}")
        for when in ("+40d", "-2h", "-40d", "+0 x10", "+2m"):
            yard.queue("work", "--drain", "--stages", "plan", environment=at(when))
            now = yard.sql("SELECT state, lease_token, crashes, worker FROM production")
            if now != before:
                raise Broken(f"a clock at {when} took the lease: {before} {now}")
        if len(yard.calls()) != 1:
            raise Broken(f"the stage ran {len(yard.calls())} times")
    finally:
        owner.kill()
        owner.wait()
    yard.lapse()
    yard.stage("#!/bin/sh\nexec sed 's/\"payload\"/\"status\":\"planned\",\"payload\"/'\n")
    yard.queue("work", "--drain", "--stages", "plan")
    shown = yard.show("a")
    if (shown["state"], shown["crashes"]) != ("done", 1):
        raise Broken(f"after the owner died: {shown}")
    print("ok leases: none taken by 5 wrong clocks", flush=True)


def main():
    programs, _, names = arguments()
    for scene in (windows, days, leases):
        if not names or scene.__name__ in names:
            with Yard(programs) as yard:
                scene(yard)


if __name__ == "__main__":
    sys.exit(main())
