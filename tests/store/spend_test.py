# SPDX-License-Identifier: Apache-2.0
"""Real money through a priced exec provider: reserve, call, settle, and every way it goes wrong."""
import json
import os
import subprocess
import sys
import tempfile

from money import PAINTER, Money, failed_gate, planned

cfo, driver = sys.argv[1:3]
provider = os.path.join(os.path.dirname(os.path.abspath(__file__)), "provider.py")


def pay(money, line, mode, **binding):
    """What a render does for one image; the provider's calls are counted in a log."""
    log = os.path.join(money.folder, "calls")
    config = os.path.join(money.folder, "binding.json")
    with open(config, "w", encoding="utf-8") as file:
        json.dump({"prices": [PAINTER], "bindings": {"cap.image.generate": dict({
            "dialect": "exec", "provider": "acme", "model": "painter-2",
            "command": [sys.executable, provider, mode, log], "timeout_ms": 30000}, **binding)}}, file)
    done = subprocess.run([driver, "pay", money.state, config], input=json.dumps(line) + "\n",
                          capture_output=True, text=True,
                          env=dict(os.environ, TMPDIR=money.folder, API_SECRET="s3cret", KEPT="yes"))
    calls = open(log, encoding="utf-8").read().split() if os.path.exists(log) else []
    return done, calls.count(mode)


def settle(money, done):
    return money.filter("settle", done.stdout)[0]


def expect(money, mode, code, outcome, micros, **binding):
    """One call that goes wrong in a known way, and what it costs."""
    line = money.filter("reserve", planned("task-" + mode))[0]
    done, _ = pay(money, line, mode, **binding)
    assert done.returncode == 0 and code in done.stderr, (mode, done.stderr)
    settled = settle(money, done)
    assert settled["cfo"]["settled_micros"] == micros, (mode, settled["cfo"])
    assert [spend["outcome"] for spend in settled["cfo"]["spends"]] == [outcome], mode
    assert settled["status"] == "failed"


with tempfile.TemporaryDirectory() as folder:
    books = Money(cfo, folder)
    books.run("fund", "default/ava", "10")

    reserved = books.filter("reserve", planned("good"))[0]
    first, calls = pay(books, reserved, "good")
    assert "made" in first.stderr and calls == 1, first.stderr
    second, calls = pay(books, reserved, "good")
    assert "replayed picture" in second.stderr and calls == 1, "a finished call is never repeated"
    settled = settle(books, first)
    spend = settled["cfo"]["spends"][0]
    assert settled["status"] == "settled" and settled["cfo"]["settled_micros"] == 30000
    assert (spend["provider"], spend["micros"], spend["outcome"]) == ("acme", 30000, "done")
    assert settle(books, second) == settled
    assert books.balance()["spent_micros"] == 30000
    late, calls = pay(books, reserved, "late")
    assert "replayed" in late.stderr and calls == 0

    reserved = books.filter("reserve", planned("killed"))[0]
    killed, calls = pay(books, reserved, "kill-parent")
    assert killed.returncode == -9 and calls == 1
    again, calls = pay(books, reserved, "kill-parent")
    assert "in_doubt" in again.stderr and calls == 1, "the outcome is unknown: never asked again"
    settled = settle(books, again)
    assert settled["cfo"]["settled_micros"] == 40000
    assert settled["cfo"]["spends"][0]["outcome"] == "in_doubt"

    expect(books, "hang", "exec_timeout", "in_doubt", 40000, timeout_ms=700)
    expect(books, "crash", "no credit left", "in_doubt", 40000)
    expect(books, "refuse", "the prompt was refused", "failed", 1000)
    expect(books, "garbage", "exec_bad_answer", "in_doubt", 40000)
    expect(books, "flood", "over 1 MiB", "in_doubt", 40000)
    expect(books, "escape", "exec_bad_answer", "in_doubt", 40000)
    expect(books, "minus", "exec_bad_answer", "in_doubt", 40000)
    expect(books, "missing", "exec_not_started", "failed", 0, command=["/nonexistent/program"])

    reserved = books.filter("reserve", planned("dear"))[0]
    settled = settle(books, pay(books, reserved, "dear")[0])
    assert settled["cfo"]["settled_micros"] == 90000, "what was really spent is booked"
    reserved = books.filter("reserve", planned("silent"))[0]
    settled = settle(books, pay(books, reserved, "silent-price")[0])
    assert settled["cfo"]["settled_micros"] == 40000

    reserved = books.filter("reserve", planned("spy"))[0]
    done, _ = pay(books, reserved, "spy", environment=["KEPT", "ABSENT"])
    seen = json.loads(done.stderr.removeprefix("made "))
    assert seen["environment"] == ["HOME", "KEPT", "LANG", "PATH", "TMPDIR"] or \
        seen["environment"] == ["HOME", "KEPT", "LANG", "LC_CTYPE", "PATH", "TMPDIR"], seen
    assert seen["alone"] and seen["descriptors"] == ["0", "1", "2"], seen
    print("network reachable from the provider:", seen["reachable"])
    settle(books, done)

    unpaid = dict(reserved, cfo=dict(reserved["cfo"], reservation_id="none"))
    done, calls = pay(books, unpaid, "unpaid")
    assert "unknown_reservation" in done.stderr and calls == 0
    assert failed_gate(books.filter("reserve", planned("x", model="painter-9"))[0])["name"] == \
        "price_known"
    assert "all good" in books.verify()
    print("ok", books.verify().strip())
