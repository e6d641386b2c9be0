#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-run over the real ledger: money of productions that die, wait for a person, or go on.

wallets.py SMOS_RUN SMOS_CFO [TEST...]"""
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from money import PAINTER, planned  # noqa: E402
from yard import main, until  # noqa: E402

WALLET = "default/ava"


def open_books(yard, usd="1"):
    """The real smos-cfo in place of the stage, and a funded wallet."""
    shutil.copy(sys.argv[2], os.path.join(yard.bin, "smos-cfo"))
    yard.configure({"prices": [PAINTER]})
    cfo(yard, "fund", WALLET, usd)


def cfo(yard, *words):
    end = subprocess.run([os.path.join(yard.bin, "smos-cfo"), *words, *yard.arguments()[1:]],
                         env=yard.environment, capture_output=True, text=True, timeout=60)
    assert end.returncode == 0, (words, end.returncode, end.stdout, end.stderr)
    return end.stdout


def balance(yard):
    got = json.loads(cfo(yard, "balance", WALLET, "--json"))
    return got["reserved_micros"], got["spent_micros"]


def put(yard, task, tell, *words):
    record = planned(task)
    record["payload"] = {"tell": tell}
    yard.run("enqueue", "--from", "reserve", *words, given=json.dumps(record) + "\n")


def check_books(yard):
    cfo(yard, "verify")


def dead(yard):
    open_books(yard)
    put(yard, "a", {"render": ["refuse", "work"]})
    yard.work()
    assert yard.show("a")["state"] == "dead"
    assert balance(yard) == (0, 0)
    yard.run("retry", "a")  # takes the money again
    assert balance(yard) == (40000, 0)
    yard.work()
    shown = yard.show("a")
    assert shown["state"] == "done" and shown["record"]["cfo"]["state"] == "settled", shown
    assert balance(yard) == (0, 0)
    check_books(yard)


def retry_without_money(yard):
    open_books(yard)
    put(yard, "a", {"render": ["refuse", "work"]})
    yard.work()
    cfo(yard, "limits", WALLET, "--hour", "0.01")
    before = yard.show("a")
    assert "hour_breaker" in yard.refused("retry", "a", status=65)
    assert yard.show("a") == before and balance(yard) == (0, 0)


def quarantined(yard):
    open_books(yard)
    put(yard, "a", {"render": ["die"]})
    yard.work()
    assert yard.show("a")["state"] == "quarantined"
    assert balance(yard) == (0, 0)
    check_books(yard)


def lost_workers(yard):
    """Its workers die, not its child: the reaper gives the money back."""
    open_books(yard)
    put(yard, "a", {"render": ["hang"]})
    for crashes in range(1, 4):
        worker = yard.start("work", "--lease", "1", "--backoff", "0")
        until(lambda: len(yard.calls("a")) == crashes, "render was not begun again")
        assert balance(yard) == (40000, 0)
        worker.kill()
        worker.wait()
    worker = yard.start("work", "--lease", "1")
    until(lambda: yard.show("a")["state"] == "quarantined", "it was not quarantined")
    assert balance(yard) == (0, 0)


def cancelled(yard):
    open_books(yard)
    put(yard, "a", {"render": ["hang"]})
    worker = yard.start("work", "--lease", "2")
    until(lambda: "render" in yard.calls(), "render did not begin")
    assert balance(yard) == (40000, 0)
    yard.run("cancel", "a")
    assert balance(yard) == (0, 0)
    worker.terminate()
    worker.wait(60)
    check_books(yard)


def reviewed(yard):
    """Entering review closes the reservation; approval asks for the money again."""
    open_books(yard)
    for task in ("yes", "no", "poor"):
        put(yard, task, {"critic": ["review"]})
    yard.work()
    assert balance(yard) == (0, 0)
    first = yard.show("yes")["record"]["cfo"]
    assert first["state"] == "settled"
    yard.run("review", "approve", "yes")
    assert balance(yard) == (40000, 0)
    again = yard.show("yes")["record"]["cfo"]
    assert again["state"] == "pending" and again["reservation_id"] != first["reservation_id"]
    assert again["reserved_micros"] == 40000 and all(gate["passed"] for gate in again["gates"])
    yard.run("review", "reject", "no")
    cfo(yard, "limits", WALLET, "--day", "0.05")
    before = yard.show("poor")
    said = yard.refused("review", "approve", "poor", status=65)
    assert "day_budget" in said and "the wallet refuses" in said, said
    assert yard.show("poor") == before and before["state"] == "review"
    yard.work()
    shown = yard.show("yes")
    assert shown["state"] == "done" and shown["record"]["cfo"]["state"] == "settled", shown
    assert shown["record"]["status"] == "settled" and balance(yard) == (0, 0)
    cfo(yard, "limits", WALLET, "--day", "5")
    yard.run("review", "approve", "poor")
    yard.work()
    assert yard.show("poor")["state"] == "done"
    check_books(yard)


def timed_out(yard):
    """A review that approves itself waits as long as the wallet has nothing for it."""
    def worker():
        return yard.start("work", "--backoff", "0", "--review-timeout", "1", "--review-verdict",
                          "approve")

    open_books(yard)
    put(yard, "a", {"render": ["wait"], "critic": ["review"]})
    first = worker()
    until(lambda: "render" in yard.calls(), "render did not begin")
    cfo(yard, "limits", WALLET, "--day", "0.03")  # it has its 0.04 already
    open(yard.log + ".go", "w").close()
    until(lambda: "day_budget" in yard.said(), "the wallet did not refuse")
    assert "the wallet refuses" in yard.said(), yard.said()
    assert yard.show("a")["state"] == "review"
    first.terminate()
    assert first.wait(60) == 143
    cfo(yard, "limits", WALLET, "--day", "5")
    second = worker()
    until(lambda: yard.show("a")["state"] == "done", "it was not approved in the end")
    assert yard.show("a")["record"]["cfo"]["state"] == "settled"
    second.terminate()
    assert second.wait(60) == 143
    check_books(yard)


if __name__ == "__main__":
    main([dead, retry_without_money, quarantined, lost_workers, cancelled, reviewed, timed_out])
