# SPDX-License-Identifier: Apache-2.0
"""State files of earlier versions: brought up to date as they are, whatever they hold, and killed while it happens."""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from money import Money, failed_gate, planned

FIRST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "state_v1.sql")


def make_first(path):
    database = sqlite3.connect(path)
    with open(FIRST, encoding="utf-8") as dump:
        database.executescript(dump.read())
    database.executescript("PRAGMA application_id=1397575507; PRAGMA user_version=1")
    database.close()


def version_of(path):
    database = sqlite3.connect(path)
    version = database.execute("PRAGMA user_version").fetchone()[0]
    database.close()
    return version


def test_first(money):
    make_first(money.state)
    assert version_of(money.state) == 1
    assert "all good" in money.verify()
    assert version_of(money.state) > 1
    ava, root = money.balance(), money.balance("default")
    assert ava["funded_micros"] == 3_000_000 and ava["spent_micros"] == 67, ava
    assert root["funded_micros"] == 0 and root["hour_used_micros"] >= 60_000, root
    spring = money.balance("default/bea/spring")
    assert spring["funded_micros"] == 2_000_000 and spring["reserved_micros"] in (0, 60_000)
    assert money.balance("default/bea")["funded_micros"] == 0
    assert money.filter("reserve", planned("new"))[0]["status"] == "reserved"
    assert failed_gate(money.filter("reserve", planned("x", micros=5_000_000))[0])["name"] in (
        "balance", "hour_breaker")
    assert "all good" in money.verify()


def test_newer(money):
    database = sqlite3.connect(money.state)
    database.execute("PRAGMA user_version=1000")
    database.close()
    said = money.run("balance", status=78).stderr
    assert "newer version" in said and "upgrade" in said, said


def test_killed_at_any_write(money):
    """strace ends the process at its nth write or sync: each step is there as a whole or not at all."""
    if shutil.which("strace") is None:
        print("SKIPPED: strace is not installed")
        return
    for call in ("pwrite64", "fdatasync", "ftruncate", "unlink"):
        for number in range(1, 400):
            for end in ("", "-wal", "-shm", ".lock"):
                if os.path.exists(money.state + end):
                    os.unlink(money.state + end)
            make_first(money.state)
            done = subprocess.run(
                ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                 f"inject={call}:signal=KILL:when={number}", money.cfo, "balance", "--state",
                 money.state, "--config", money.config], capture_output=True, check=False)
            assert version_of(money.state) in range(1, money.latest + 1), (call, number)
            assert "all good" in money.verify(), (call, number)
            if done.returncode == 0:
                break
        print(f"ok killed at each of {number - 1} {call}")
        assert done.returncode == 0, call


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                books = Money(sys.argv[1], folder)
                books.run("fund", "default/ava", "1")
                books.latest = version_of(books.state)
                if name != "test_newer":
                    os.unlink(books.state)
                test(books)
                print("ok", name)
