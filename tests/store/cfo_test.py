# SPDX-License-Identifier: Apache-2.0
"""smos-cfo from outside: funding, reserving, settling, refusing, and dying in the middle."""
import json
import os
import subprocess
import sys
import tempfile

from money import Money, failed_gate, planned


def test_funding(money):
    missing = money.run("balance", "default/ava", status=66)
    assert "no such wallet" in missing.stderr
    assert failed_gate(money.filter("reserve", planned("t0"))[0])["name"] == "wallet_exists"
    for bad in ("0", "-1", "1e3", "NaN", "0.0000001", "99999999999999999999", "five"):
        money.run("fund", "default/ava", bad, status=64)
    for bad in ("", "a b", "../x", "a//b"):
        money.run("fund", bad, "1", status=64)
    money.run("fund", "default/ava", "3", "--key", "k1")
    money.run("fund", "default/ava", "3", "--key", "k1")
    money.run("fund", "default/ava", "4", "--key", "k1", status=64)
    money.run("fund", "default/ava", "9", "--once")
    money.run("fund", "default/ava", "97", "--key", "k2", "--dry-run")
    assert money.balance()["funded_micros"] == 3_000_000
    money.run("fund", "default/ava", "97", "--key", "k2")


def test_reserve_and_settle(money):
    record = planned("t1", 80000, 2)
    reserved = money.filter("reserve", record)[0]
    assert reserved["status"] == "reserved" and reserved["state_version"] == 3
    assert reserved["cfo"]["state"] == "pending" and reserved["cfo"]["reserved_micros"] == 80000
    assert money.filter("reserve", record)[0] == reserved, "the same record gives the same output"
    assert money.balance()["reserved_micros"] == 80000
    published = dict(reserved, status="published")
    settled = money.filter("settle", published)[0]
    assert settled["status"] == "settled" and settled["cfo"]["state"] == "settled"
    assert settled["cfo"]["settled_micros"] == 0 and settled["cfo"].get("spends", []) == []
    assert money.filter("settle", published)[0] == settled, "a second settle says the same"
    assert money.filter("settle", settled)[0] == settled
    assert money.filter("reserve", record)[0]["cfo"]["entry"] == reserved["cfo"]["entry"]
    forged = dict(published, task_id="someone-else")
    assert money.filter("settle", forged)[0]["errors"][0]["code"] == "other_task"
    for status, then in (("failed", "failed"), ("rejected", "rejected"), ("review", "review")):
        line = money.filter("reserve", planned("t-" + status))[0]
        after = money.filter("settle", dict(line, status=status))[0]
        assert after["status"] == then and after["cfo"]["state"] == "settled"
    assert money.balance()["reserved_micros"] == 0


def test_partial_stays_open(money):
    line = dict(money.filter("reserve", planned("t2"))[0], status="partial")
    receipt = {"effect_id": "e", "channel": "x", "account": "a", "status": "unknown",
               "content_sha256": "00", "attempt": 1}
    line["publish"] = {"tool": "smos-publish", "version": "0.1.0", "at": "2026-01-01T00:00:00Z",
                       "elapsed_ms": 0, "receipts": [receipt],
                       "disclosure": {"ai_generated": True, "digital_source_type": "x"}}
    text = json.dumps(line, separators=(",", ":")) + "\n"
    assert money.run("settle", text=text).stdout == text
    line["publish"]["receipts"][0]["status"] = "rejected"
    after = money.filter("settle", line)[0]
    assert after["status"] == "partial" and after["cfo"]["state"] == "settled"


def test_release(money):
    line = money.filter("reserve", planned("t3"))[0]
    released = money.filter("release", line)[0]
    assert released["status"] == "refused" and released["cfo"]["state"] == "released"
    again = money.filter("reserve", planned("t3"))[0]
    assert again["cfo"]["reservation_id"] != line["cfo"]["reservation_id"]
    money.filter("release", again)


