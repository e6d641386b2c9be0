# SPDX-License-Identifier: Apache-2.0
"""Reports: days of any time zone, burn rate, a page that loads nothing; watch and explain."""
import datetime
import html.parser
import json
import os
import signal
import subprocess
import sys
import tempfile

from ledger_file import Intruder
from money import Money, planned

HOSTILE = 'x"><script>alert(1)</script>\u202e'


def us(text):
    return int(datetime.datetime.fromisoformat(text).timestamp() * 1_000_000)


class Books:
    """Expenses at chosen instants: (RFC 3339 time, micros, provider, capability)."""

    def __init__(self, cfo, folder, expenses):
        self.money = Money(cfo, folder)
        self.money.run("fund", "default/ava", "10")
        self.line = self.money.filter("reserve", planned("t", 2_000_000, 50))[0]
        with Intruder(self.money.state) as writer:
            for at, micros, provider, capability in expenses:
                writer.pay(self.line["cfo"]["reservation_id"], provider, micros, us(at), capability)
        assert "all good" in self.money.verify()

    def report(self, *options):
        return json.loads(self.money.run("report", "--json", *options).stdout)

    def days(self, *options):
        return {row["name"]: row["spent_micros"] for row in self.report(*options)["by_day"]}


def test_days_of_zones(cfo, folder):
    books = Books(cfo, folder, [("2026-03-28T22:59:59.999999+00:00", 1, "acme", "cap.a"),
                                ("2026-03-28T23:00:00+00:00", 10, "acme", "cap.a"),
                                ("2026-03-29T21:59:59.999999+00:00", 100, "acme", "cap.a"),
                                ("2026-03-29T22:00:00+00:00", 1000, "acme", "cap.b")])
    assert books.days() == {"2026-03-28": 11, "2026-03-29": 1100}
    # The clocks go forward: this day has 23 hours.
    assert books.days("--tz", "Europe/Berlin") == {"2026-03-28": 1, "2026-03-29": 110, "2026-03-30": 1000}
    one_day = ("--tz", "Europe/Berlin", "--from", "2026-03-29", "--to", "2026-03-30")
    assert books.days(*one_day) == {"2026-03-29": 110}
    assert books.days("--from", "2026-03-29T21:59:59.999999Z", "--to", "2026-03-29T22:00:00Z") == {"2026-03-29": 100}
    for bad in ("Mars/Olympus", "../../../etc/passwd", "/etc/localtime", "", "Europe", "$(id)"):
        refused = books.money.run("report", "--tz", bad, status=0 if bad == "" else 64)
        assert bad == "" or "no such time zone" in refused.stderr
    report = books.report()
    assert [row["name"] for row in report["by_capability"]] == ["cap.b", "cap.a"]
    assert report["spent_micros"] == 1111 and report["entries"] == 4
    assert [row["name"] for row in report["by_muse"]] == ["default/ava"]


def test_midnights_that_are_missing_or_twice(cfo, folder):
    # Santiago skips 2026-09-06T00:00; Havana has 2026-11-01T00:30 twice.
    books = Books(cfo, folder, [("2026-09-06T03:59:59+00:00", 1, "acme", "c"),
                                ("2026-09-06T04:00:00+00:00", 10, "acme", "c"),
                                ("2026-11-01T03:59:59+00:00", 100, "acme", "c"),
                                ("2026-11-01T04:00:00+00:00", 1000, "acme", "c"),
                                ("2026-11-01T05:30:00+00:00", 10000, "acme", "c")])
    santiago = books.days("--tz", "America/Santiago", "--from", "2026-09-06", "--to", "2026-09-07")
    assert santiago == {"2026-09-06": 10}, santiago
    havana = books.days("--tz", "America/Havana", "--from", "2026-11-01", "--to", "2026-11-02")
    assert havana == {"2026-11-01": 11000}, havana


def test_burn(cfo, folder):
    now = datetime.datetime.now(datetime.timezone.utc)
    times = [(now - datetime.timedelta(days=days)).isoformat() for days in (6, 3, 30)]
    books = Books(cfo, folder, [(times[0], 700_000, "acme", "c"), (times[1], 700_000, "acme", "c"),
                                (times[2], 100_000, "acme", "c")])
    report = books.report()
    burn = report["burn"]
    available = books.money.balance()["available_micros"]
    assert burn["spent_micros"] == 1_400_000 and burn["per_day_micros"] == 200_000, burn
    assert burn["available_micros"] == available
    assert burn["hours_left"] == available * 168 // 1_400_000
    table = books.money.run("report", "--by", "provider").stdout
    assert "acme" in table and "$1.50" in table and "EMPTY IN" in table
    assert books.report("--wallet", "other")["burn"]["available_micros"] == 0


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.words, self.policy = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        named = dict(attributes)
        assert not {"src", "href", "style", "onload"} & set(named), (tag, named)
        if named.get("http-equiv") == "Content-Security-Policy":
            self.policy = named["content"]

    def handle_data(self, data):
        self.words += data


