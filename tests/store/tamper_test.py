# SPDX-License-Identifier: Apache-2.0
"""Tampering with the state file, one kind at a time: smos-cfo verify finds it and gives it its name."""
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile

from ledger_file import Intruder
from money import Money, planned


class Case:
    """A ledger of its own with some history, its anchors elsewhere and its records."""

    def __init__(self, cfo, folder):
        self.money = Money(cfo, folder)
        self.anchors = os.path.join(folder, "elsewhere.jsonl")
        self.records = os.path.join(folder, "runs.jsonl")
        self.fund(3, "k")
        for batch in range(4):
            lines = self.money.filter("reserve", *(planned(f"t{batch}-{i}", 40000) for i in range(3)),
                                      options=("--anchor-file", self.anchors))
            done = self.money.filter("settle", *(dict(line, status="published") for line in lines),
                                     options=("--anchor-file", self.anchors))
        with open(self.records, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in done)

    def fund(self, dollars, key, status=0):
        return self.money.run("fund", "default/ava", str(dollars), "--key", key,
                              "--anchor-file", self.anchors, status=status)

    def intruder(self):
        return Intruder(self.money.state)

    def kinds(self, *options, against=None):
        report = self.report(*options, against=against)
        return {finding["kind"] for finding in report["findings"]}

    def report(self, *options, against=None):
        anchors = ("--anchors", against) if against else ()
        done = subprocess.run([self.money.cfo, "verify", "--json", *anchors, *options,
                               "--state", self.money.state], capture_output=True, text=True)
        report = json.loads(done.stdout)
        assert done.returncode == (65 if report["findings"] else 0), done
        return report


def test_untouched(case):
    report = case.report(against=case.anchors)
    assert not report["findings"] and report["anchors"] == 9 and report["signatures"] == 10, report
    assert report["windows"] == [{"chain": "default", "head_seq": 25, "kept_anchor_seq": 25,
                                  "outside_anchor_seq": 25, "loss_window": 0}], report
    assert not case.kinds(against=case.records)
    assert case.report(against=case.records)["windows"][0]["outside_anchor_seq"] == 25


def test_edited_row(case):
    with case.intruder() as intruder:
        intruder.run("UPDATE entry SET amount = amount + 1 WHERE seq = 5")
    report = case.report()
    assert ("edited_row", 5) in [(f["kind"], f["seq"]) for f in report["findings"]]
    assert "wrong_balance" in case.kinds()


def test_edited_link(case):
    with case.intruder() as intruder:
        intruder.run("UPDATE entry SET prev_hash = zeroblob(32) WHERE seq = 5")
    assert case.kinds() == {"edited_row"}


def test_edited_details(case):
    with case.intruder() as intruder:
        intruder.run("UPDATE entry SET meta = 'x' WHERE seq = 5")
    assert case.kinds() == {"edited_row", "wrong_reservation"}  # which ended otherwise


def test_edited_reservation(case):
    case.money.run("fund", "default/ava/spring", "1", "--key", "s")
    for column, value in (("outcome", "'publishee'"), ("closed_seq", "closed_seq + 1"),
                          ("opened_seq", "opened_seq + 1"), ("lines", "'[]'"), ("drawn", "1"), ("overrun", "1"),
                          ("round", "2"), ("state", "'released'"),
                          ("wallet_id", "(SELECT wallet_id FROM wallet WHERE name = 'default/ava/spring')"),
                          ("purse_id", "(SELECT wallet_id FROM wallet WHERE name = 'default/ava/spring')")):
        with case.intruder() as intruder:
            key, kept = intruder.one(f"SELECT res_id || '=' || {column} FROM reservation WHERE closed_seq = 5").split("=", 1)
            intruder.run(f"UPDATE reservation SET {column} = {value} WHERE res_id = ?", key)
        assert case.kinds() == {"wrong_reservation"}, (column, case.kinds())
        with case.intruder() as intruder:
            intruder.run(f"UPDATE reservation SET {column} = ? WHERE res_id = ?", int(kept) if kept.isdigit() else kept, key)
        assert not case.kinds(), column


def test_second_round(case):
    """A task that ran twice is all right; its rounds in another order are not."""
    held = case.money.filter("reserve", planned("twice", 40000))
    case.money.filter("release", *held)
    case.money.filter("reserve", planned("twice", 40000))
    assert not case.kinds()
    with case.intruder() as intruder:
        assert intruder.run("UPDATE reservation SET round = 3 WHERE round = 2 RETURNING 1")
    assert case.kinds() == {"wrong_reservation"}