def test_refusals(money):
    def gate(record, options=()):
        refused = money.filter("reserve", record, options=options)[0]
        assert refused["status"] == "refused" and refused["cfo"]["state"] == "refused", refused
        return failed_gate(refused)["name"]
    assert gate(planned("r1", provider="nobody")) == "price_known"
    assert gate(planned("r2", micros=39999)) == "estimate"
    assert gate(planned("r3", quantity=-1)) == "price_known"
    wrong = planned("r4")
    wrong["plan"]["estimate"]["total_micros"] += 1
    assert gate(wrong) == "estimate"
    assert gate(planned("r5", persona="nobody")) == "wallet_exists"
    assert gate(planned("r6", persona="../../x\n")) == "wallet_exists"
    assert gate(planned("r7", micros=5_000_001)) == "hour_breaker"
    assert gate(planned("r8", micros=2**53 + 1)) == "estimate"
    assert gate(planned("r9"), ("--hour-cap", "0.039999")) == "hour_breaker"
    edge = money.filter("reserve", planned("r10", micros=5_000_000))[0]
    assert edge["status"] == "reserved"
    assert gate(planned("r11")) == "hour_breaker"
    assert gate(planned("r10", micros=4_000_000)) == "task_unique"
    money.filter("release", edge)
    dry = money.filter("reserve", planned("r12"), options=("--dry-run",))[0]
    assert dry["status"] == "planned" and dry["cfo"]["dry_run"] and dry["cfo"]["state"] == "pending"
    assert money.balance()["reserved_micros"] == 0


def test_passes_untouched(money):
    line = '{"status" : "scouted", "x":1.10, "x":1e400, "y":123456789012345678901 }\n'
    for verb in ("reserve", "settle", "release"):
        assert money.run(verb, text=line).stdout == line


def test_tree(money):
    """Limits, the kill switch and bills, as an operator uses them."""
    for bad in (("limits", "default/ava", "--hour", "x"), ("limits", "default/ava", "--roi", "-1"),
                ("limits", "../x", "--day", "1"), ("cost", "default/ava", "1"), ("reset", "default"),
                ("refund", "default/ava", "1000000", "--provider", "acme"), ("credit", "default/ava", "0")):
        money.run(*bad, status=64)
    for nobody in (("limits", "nobody"), ("stop", "nobody"), ("credit", "nobody", "1")):
        assert "no such wallet" in money.run(*nobody, status=66).stderr
    money.run("limits", "default/ava/spring", "--day", "0.05")
    line = planned("tree1", micros=40000)
    reserved = money.filter("reserve", line, options=("--wallet", "default/ava/spring"))[0]
    assert reserved["status"] == "reserved" and reserved["cfo"]["wallet"] == "default/ava/spring"
    over = money.filter("reserve", planned("tree2"), options=("--wallet", "default/ava/spring"))[0]
    assert failed_gate(over)["name"] == "day_budget" and failed_gate(over)["limit_micros"] == 50000
    money.filter("release", reserved)
    money.run("stop", "default", "--reason", "drill")
    refused = failed_gate(money.filter("reserve", planned("tree3"))[0])
    assert refused["name"] == "kill_switch" and "smos-cfo start default" in refused["reason"], refused
    money.run("start", "default")
    money.run("limits", "default", "--roi", "150")
    assert failed_gate(money.filter("reserve", planned("tree4"))[0])["name"] == "roi"
    worth = planned("tree4")
    worth["plan"]["expected_value_micros"] = 60000
    back = money.filter("reserve", worth)[0]
    assert back["status"] == "reserved"
    money.filter("release", back)
    money.run("limits", "default", "--roi", "none")
    before = money.balance()
    for _ in range(2):
        money.run("cost", "default/ava", "0.25", "--provider", "acme", "--key", "invoice-7")
        money.run("refund", "default/ava", "0.10", "--provider", "acme", "--key", "invoice-7")
        money.run("credit", "default/ava", "1", "--key", "voucher")
    money.run("cost", "default/ava", "0.25", "--provider", "other", "--key", "invoice-7", status=64)
    after = money.balance()
    assert after["spent_micros"] == before["spent_micros"] + 150_000
    assert after["available_micros"] == before["available_micros"] + 850_000
    assert after["hour_used_micros"] == before["hour_used_micros"] + 250_000


