# SPDX-License-Identifier: Apache-2.0
"""Refusals that explain themselves later, and a clock that jumped: both on the real smos-cfo."""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

from money import Money, failed_gate, planned

SCOUT = {"tool": "smos-scout", "version": "0.1.0", "at": "2026-01-01T00:00:00Z", "elapsed_ms": 0,
         "platform": "test", "source": "test", "native_id": "1", "title": "t", "observed_at": "2026-01-01T00:00:00Z"}
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def test_explain(money):
    assert "nothing was ever asked" in money.run("explain", "t", status=66).stderr
    refused = money.filter("reserve", planned("t"))[0]
    assert failed_gate(refused)["name"] == "wallet_exists"
    said = money.run("explain", "t").stdout
    assert "were refused at" in said and "smos-cfo fund default/ava USD" in said, said
    money.run("fund", "default/ava", "0.01")
    money.filter("reserve", planned("t"))
    said = money.run("explain", "t").stdout
    assert "the last of 2 times" in said and "refused balance: this takes $0.04, over $0.01" in said, said
    money.run("fund", "default/ava", "9")
    money.run("limits", "default/ava", "--hour", "0.03")
    money.filter("reserve", planned("t"))
    said = money.run("explain", "t").stdout
    assert "passed balance" in said and "over $0.03" in said and "--hour USD" in said, said
    money.run("limits", "default/ava", "--hour", "1")
    assert money.filter("reserve", planned("t"))[0]["status"] == "reserved"
    said = money.run("explain", "t").stdout
    assert "were refused at" in said and "Why it was allowed:" in said, said


def test_refusals_are_no_entries(money):
    money.run("fund", "default/ava", "0.01")
    before = money.run("export", "--format", "jsonl").stdout
    money.filter("reserve", planned("a"), planned("b", model="painter-9"), planned("\u202e$(x)\n", 90000, 2))
    assert money.run("export", "--format", "jsonl").stdout == before
    assert "all good" in money.verify()
    assert "price_known" in money.run("explain", "b").stdout
    assert "\u202e" not in money.run("explain", "\u202e$(x)\n").stdout
    with sqlite3.connect(money.state) as file:
        assert file.execute("SELECT count(*) FROM refusal").fetchone() == (3,)
    money.filter("reserve", planned("dry"), options=("--dry-run",))
    money.run("explain", "dry", status=66)


def test_rules_of_the_house(money):
    money.write_config({"prices": [{"provider": "acme", "model": "painter-2", "unit": "image", "micros": 40000,
                                    "per_units": 1, "valid_from": "2020-01-01", "source": "test"}],
                        "cfo": {"gates": {"chain": ["budget"], "budget": {"threshold": "0.01"}}}})
    money.run("fund", "default/ava", "1")
    money.filter("reserve", planned("t"))
    said = money.run("explain", "t").stdout
    assert "budget_threshold_exceeded" in said and "the rule is cfo.gates.budget" in said, said


def test_what_stands_is_given_again(money):
    money.run("fund", "default/ava", "1")
    first = money.filter("reserve", planned("t"))[0]
    price = {"provider": "acme", "model": "painter-2", "unit": "image", "per_units": 1, "source": "test",
             "valid_from": "2020-01-01"}
    blocked = {"chain": ["kill_switch"], "kill_switch": {"blocked": True}}
    for config in ({"prices": [dict(price, micros=50000)]},
                   {"prices": [dict(price, micros=40000)], "cfo": {"gates": blocked}}):
        money.write_config(config)
        again = money.filter("reserve", planned("t"))[0]
        assert again["status"] == "reserved", again
        assert again["cfo"]["reservation_id"] == first["cfo"]["reservation_id"]
        assert money.filter("reserve", planned("other"))[0]["status"] == "refused"
    assert money.balance()["reserved_micros"] == 40000


def test_a_capability_a_day(money):
    gates = {"chain": ["tool_budget"], "tool_budget": {"cap.image.generate": "0.05"}}
    money.write_config({"prices": [{"provider": "acme", "model": "painter-2", "unit": "image", "micros": 40000,
                                    "per_units": 1, "valid_from": "2020-01-01", "source": "test"}],
                        "cfo": {"gates": gates}})
    money.run("fund", "default/ava", "1")
    made = money.filter("reserve", planned("a"), planned("b"), planned("a"))
    assert [one["status"] for one in made] == ["reserved", "refused", "reserved"], made
    assert failed_gate(made[1])["name"] == "tool_budget"
    assert made[0]["cfo"]["gates"] == made[2]["cfo"]["gates"]


