#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts one fault after the other into a copy of the ledger: the short run has to catch each.

mutants.py SOURCE BUILD [NAME...]  (after: ninja ledger_model). Nothing in SOURCE or BUILD changes.
"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

LEDGER = "libsmos/store/ledger/"
SHORT = ["--as-it-is", "--seed", "1", "--seeds", "4", "--steps", "12000"]

# name: (file, what stands there, what stands there instead)
MUTANTS = {
    "cap off by one": (
        "ledger_reserve.cpp", "value <= limit,\n", "value <= limit + 1,\n"),
    "clock set back reopens windows": (
        "wallet.cpp", "std::max(wallet.last_sec, now.micros / 1'000'000)",
        "now.micros / 1'000'000"),
    "hour a second short": (
        "posting.cpp", "from = wallet.last_sec - hour_seconds",
        "from = wallet.last_sec - hour_seconds + 1"),
    "day never ends": ("wallet.cpp", "if (day > wallet.day)", "if (day > wallet.day + 1)"),
    "month budget without what is reserved": (
        "wallet.cpp", "wallet->month_total + open", "wallet->month_total"),
    "limit of the deepest wallet only": (
        "wallet.cpp", "if (!kept || other.left() < kept->left())", "if (!kept)"),
    "ending forgets the root": (
        "posting.cpp", "wallet->tree_pending += amount;",
        "if (amount > 0 || wallet != path.back() || path.size() < 3)"
        " wallet->tree_pending += amount;"),
    "pending not returned": (
        "reservation_book.cpp", "Posting::hold(path, purse, -rest);",
        "Posting::hold(path, purse, -rest + (rest > 0 ? 1 : 0));"),
    "breaker not tripped at its cap": (
        "posting.cpp", "if (wallet->hour_total >= cap)", "if (wallet->hour_total > cap)"),
    "breaker of the root only": (
        "posting.cpp", "(!wallet->hour_cap && !root)", "!root"),
    "provider month not counted": (
        "posting.cpp", "with_providers_[{wallet->wallet_id, provider}] += amount;", ""),
    "provider spending of this commit not seen": (
        "provider_limits.cpp", " + posting.posted_with(wallet, provider);", ";"),
    "provider total not given back": (
        "reservation_book.cpp",
        "hold_for_providers(database, path, still_held(database, reservation.reservation_id), {});",
        "{}"),
    "provider total begun without what is open": (
        "provider_limits.cpp", "sum == sums.end() ? 0 : sum->second", "sum == sums.end() ? 0 : 0"),
    "settle again is refused": (
        "spend.cpp", 'spend->answer == answer)', 'spend->answer == answer && actual_micros < 0)'),
    "ended call ended again": (
        "spend.cpp", 'if (!ours || spend->state != "open")', "if (!ours)"),
    "funding key forgotten": (
        "ledger.cpp", 'entry.idem = "fund:" + request.key;',
        'entry.idem = "fund:" + random_uuid();'),
    "funding leaves the debt": (
        "ledger.cpp", "wallet.owed -= repaid;", ""),
    "bill of another amount under a used key": (
        "ledger_book.cpp", "stored->amount == request.amount_micros)", "stored->amount > 0)"),
    "refund above what was spent": (
        "ledger_book.cpp", "if (amount > purse.spent)", "if (amount > purse.spent + 100)"),
    "bill outside the windows": (
        "ledger_book.cpp",
        "posting.post(path, purse, request.provider, request.amount_micros);",
        "purse.spent += request.amount_micros;"),
    "booked into a closed period": (
        "ledger_book.cpp", "if (const auto period = closed_period_at(posting.database(), at))",
        "if (const auto period = closed_period_at(posting.database(), at); period && at.micros < 0)"),
    "in doubt for nothing": (
        "reservation_book.cpp", "spend.actual = spend.ceiling;", "spend.actual = 0;"),
    "living call closed": (
        "reservation_book.cpp", "if (!ending.at_once &&", "if (ending.at_once && false &&"),
    "overrun not given to the reservation": (
        "reservation_book.cpp", "reservation.overrun_micros += from_purse + owed;",
        "reservation.overrun_micros += owed;"),
    "expired reservation draws": (
        "spend.cpp", "if (held.expires_at <= now)", "if (held.expires_at < Instant{0})"),
    "nothing expires": (
        "ledger_reserve.cpp", "due = first.step() &&", "due = first.step() && false &&"),
    "kill switch lets calls through": (
        "spend.cpp", 'if (wallet->state != "closed")', 'if (wallet->state != "shut")'),
    "lost lease reserves": (
        "ledger_reserve.cpp",
        "SMOS_CHECK(check_lease(database_, lease_, request.task_id));", ""),
    "published task reserves again": (
        "ledger_reserve.cpp", 'reservation.state == "pending" || reservation.outcome == "published"',
        'reservation.state == "pending"'),
    "clock may run ahead": (
        "ledger_clock.cpp", "return ahead > clock_tolerance_us ? ahead : 0;", "return ahead * 0;"),
    "ledger id kept from a lost commit": (
        "posting.cpp", "    return made_ledger_id_;", "    return known_ledger_id_ = made_ledger_id_;"),
    "reference pays another wallet of units": (
        "units.cpp", "known->wallet != move.wallet || ", ""),
}