def test_house_rules(money):
    """cfo.gates of the configuration: named, ordered, and blocking where no policy is set."""
    from money import PAINTER
    rules = {"chain": ["budget", "kill_switch"], "kill_switch": {"blocked": False}}
    money.write_config({"prices": [PAINTER], "cfo": {"gates": rules}})
    refused = money.filter("reserve", planned("rules1"))[0]
    assert failed_gate(refused)["name"] == "budget" and "no policy" in failed_gate(refused)["reason"], refused
    rules["budget"] = {"threshold": "0.03"}
    money.write_config({"prices": [PAINTER], "cfo": {"gates": rules}})
    over = failed_gate(money.filter("reserve", planned("rules2"))[0])
    assert over["reason"].startswith("budget_threshold_exceeded") and over["limit_micros"] == 30000, over
    rules["budget"] = {"threshold": "1"}
    rules["chain"].append("tool_budget")
    rules["tool_budget"] = {"cap.image.generate": "0.05"}
    money.write_config({"prices": [PAINTER], "cfo": {"gates": rules}})
    passed = money.filter("reserve", planned("rules3"))[0]
    assert [gate["name"] for gate in passed["cfo"]["gates"]][2:5] == ["tool_budget", "kill_switch", "budget"]
    money.filter("release", passed)
    money.write_config({"prices": [PAINTER], "cfo": {"gates": {"chain": ["nonsense"]}}})
    assert "no gate of this name" in money.run("reserve", text="{}\n", status=78).stderr
    money.write_config({"prices": [PAINTER]})


def test_units(money):
    money.run("units", "default/credits", status=66)
    money.run("units", "default/credits", "charge", "1", "--reference", "a", status=66)
    for _ in range(2):
        money.run("units", "default/credits", "credit", "20", "--reference", "top-up")
        money.run("units", "default/credits", "charge", "15", "--reference", "render-1")
    money.run("units", "default/credits", "charge", "6", "--reference", "render-2", status=65)
    money.run("units", "default/credits", "charge", "5", "--reference", "render-1", status=64)
    for bad in (("charge", "0"), ("charge", "-1"), ("charge", "1.5"), ("charge", "x"), ("spend", "1"), ("charge",)):
        money.run("units", "default/credits", *bad, "--reference", "b", status=64)
    money.run("units", "default/credits", "charge", "1", status=64)
    assert json.loads(money.run("units", "default/credits", "--json").stdout)["units"] == 5


def test_kill_in_the_middle(money):
    """Every line that left is in the ledger, and a second run reserves nothing twice."""
    lines = "".join(json.dumps(planned(f"k{i}", 0, 0)) + "\n" for i in range(400))
    path = os.path.join(money.folder, "many.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        file.write(lines)
    process = subprocess.Popen([money.cfo, "reserve", path, "--state", money.state, "--config",
                                money.config], stdout=subprocess.PIPE, text=True)
    left = [json.loads(process.stdout.readline()) for _ in range(20)]
    process.kill()
    rest = process.stdout.read().splitlines(keepends=True)
    process.wait()
    left += [json.loads(line) for line in rest if line.endswith("\n")]
    again = {line["task_id"]: line for line in money.filter("reserve", lines)}
    assert len(again) == 400
    for line in left:
        assert again[line["task_id"]]["cfo"] == line["cfo"]
    assert "all good" in money.verify()


def test_verify(money):
    anchors = os.path.join(money.folder, "anchors.jsonl")
    with open(anchors, "w", encoding="utf-8") as file:
        file.write(money.run("anchor").stdout)
        file.write(json.dumps(money.filter("reserve", planned("v1"))[0]) + "\n")
    # The anchor, and of the record its entry and the anchor before it.
    assert "3 anchors: all good" in money.verify("--anchors", anchors)
    with open(anchors, "a", encoding="utf-8") as file:
        file.write('{"chain":"default","seq":100000,"hash":"%s"}\n' % ("0" * 64))
    assert "no longer there" in money.verify("--anchors", anchors, status=65)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        books = Money(sys.argv[1], folder)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(books)
                assert "all good" in books.verify(), name
                print("ok", name)