def test_deleted_row(case):
    with case.intruder() as intruder:
        intruder.run("DELETE FROM entry WHERE seq = 7")
    found = case.report()["findings"]
    assert [f["seq"] for f in found if f["kind"] == "deleted_row"] == [8], found


def test_swapped_rows(case):
    with case.intruder() as intruder:
        for old, new in ((5, 1000), (8, 5), (1000, 8)):
            intruder.run("UPDATE entry SET seq = ? WHERE seq = ?", new, old)
    report = case.report()
    others = {"rewritten", "wrong_reservation"}  # by the anchors; their entries stand elsewhere
    found = [(f["kind"], f["seq"]) for f in report["findings"] if f["kind"] not in others]
    assert found == [("swapped_rows", 5)], report


def test_rehashed_suffix(case):
    with case.intruder() as intruder:
        intruder.run("UPDATE entry SET actor = 'somebody else' WHERE seq = 15")
        intruder.rehash(15)
    report = case.report()
    assert {f["kind"] for f in report["findings"]} == {"rewritten"}, "the state keeps anchors too"
    assert report["findings"][0]["seq"] == 16 and "entry 14 " in report["findings"][0]["what"], report
    with case.intruder() as intruder:
        intruder.run("DELETE FROM anchor")
    assert not case.kinds(), "a whole forgery agrees with itself"
    assert case.kinds(against=case.anchors) == {"rewritten"}
    assert case.kinds(against=case.records) == {"rewritten"}


def test_forged_anchor_in_the_state(case):
    with case.intruder() as intruder:
        intruder.run("UPDATE entry SET actor = 'somebody else' WHERE seq = 15")
        intruder.rehash(15)
        intruder.run("UPDATE anchor SET hash = (SELECT e.hash FROM entry e WHERE e.seq = anchor.seq)")
    assert case.kinds() == {"bad_signature"}


def test_cut_tail(case):
    with case.intruder() as intruder:
        intruder.run("DELETE FROM entry WHERE seq > 20")
    assert {"deleted_row", "cut_tail"} <= case.kinds()
    with case.intruder() as intruder:
        intruder.run("DELETE FROM anchor")
        intruder.run("UPDATE chain SET head_seq = 20, head_hash = (SELECT hash FROM entry WHERE seq = 20)")
        intruder.run("UPDATE reservation SET state = 'pending', resolved_us = NULL, closed_seq = NULL"
                     " WHERE closed_seq > 20")
        intruder.run("DELETE FROM reservation WHERE opened_seq > 20")
    assert case.kinds() == {"wrong_balance"}
    assert case.kinds(against=case.anchors) == {"wrong_balance", "cut_tail"}


def test_rolled_back_file(case):
    old = case.money.state + ".old"
    shutil.copy(case.money.state, old)
    case.fund(1, "later")
    assert not case.kinds(against=case.anchors)
    shutil.copy(old, case.money.state)
    assert not case.kinds(), "an older state agrees with itself"
    assert case.kinds(against=case.anchors) == {"rolled_back"}


def test_bad_signature(case):
    lines = [json.loads(line) for line in open(case.anchors, encoding="utf-8")]
    for name, value in (("seq", 3), ("at", "2026-01-01T00:00:00Z"), ("signature", "00" * 64)):
        forged = case.anchors + "." + name
        with open(forged, "w", encoding="utf-8") as file:
            file.write(json.dumps({**lines[-1], name: value}) + "\n")
        assert case.kinds(against=forged) == {"bad_signature"}, name
    key = os.path.join(case.money.folder, "other.key")
    case.money.run("anchor", "--init-key", "--anchor-key", key)
    assert case.kinds("--public-key", key + ".pub", against=case.anchors) == {"unknown_key"}
    pem = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], capture_output=True, check=True)
    assert pem.stdout == open(key + ".pub", "rb").read()


def test_other_ledger(case):
    folder = os.path.join(case.money.folder, "second")
    os.mkdir(folder)
    other = Case(case.money.cfo, folder)
    own_key = os.path.join(case.money.folder, "anchor.key.pub")
    kinds = case.kinds("--public-key", own_key, "--public-key",
                       os.path.join(folder, "anchor.key.pub"), against=other.anchors)
    assert kinds == {"other_ledger"}