def test_reservations_expire_within_a_year(money):
    money.run("fund", "default/ava", "1")
    for seconds in ("0", "-5", "31622401", "9223372036854", "9223372036854775807"):
        money.run("reserve", f"--expires={seconds}", text=json.dumps(planned("t")) + "\n", status=64)
    assert money.filter("reserve", planned("t"), options=("--expires=31622400",))[0]["status"] == "reserved"


def test_best_of(money):
    money.run("fund", "default/ava", "1")
    for vvs, candidates in ((60, 1), (85.5, 5), (None, 1)):
        task = f"v{vvs}"
        record = planned(task)
        if vvs is not None:
            record["scout"] = dict(SCOUT, vvs=vvs)
        made = money.filter("reserve", record, options=("--best-of",))[0]
        assert made["cfo"]["best_of"] == candidates and made["cfo"]["reserved_micros"] == candidates * 40000, made
        assert money.filter("reserve", record, options=("--best-of",))[0] == made
        settled = money.filter("settle", dict(made, status="failed"))[0]
        assert settled["cfo"]["settled_micros"] == 0
    record = dict(planned("much"), scout=dict(SCOUT, vvs=99))
    record["plan"]["estimate"]["total_micros"] = record["plan"]["estimate"]["lines"][0]["micros"] = 120000
    refused = money.filter("reserve", record, options=("--best-of",))[0]
    assert failed_gate(refused)["name"] == "balance" and refused["cfo"]["best_of"] == 10
    assert "worth 10 of $0.12" in money.run("explain", "much").stdout
    assert money.balance()["available_micros"] == 1_000_000 and "all good" in money.verify()


def move_mark(money, seconds):
    """As if the wall clock had run ahead by this much since the mark."""
    with sqlite3.connect(money.state) as file:
        boot, since, wall = file.execute("SELECT value FROM meta WHERE key = 'clock'").fetchone()[0].split()
        file.execute("UPDATE meta SET value = ? WHERE key = 'clock'",
                     (f"{boot} {since} {int(wall) - seconds * 10**6}",))


def test_clock_jump(money):
    money.run("fund", "default/ava", "1")
    first = money.filter("reserve", planned("a"))[0]
    assert "has not jumped" in money.run("clock-rebase", "--reason", "x", status=64).stderr
    move_mark(money, 7200)
    said = money.run("reserve", text="", status=0)
    assert said.stdout == ""
    done = subprocess.run([money.cfo, "reserve", "--state", money.state, "--config", money.config],
                          input=json.dumps(planned("b")) + "\n", capture_output=True, text=True)
    assert done.returncode == 75 and done.stdout == "", done
    assert "jumped 2 h 0 min ahead" in done.stderr and "clock-rebase --reason" in done.stderr, done.stderr
    assert money.filter("settle", dict(first, status="published"))[0]["status"] == "settled"
    assert "needs a reason" in money.run("clock-rebase", status=64).stderr
    money.run("clock-rebase", "--reason", "the host was an hour\nbehind")
    assert money.filter("reserve", planned("b"))[0]["status"] == "reserved"
    export = money.run("export", "--format", "jsonl").stdout
    assert '"kind":"clock"' in export and "the host was an hour" in export and f"uid {os.getuid()}" in export
    assert "all good" in money.verify()


def test_clock_set_back(money):
    money.run("fund", "default/ava", "1")
    move_mark(money, -7200)
    assert money.filter("reserve", planned("a"))[0]["status"] == "reserved"


def test_lying_clock(money):
    """The same with a library that lies to the program about the time."""
    if not os.path.exists(FAKETIME):
        print("without libfaketime:", end=" ")
        return
    money.run("fund", "default/ava", "1", "--key", "f")
    lie = dict(os.environ, LD_PRELOAD=FAKETIME, FAKETIME="+40d")
    line = json.dumps(planned("a")) + "\n"
    assert "jumped 40 d" in money.run("reserve", text=line, status=75, environment=lie).stderr
    back = dict(os.environ, LD_PRELOAD=FAKETIME, FAKETIME="-2h")
    assert '"reserved"' in money.run("reserve", text=line, environment=back).stdout
    assert "all good" in money.verify()


def test_another_boot(money):
    money.run("fund", "default/ava", "1")
    with sqlite3.connect(money.state) as file:
        file.execute("UPDATE meta SET value = 'another 5 1000000' WHERE key = 'clock'")
    assert money.filter("reserve", planned("a"))[0]["status"] == "reserved"


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                test(Money(sys.argv[1], folder))
            print("ok", name, flush=True)
