#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Processes that die between a reservation and its call, 100 of them or 10,000: leaks.py PROGRAMS [long]

When their time is over everything is given back: nothing stays held, nothing drifts."""
import os
import subprocess
import sys

from yard import Broken, Yard, arguments, planned

PRICE = 10


def main():
    programs, long, _ = arguments()
    deaths = 10_000 if long else 100
    driver = os.path.join(programs, "..", "tests", "faults_driver")
    with Yard(programs) as yard:
        yard.fund()
        yard.cfo("limits", "default/ava/spring", "--day", "100")
        before = yard.told()["wallet"]
        reserved = 0
        for death in range(deaths):
            done = subprocess.run([driver, "perish", yard.state, f"d{death}", str(1 + death % 3)],
                                  capture_output=True, text=True)
            if done.returncode != -9:
                raise Broken(f"it did not die: {done.returncode} {done.stderr}")
            reserved += done.stdout.count("reserved ")
        held = yard.balance()["reserved_micros"]
        if held != reserved * PRICE:
            raise Broken(f"{reserved} acknowledged reservations of {PRICE} hold {held}")
        yard.cfo("verify")
        # As if their time had passed.
        yard.sql("UPDATE reservation SET expires_us = created_us WHERE state = 'pending'")
        asked = 0
        while yard.sql("SELECT count(*) FROM reservation WHERE state = 'pending'")[0][0]:
            if asked > reserved:
                raise Broken("reservations whose time is over stay open")
            line = yard.filter("reserve", planned(f"next{asked}", 40000))[0]
            yard.filter("release", line)
            asked += 1
        after = yard.told()["wallet"]
        states = dict(yard.sql("SELECT state, count(*) FROM reservation WHERE task_id LIKE 'd%' GROUP BY state"))
        if after != before or states != {"expired": reserved}:
            raise Broken(f"after {reserved} expired: {states}\n{before}\n{after}")
        yard.check()
        print(f"{deaths} deaths, {reserved} reservations given back, 0 leaked, 0 drift")


if __name__ == "__main__":
    sys.exit(main())
