# SPDX-License-Identifier: Apache-2.0
"""The journal in other people's programs: hledger, ledger and Beancount read it, agree with our balances,
and refuse it when an entry is missing. Names from outside break neither syntax nor meaning."""
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile

from ledger_file import Intruder
from money import Money, planned

HOSTILE = ["plain", 'quo"te\\', "line\nbreak\r\n    assets:fake    5 USD", "; comment: x, tag:y", "[2020-01-01]",
           "ünï 漢字 🐈", "\u202eright to left\u2066", "a%20b", "$(touch pwned) `x` <script>", "trailing  ; x  ",
           "=", "*!|@ 5 USD", "x" * 300]
PROVIDERS = ["acme", "ev il;  x\n2020-01-01 y", "a:b::c", 'quo"te', "[2020/01/01]", "漢字", "(virtual)", ""]
WALLETS = {"default/ava": "10", "default/Ava": "2", "default/a.b@c+d_e-f": "3", "other/bea/one": "4", "9/0": "1"}
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, env=ENVIRONMENT)


class Books:
    def __init__(self, cfo, folder):
        self.money = Money(cfo, folder)
        for wallet, dollars in WALLETS.items():
            self.money.run("fund", wallet, dollars)
        lines = self.money.filter("reserve", *(planned(task) for task in HOSTILE))
        ids = [line["cfo"]["reservation_id"] for line in lines]
        at = 1_775_000_000_000_000
        with Intruder(self.money.state) as writer:
            for place, provider in enumerate(PROVIDERS):
                writer.pay(ids[place], provider, 1000 + place, at + place * 86_400_000_000)
        self.money.filter("settle", *(dict(line, status="published") for line in lines[:-2]))
        assert "all good" in self.money.verify()
        self.balances = [json.loads(line) for line in self.money.run("balance", "--json").stdout.splitlines()]

    def export(self, form, *options):
        path = os.path.join(self.money.folder, "journal." + form)
        with open(path, "wb") as file:
            subprocess.run([self.money.cfo, "export", "--format", form, *options, "--state", self.money.state],
                           check=True, stdout=file)
        return path

    def expect(self, held):
        """`held` maps our account names to micro-USD."""
        for balance in self.balances:
            name = balance["wallet"]
            assert held.pop("assets:wallet:" + name, 0) == balance["available_micros"], name
            reserved = held.pop("assets:reserved:" + name, 0) + held.pop("assets:drawn:" + name, 0)
            assert reserved == balance["reserved_micros"], name
        assert held.pop("equity:funding") == -sum(balance["funded_micros"] for balance in self.balances)
        assert sum(held.values()) == sum(balance["spent_micros"] for balance in self.balances)
        assert len(held) == len(PROVIDERS) and all(name.startswith("expenses:") for name in held), held


def micros(text):
    found = re.fullmatch(r'"?(-?)(\d+)(?:\.(\d{1,6}))?(?: USD)?"?', text.strip())
    value = int(found[2]) * 1_000_000 + int((found[3] or "").ljust(6, "0"))
    return -value if found[1] else value


def hledger_balances(path):
    done = run("hledger", "-f", path, "bal", "--flat", "--empty", "-O", "csv", "-N")
    assert done.returncode == 0, done.stderr
    return {name: micros(amount) for name, amount in list(csv.reader(io.StringIO(done.stdout)))[1:]}


def ledger_balances(path):
    done = run("ledger", "-f", path, "bal", "--flat", "--empty", "--no-total",
               "--format", "%(account)\t%(display_total)\n")
    assert done.returncode == 0, done.stderr
    return {name: micros(amount) for name, amount in
            (line.split("\t") for line in done.stdout.splitlines())}


def beancount_balances(path):
    done = run("bean-query", "-f", "csv", path, "SELECT account, sum(position) GROUP BY account")
    assert done.returncode == 0 and not done.stderr, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))[1:]
    return {name.strip(): micros(amount) if amount.strip() else 0 for name, amount in rows}


def ours(account):
    """Our name of a Beancount account."""
    parts = account.split(":")
    tail = []
    for part in parts:
        escaped = part[2:] if part.startswith("0-") else part[0].lower() + part[1:]
        tail.append(re.sub(r"--|-([0-9a-f]{2})", lambda m: chr(int(m[1], 16)) if m[1] else "-", escaped))
    if parts[0] in ("Equity", "Expenses"):
        return ":".join(tail)
    return ":".join(tail[:2]) + ":" + "/".join(tail[2:])


