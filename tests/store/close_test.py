# SPDX-License-Identifier: Apache-2.0
"""smos-cfo close from outside: what a closed period refuses, what verify says of one that is not true, and
that hledger, ledger and Beancount hold its balances against the journal."""
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

from ledger_file import Intruder
from money import Money, planned

ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
FIRST = datetime.date.today().replace(day=1)
LAST_MONTH = (FIRST - datetime.timedelta(days=1)).replace(day=1)
PERIOD = LAST_MONTH.strftime("%Y-%m")


def day(number):
    return LAST_MONTH.replace(day=number).isoformat()


def fill(money):
    """Books of the last month and this one, told late and out of order."""
    money.run("opening", "default/ava", "5", "--date", day(2), "--key", "o")
    money.run("cost", "default/ava", "1.25", "--provider", "acme", "--date", day(20))
    money.run("fund", "default/bea", "1")
    money.run("credit", "default/ava", "0.50", "--date", day(28))
    money.run("opening", "other", "2", "--date", day(3))
    money.run("cost", "other", "3", "--provider", "acme", "--date", day(4))  # owes 1
    money.filter("reserve", planned("open-one"))
    money.run("limits", "default/ava", "--hour", "4")


def close(money, *words, status=0):
    done = money.run("close", *words, "--json", status=status)
    return json.loads(done.stdout) if status == 0 else done.stderr


def test_closing(money):
    fill(money)
    assert "ends at" in close(money, FIRST.strftime("%Y-%m"), status=75)
    for wrong in ("2026-13", "soon", "2026-Q5", "26"):
        assert "not a month" in close(money, wrong, status=64)
    closed = close(money, PERIOD)
    assert {each["wallet"]: each["purse_micros"] for each in closed["wallets"]} == \
        {"default/ava": 4_250_000, "other": 0}, closed
    assert [each["owed_micros"] for each in closed["wallets"]] == [0, 1_000_000]
    assert closed["open_reservations"] == []
    assert close(money, PERIOD) == closed
    for verb, words in (("opening", ()), ("credit", ()), ("refund", ("--provider", "acme")),
                        ("cost", ("--provider", "acme"))):
        said = money.run(verb, "default/ava", "0.10", *words, "--date", day(9), status=65).stderr
        assert PERIOD in said and "closed" in said, said
    said = money.run("opening", "third", "1", "--date", day(1), status=65).stderr
    assert PERIOD in said, said
    money.run("opening", "default/ava", "5", "--date", day(2), "--key", "o")  # a replay books nothing
    money.run("cost", "default/ava", "0.10", "--provider", "acme", "--date", FIRST.isoformat())
    money.run("cost", "default/ava", "0.10", "--provider", "acme", "--date", "2999-01-01", status=64)
    assert "all good" in money.verify()
    report = json.loads(money.run("report", "--json").stdout)
    assert [(each["wallet"], each["period"], each["purse_micros"]) for each in report["closings"]] == \
        [("default/ava", PERIOD, 4_250_000), ("other", PERIOD, 0)], report["closings"]
    assert re.search(rf"{PERIOD} +default/ava +\$4\.25", money.run("report").stdout)
    page = os.path.join(money.folder, "report.html")
    money.run("report", "--html", page)
    assert "Closed periods" in open(page, encoding="utf-8").read()
    assert json.loads(money.run("report", "--json", "--from", FIRST.isoformat()).stdout)["closings"] == []


