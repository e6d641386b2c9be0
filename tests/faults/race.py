#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""64 processes race for a cap over a tree of wallets, on a file and on a server: race.py PROGRAMS [long]

They pay in full and in part, release and forget. Replaying the entries, what is spent and held
never passes the cap at any entry, and at the end exactly the floor of it is used. Wallets that are
taken in opposite orders never lock each other out."""
import os
import subprocess
import sys

from yard import Broken, Yard, arguments, skipped

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402

processes = 64
CAP = 2005  # 200 of 10 fit
PRICE = 10


def start(yard, *words):
    driver = os.path.join(yard.programs, "..", "tests", "faults_driver")
    return subprocess.Popen([driver, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(workers):
    said = []
    for worker in workers:
        out, error = worker.communicate(timeout=300)
        if worker.returncode != 0:
            raise Broken(f"a racer ended with {worker.returncode}: {error}")
        said.append(out)
    return said


def replay(entries):
    """The most that was spent and held at once, from double entries alone."""
    used = highest = 0
    for kind, debit, credit, amount in entries:
        if kind == "limit":
            continue
        for account, sign in ((debit, 1), (credit, -1)):
            if account.startswith(("assets:reserved:", "assets:drawn:", "expenses:")):
                used += sign * int(amount)
        highest = max(highest, used)
    return used, highest


def race(yard, entries, rounds):
    for wallet in ("default/ava", "default/bob"):
        yard.fund("1000", wallet, wallet)
    for wallet in ("default/ava/spring", "default/ava/summer", "default/bob/spring"):
        yard.cfo("limits", wallet, "--day", "1000")
    said = finish([start(yard, "mix", yard.state, f"m{index}", rounds, CAP) for index in range(processes)])
    admitted = sum(int(line.split()[1]) for line in said)
    finish([start(yard, "fill", yard.state, f"f{index}", CAP) for index in range(processes)])
    used, highest = replay(entries())
    if highest > CAP:
        raise Broken(f"{highest} of {CAP} were spent and held at once")
    if not CAP - PRICE < used <= CAP:
        raise Broken(f"{used} of {CAP} are used, though {PRICE} more would fit or it is too much")
    balances = [yard.balance(wallet) for wallet in ("default/ava", "default/bob")]
    if any(balance["hour_used_micros"] != used for balance in balances):
        raise Broken(f"the entries say {used}, the balance {balances}")
    yard.cfo("verify")
    print(f"ok {processes} processes, {admitted} admitted while racing, at most {highest} of {CAP} at once, "
          f"{used} in the end", flush=True)


def opposite_orders(yard, server, rounds):
    """Rows are locked in one order whatever the caller's: no deadlock, and none lost."""
    for wallet in ("default/ava", "default/bob"):
        yard.fund("1", wallet, wallet)
    names = [f"p{'x' * index}" for index in range(8)]
    finish([start(yard, "pairs", yard.state, name, rounds) for name in names])
    deadlocks = server.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = 'pairs'")[0][0]
    booked = server.sql("SELECT count(*) FROM smos.entry WHERE kind = 'fund' AND amount = 10", "pairs")[0][0]
    if deadlocks != "0" or int(booked) != len(names) * rounds * 3:
        raise Broken(f"{deadlocks} deadlocks, {booked} booked")
    yard.cfo("verify")
    print(f"ok opposite orders: {booked} bookings, 0 deadlocks", flush=True)


def main():
    programs, long, _ = arguments()
    rounds = 200 if long else 8
    with Yard(programs, memory=not long) as yard:
        race(yard, lambda: yard.sql("SELECT kind, debit, credit, amount FROM entry ORDER BY seq"), rounds)
    try:
        with Server() as server, Yard(programs) as yard:
            yard.state = server.url("race")
            race(yard, lambda: server.sql("SELECT kind, debit, credit, amount FROM smos.entry ORDER BY seq", "race"),
                 rounds)
            yard.state = server.url("pairs")
            opposite_orders(yard, server, 200 if long else 20)
    except SystemExit as end:
        if end.code != skipped:
            raise
        print("the file alone: no PostgreSQL here")


if __name__ == "__main__":
    sys.exit(main())