def accepted(form, path):
    check = {"hledger": ("hledger", "-f", path, "check"), "ledger": ("ledger", "-f", path, "bal"),
             "beancount": ("bean-check", path)}
    return run(*check[form]).returncode == 0


def test_balances_agree(books):
    books.expect(hledger_balances(books.export("hledger")))
    books.expect(ledger_balances(books.export("ledger")))
    books.expect({ours(name): held for name, held in beancount_balances(books.export("beancount")).items()})


def test_one_missing_entry_is_refused(books):
    for form in ("hledger", "ledger", "beancount"):
        path = books.export(form)
        assert accepted(form, path), (form, run("hledger", "-f", path, "check").stderr)
        text = open(path, encoding="utf-8").read()
        parts = text.split("\n\n")
        place = next(i for i, part in enumerate(parts) if "expenses:acme" in part.lower() and "done" in part)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n\n".join(parts[:place] + parts[place + 1:]))
        assert not accepted(form, path), form


def test_hostile_names_stay_where_they_are(books):
    path = books.export("hledger")
    text = open(path, encoding="utf-8").read()
    for bad in ("\u202e", "\u2066", "\r", "\n    assets:fake"):
        assert bad not in text, bad
    dates = run("hledger", "-f", path, "stats").stdout
    assert "2020" not in dates, dates
    entries = sum(1 for line in text.splitlines() if re.match(r"\d{4}-\d\d-\d\d \(", line))
    codes = run("hledger", "-f", path, "print", "-O", "json")
    assert len(json.loads(codes.stdout)) == entries + 1, "and one with the balances"
    tagged = run("hledger", "-f", path, "tags", "--values", "task").stdout
    assert "%20" not in tagged and "ünï 漢字 🐈" in tagged and "a%2520b" in tagged, tagged


def test_csv_and_json_keep_every_byte(books):
    rows = list(csv.DictReader(io.StringIO(
        open(books.export("csv"), encoding="utf-8", newline="").read(), newline="")))
    lines = [json.loads(line) for line in open(books.export("jsonl"), encoding="utf-8")]
    entries = [line for line in lines if line["type"] == "entry"]
    assert {row["task"] for row in rows} - {""} == set(HOSTILE)
    assert {line["task"] for line in entries if "task" in line} == set(HOSTILE)
    assert {line["debit"] for line in entries if line["debit"].startswith("expenses:")} == {
        "expenses:" + provider for provider in PROVIDERS}
    assert [row["hash"] for row in rows if row["hash"]] == [line["hash"] for line in entries]
    held = {}
    for line in entries:
        for account, amount in ((line["debit"], line["amount_micros"]), (line["credit"], -line["amount_micros"])):
            held[account] = held.get(account, 0) + amount
    assert held == {line["account"]: line["amount_micros"] for line in lines if line["type"] == "balance"}
    assert held == {row["debit"]: int(row["amount_micros"]) for row in rows if row["kind"] == "balance"}
    books.expect(held)


def test_a_part_opens_with_what_was_there(books):
    for form, read in (("hledger", hledger_balances), ("ledger", ledger_balances)):
        books.expect(read(books.export(form, "--from", "2026-04-02")))
    path = books.export("beancount", "--from", "2026-04-02")
    books.expect({ours(name): held for name, held in beancount_balances(path).items()})
    early = books.export("hledger", "--to", "2026-04-03")
    text = open(early, encoding="utf-8").read()
    assert accepted("hledger", early) and "\n2026-04-02 (" in text and "\n2026-04-03 " not in text
    mine = hledger_balances(books.export("hledger", "--wallet", "other/bea"))
    assert mine["assets:wallet:other/bea/one"] == 4_000_000 and len(mine) == 2
    nothing = hledger_balances(books.export("hledger", "--wallet", "other/be"))
    assert nothing == {}
    books.money.run("export", "--from", "yesterday", status=64)
    books.money.run("export", "--from", "2026-02-30", status=64)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        books = Books(os.path.abspath(sys.argv[1]), folder)
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                test(books)
                print("ok", name)