def test_race(money):
    """Late bills against the closing: each is in it, or was refused."""
    money.run("opening", "default/ava", "5", "--date", day(2))
    words = [money.cfo, "cost", "default/ava", "0.01", "--provider", "acme", "--date", day(20),
             "--state", money.state, "--config", money.config]
    bills = [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(8)]
    bills[0].wait()
    closing = subprocess.Popen([money.cfo, "close", PERIOD, "--state", money.state], stdout=subprocess.DEVNULL)
    bills += [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(8)]
    assert closing.wait() == 0
    bills += [subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
    ends = [bill.wait() for bill in bills]
    assert set(ends) == {0, 65} and ends[-1] == 65, ends
    held = close(money, PERIOD)["wallets"][0]["purse_micros"]
    assert held == 5_000_000 - 10_000 * ends.count(0), (held, ends)
    assert money.balance()["available_micros"] == held and "all good" in money.verify()


def export(money, form, *options):
    path = os.path.join(money.folder, "journal." + form)
    with open(path, "wb") as file:
        subprocess.run([money.cfo, "export", "--format", form, *options, "--state", money.state],
                       check=True, stdout=file)
    return path


def check(form, path):
    words = {"hledger": ("hledger", "-f", path, "check"), "ledger": ("ledger", "-f", path, "--args-only", "bal"),
             "beancount": ("bean-check", path)}[form]
    return subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT)


def test_exports(money):
    fill(money)
    close(money, PERIOD)
    for form in ("hledger", "ledger", "beancount"):
        for options in ((), ("--from", day(10)), ("--from", FIRST.isoformat()), ("--wallet", "other")):
            done = check(form, export(money, form, *options))
            assert done.returncode == 0, (form, options, done.stdout, done.stderr)
        text = open(export(money, form), encoding="utf-8").read()
        assert f"closing {PERIOD}" in text, (form, text)
    # A line that moves from the closed month into the next leaves the last balances as they are: only the
    # closing can tell.
    for form, mark in (("hledger", "cost default/ava"), ("beancount", '"cost"')):
        path = export(money, form)
        text = open(path, encoding="utf-8").read()
        place = text.index(mark)
        begin = text.rindex("\n", 0, place) + 1
        assert text[begin:begin + 10] == day(20), text[begin:place]
        with open(path, "w", encoding="utf-8") as file:
            file.write(text[:begin] + FIRST.isoformat() + text[begin + 10:])
        assert check(form, path).returncode != 0, form
    lines = [json.loads(line) for line in open(export(money, "jsonl"), encoding="utf-8")]
    closing = {line["account"]: line["amount_micros"] for line in lines if line["type"] == "closing"}
    assert closing["assets:wallet:default/ava"] == 4_250_000, closing
    assert closing["liabilities:payable:other"] == -1_000_000, closing
    assert ",closing," in open(export(money, "csv"), encoding="utf-8").read()


def findings(money):
    done = money.run("verify", "--json", status=65)
    return {(finding["kind"], finding["where"]) for finding in json.loads(done.stdout)["findings"]}


def test_tampering(money):
    fill(money)
    close(money, PERIOD)
    with Intruder(money.state) as intruder:
        intruder.run("UPDATE entry SET meta = replace(meta, 'purse=4250000', 'purse=9')")
        intruder.rehash(1)
    assert findings(money) == {("wrong_checkpoint", "default/ava"), ("rewritten", "default")}


def test_late_entry(money):
    fill(money)
    close(money, PERIOD)
    at = int(datetime.datetime.combine(LAST_MONTH, datetime.time(), datetime.timezone.utc).timestamp()) * 10**6
    with Intruder(money.state) as intruder:
        intruder.append("default", at, "credit", "default/ava", None, "assets:wallet:default/ava",
                        "income:credits", 1000, "credit:late")
        intruder.run("UPDATE wallet SET funded = funded + 1000 WHERE name = 'default/ava'")
    assert findings(money) == {("late_entry", "default"), ("wrong_checkpoint", "default/ava")}


def test_hidden_period(money):
    fill(money)
    close(money, PERIOD)
    with Intruder(money.state) as intruder:
        intruder.run("DELETE FROM period")
    assert findings(money) == {("wrong_checkpoint", "default/ava"), ("wrong_checkpoint", "other")}


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                test(Money(sys.argv[1], folder))
            print("ok", name, flush=True)