def commands(build, target):
    asked = ["ninja", "-C", build, "-t", "commands", target]
    lines = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if line.startswith((":", "ccache", "/"))]


def unit_of(build, path):
    """The compile command of the file, or of the unity file that holds it."""
    for each in json.load(open(os.path.join(build, "compile_commands.json"), encoding="utf-8")):
        if each["file"] == path:
            return each
        if "/Unity/" in each["file"] and path in open(each["file"], encoding="utf-8").read():
            return each
    raise SystemExit(f"{path}: nothing compiles it")


def catches(source, build, folder, mutant):
    name, before, after = mutant
    path = os.path.join(source, LEDGER + name)
    text = open(path, encoding="utf-8").read()
    if text.count(before) != 1:
        return f"stale: {text.count(before)} times in {name}"
    changed = os.path.join(folder, name)
    open(changed, "w", encoding="utf-8").write(text.replace(before, after))
    unit = unit_of(build, path)
    cxx = changed
    if unit["file"] != path:
        cxx = os.path.join(folder, "unity.cxx")
        held = open(unit["file"], encoding="utf-8").read()
        open(cxx, "w", encoding="utf-8").write(held.replace(path, changed))
    made = os.path.join(folder, "mutant.o")
    words = [word for word in shlex.split(unit["command"]) if word not in ("-Werror", "ccache")]
    words[words.index("-o") + 1] = made
    words[words.index("-c") + 1] = cxx
    words[words.index("-O2")] = "-O1"
    subprocess.run(words + ["-w"], cwd=unit["directory"], check=True)
    program = os.path.join(folder, "ledger_model")
    link = re.sub(r"^: && | && :$", "", commands(build, "ledger_model")[-1])
    link = link.replace("-o tests/model/ledger_model", f"{shlex.quote(made)} -o {program}")
    link += " -Wl,--allow-multiple-definition"
    subprocess.run(shlex.split(link), cwd=build, check=True)
    ran = subprocess.run([program, *SHORT], capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return None
    said = ran.stderr.splitlines()
    return said[0][:150] if said else f"exit {ran.returncode}"


def main():
    source, build = (os.path.abspath(each) for each in sys.argv[1:3])
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[3:] or MUTANTS:
            found = catches(source, build, folder, MUTANTS[name])
            stale = found is not None and found.startswith("stale")
            survived += found is None or stale
            print(f"{'SURVIVED' if found is None else 'STALE' if stale else 'caught'}  {name}"
                  f"  [{found or ''}]", flush=True)
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