def test_unreadable_anchors(case):
    bad = case.anchors + ".bad"
    for line in ("{}", "[1]", "nonsense", '{"chain":"default","seq":-1,"hash":"%s"}' % ("0" * 64),
                 '{"chain":"default","seq":1,"hash":"xyz"}'):
        with open(bad, "w", encoding="utf-8") as file:
            file.write(line + "\n")
        refused = case.money.run("verify", "--anchors", bad, status=65)
        assert f"{bad}:1" in refused.stderr, refused.stderr
    case.money.run("verify", "--anchors", "/nowhere", status=66)


def test_sinks(case):
    got = os.path.join(case.money.folder, "got")
    money = case.money
    money.run("fund", "default/ava", "1", "--anchor-command", f"cat > {got}; echo noise")
    line = json.load(open(got, encoding="utf-8"))
    assert line["chain"] == "default" and line["seq"] == 26 and list(line) == sorted(line)
    failed = money.run("fund", "default/ava", "1", "--anchor-command", "exit 3", status=69)
    assert "status 3" in failed.stderr and money.balance()["funded_micros"] == 5_000_000
    money.run("fund", "default/ava", "1", "--anchor-command", "kill -9 $$", status=69)
    failed = money.run("fund", "default/ava", "1", "--anchor-file", "/nowhere/a", status=74)
    assert "/nowhere/a" in failed.stderr
    assert not case.kinds(against=case.anchors), "a missed anchor is no finding"
    key = os.path.join(money.folder, "anchor.key")
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    secret = "".join(open(key, encoding="utf-8").read().split("\n")[1:-2])
    for text in (failed.stderr, open(case.anchors, encoding="utf-8").read()):
        assert secret not in text
    os.chmod(key, 0o644)
    assert "others may read" in money.run("fund", "default/ava", "1", status=78).stderr
    os.chmod(key, 0o600)
    half = case.anchors + ".half"
    with open(half, "w", encoding="utf-8") as file:
        file.write('{"half":')
    money.run("fund", "default/ava", "1", "--anchor-file", half)
    assert json.loads(open(half, encoding="utf-8").read().split("\n")[1])["chain"] == "default"


def test_project_file_names_no_sink(case):
    project = os.path.join(case.money.folder, "project")
    os.mkdir(project)
    with open(os.path.join(project, "smos.yaml"), "w", encoding="utf-8") as file:
        file.write("cfo:\n  anchor-command: touch pwned\n  anchor-file: here\n")
    subprocess.run([case.money.cfo, "fund", "default/ava", "1", "--state", case.money.state],
                   cwd=project, capture_output=True)
    assert os.listdir(project) == ["smos.yaml"]


def test_anchored_while_running(case):
    before = case.report()["kept_anchors"]
    case.fund(200, "much")
    lines = [planned(f"long-{i}", 40000, quantity=1) for i in range(700)]
    case.money.filter("reserve", *lines, options=("--hour-cap", "1000", "--day-budget", "1000"))
    report = case.report()
    # The funding, at least one on the way (a commit may hold many lines), and one at the end.
    assert before + 3 <= report["kept_anchors"] <= before + 5, (report["kept_anchors"], before)
    assert report["windows"][0]["kept_anchor_seq"] == report["windows"][0]["head_seq"]


def test_corrupted_bytes(case):
    """Fault matrix row 13: every flipped byte is found or harmless, and no balance is ever wrong."""
    money = case.money
    good = money.run("balance", "--json").stdout
    whole = open(money.state, "rb").read()
    draw = random.Random(13)
    places = draw.sample(range(100), 25) + draw.sample(range(100, len(whole)), 150)
    harmless = found = broken = 0
    for place in places:
        with open(money.state, "wb") as file:
            file.write(whole[:place] + bytes([whole[place] ^ (1 << draw.randrange(8))]) + whole[place + 1:])
        done = subprocess.run([money.cfo, "verify", "--state", money.state], capture_output=True)
        assert done.returncode in (0, 65, 74, 75, 78), (place, done)
        if done.returncode == 0:
            harmless += 1
            balance = subprocess.run([money.cfo, "balance", "--json", "--state", money.state],
                                     capture_output=True, text=True)
            assert balance.stdout == good, (place, balance)
        elif done.returncode == 65:
            found += 1
        else:
            broken += 1
            assert done.stderr, place
    print(f"{len(places)} flips: {found} named, {broken} refused by the engine, {harmless} harmless")
    assert found and broken and harmless


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                test(Case(os.path.abspath(sys.argv[1]), folder))
                print("ok", name)