def test_page(cfo, folder):
    books = Books(cfo, folder, [("2026-10-01T12:00:00+00:00", 700_000, HOSTILE, HOSTILE),
                                ("2026-10-05T12:00:00+00:00", 300_000, "acme", "cap.a")])
    path = os.path.join(folder, "report.html")
    books.money.run("report", "--html", path)
    text = open(path, encoding="utf-8").read()
    page = Page(text)
    assert page.policy.startswith("default-src 'none'") and "script" not in page.tags
    assert "url(" not in text and "http://" not in text and "https://" not in text and "\u202e" not in text
    assert page.tags.count("svg") == 2 + 1 + 2 + 2 and page.tags.count("path") >= 2
    assert '<script>alert(1)</script>' in page.words and "$0.70" in page.words and "$1.00" in page.words
    empty = Money(cfo, os.path.join(folder, "empty"))
    empty.run("report", "--html", path)
    assert "Nothing was spent" in Page(open(path, encoding="utf-8").read()).words


def test_explain(cfo, folder):
    books = Books(cfo, folder, [("2026-10-01T12:00:00+00:00", 700_000, "acme", "cap.a")])
    text = books.money.run("explain", "t").stdout
    for words in ("$2.00 were reserved from default/ava", "passed balance", "cap.a from acme (m) was paid: $0.70",
                  "still open", "spend: $0.70 from assets:reserved:default/ava to expenses:acme"):
        assert words in text, (words, text)
    books.money.filter("settle", dict(books.line, status="published"))
    text = books.money.run("explain", "t").stdout
    assert "settled at" in text and "$0.70 were spent and $1.30 given back" in text, text
    assert "nothing was ever asked" in books.money.run("explain", "no such\ntask", status=66).stderr


def test_reconcile(cfo, folder):
    books = Books(cfo, folder, [("2026-03-31T23:30:00+00:00", 100_000, "acme", "c"),
                                ("2026-04-02T12:00:00+00:00", 200_000, "acme", "c"),
                                ("2026-04-02T12:00:00+00:00", 50_000, 'b,"c"', "c"),
                                ("2026-04-03T12:00:00+00:00", 30_000, "silent", "c")])
    path = os.path.join(folder, "bill.csv")

    def verdicts(text, *options, status=0):
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        done = books.money.run("reconcile", path, "--json", *options, status=status)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {(line["provider"], line["model"], line["period"]): line["verdict"] for line in lines}

    months = ('period,provider,amount\r\n2026-03,acme,0.1\r\n2026-04,acme,$0.15\r\n2026-04,acme,0.05\r\n'
              '2026-04,"b,""c""",0.06\r\n2026-04,nobody,1\r\n')
    found = {("acme", "", "2026-03"): "matched", ("acme", "", "2026-04"): "matched",
             ('b,"c"', "", "2026-04"): "different", ("nobody", "", "2026-04"): "missing",
             ("silent", "", "2026-04"): "not billed"}
    assert verdicts(months) == found
    assert verdicts(months, "--fail", status=1) == found
    berlin = verdicts(months, "--tz", "Europe/Berlin")
    assert berlin[("acme", "", "2026-03")] == "missing" and berlin[("acme", "", "2026-04")] == "different"
    models = "provider,model,amount\nacme,m,0.3\nsilent,m,0.03\n\"b,\"\"c\"\"\",m,0.05"
    assert set(verdicts(models, "--fail").values()) == {"matched"}
    credited = "\ufeffprovider,amount\nacme,0.40\nacme,-$0.10\n\n"  # a credit note, and what spreadsheets add
    assert verdicts(credited)[("acme", "", "")] == "matched"
    books.money.run("report", "--from", "2026-12-01", "--to", "2026-01-01", status=64)
    for bad in ("", "provider\n", "provider,amount\nacme\n", "provider,amount\nacme,--1\n",
                "provider,amount,amount\nacme,1,1\n", "provider,period,amount\na,2026-1x,1\n",
                "provider,period,amount\na,2026-02-30,1\n",
                "provider,amount\nacme,1e3\n", 'provider,amount\n"acme,1\n', 'provider,amount\n"a"b,1\n',
                "provider,period,amount\na,yesterday,1\n", "provider,period,amount\na,2026-03,1\na,2026-03-01,1\n"):
        verdicts(bad, status=65)
    books.money.run("reconcile", "/nowhere", status=66)


def test_watch(cfo, folder):
    books = Books(cfo, folder, [])
    watching = subprocess.Popen([cfo, "watch", "--json", "--state", books.money.state], stdout=subprocess.PIPE, text=True)
    # It says nothing until something is booked, so fund until it does.
    os.set_blocking(watching.stdout.fileno(), False)
    line, funded = "", 0
    while not line.endswith("\n"):
        books.money.run("fund", "default/ava", "1")
        funded += 1
        line += watching.stdout.readline() or ""
        assert funded < 200, "watch is silent"
    entry = json.loads(line)
    assert entry["kind"] == "fund" and entry["amount_micros"] == 1_000_000 and len(entry["hash"]) == 64
    watching.send_signal(signal.SIGINT)
    assert watching.wait() == 130
    everything = books.money.run("watch", "--all", "--once").stdout.splitlines()
    assert len(everything) == 2 + funded and "default/1 fund default/ava: $10.00" in everything[0], everything
    assert "for t" in everything[1]
    assert not books.money.run("watch", "--all", "--once", "--wallet", "other").stdout


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                os.mkdir(os.path.join(folder, "empty"))
                test(os.path.abspath(sys.argv[1]), folder)
                print("ok", name)
