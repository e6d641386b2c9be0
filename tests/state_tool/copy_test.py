#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-state copy between a file and a server of the test's own: both ways, interrupted, refused.

copy_test.py SMOS_STATE"""
import json
import os
import subprocess
import sys
import tempfile
import time

from place import Place

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from ledger_file import Intruder  # noqa: E402
from postgres_server import Server  # noqa: E402

PROGRAMS = os.path.dirname(os.path.abspath(sys.argv[1]))
UNFINISHED = "1000000000"


def tables(report):
    return {table["table"]: (table["rows"], table["sha256"]) for table in report["tables"]}


def version(server, database):
    return server.sql("SELECT version FROM smos.smos_meta", database)[0][0]


def test_both_ways(server, place):
    place.fill()
    place.grow_old(1200)
    place.tool("smos-run", "purge", "cancelled", "--older-than", "0")
    url, back = server.url("ways"), os.path.join(place.folder, "back.db")
    there = place.json("copy", place.state, url)
    assert there["entries"] == 11 and tables(there)["observation"][0] == 2400, there
    again = place.json("copy", url, back)
    assert tables(again) == tables(there) and again["chains"] == there["chains"]
    heads = {row[0]: row[1:] for row in server.sql(
        "SELECT name, head_seq, encode(head_hash, 'hex') FROM smos.chain", "ways")}
    for name, seq, digest in place.sql("SELECT name, head_seq, lower(hex(head_hash)) FROM chain"):
        assert heads[name] == [str(seq), digest], name
    for state in (url, back):
        assert place.json("verify", state=state)["findings"] == []
        assert json.loads(place.tool("smos-run", "show", "p2", "--json", state=state).stdout)["state"] == "paused"
    # Life goes on in every copy: chains, balances, numbers that were given before and never again.
    last = place.sql("SELECT seq FROM sqlite_sequence WHERE name = 'production'")[0][0]
    for state in (url, back, place.state):
        place.tool("smos-run", "enqueue", text=json.dumps({"task_id": "next", "payload": {}}) + "\n", state=state)
        place.tool("smos-cfo", "fund", "default/ava/spring", "1", "--key", "after", state=state)
        place.tool("smos-cfo", "fund", "third/eve", "1", state=state)
        assert place.json("verify", state=state)["findings"] == []
    assert place.sql("SELECT id FROM production WHERE task_id = 'next'") == [(last + 1,)]
    assert server.sql("SELECT id FROM smos.production WHERE task_id = 'next'", "ways") == [[str(last + 1)]]


def test_closed_periods_stay_closed(server, place):
    place.fill()
    place.tool("smos-cfo", "opening", "default/old", "5", "--date", "2020-02-03")
    place.tool("smos-cfo", "close", "2020-02")
    url, back = server.url("closed"), os.path.join(place.folder, "back.db")
    place.keep("copy", place.state, url)
    place.keep("copy", url, back)
    for state in (url, back):
        assert place.json("verify", state=state)["findings"] == []
        said = place.tool("smos-cfo", "credit", "default/old", "1", "--date", "2020-02-04", status=65, state=state)
        assert "2020-02" in said.stderr, said


def test_numbers_never_given_twice(server, place):
    """Of the newest production nothing is left but its number."""
    place.fill()
    newest = place.sql("SELECT max(id) FROM production")[0][0]
    place.tool("smos-run", "cancel", f"p{newest - 1}")
    place.tool("smos-run", "purge", "cancelled", "--older-than", "0")
    assert place.sql("SELECT max(id) FROM production")[0][0] < newest
    url, back = server.url("numbers"), os.path.join(place.folder, "back.db")
    place.keep("copy", place.state, url)
    place.keep("copy", url, back)
    for state in (url, back):
        place.tool("smos-run", "enqueue", text=json.dumps({"task_id": "next", "payload": {}}) + "\n", state=state)
    place.state = back
    assert place.sql("SELECT id FROM production WHERE task_id = 'next'") == [(newest + 1,)]
    assert server.sql("SELECT id FROM smos.production WHERE task_id = 'next'", "numbers") == [[str(newest + 1)]]


def test_backup_of_a_server(server, place):
    place.fill()
    url = server.url("backed")
    there = place.json("copy", place.state, url)
    file = os.path.join(place.folder, "b.db")
    report = place.json("backup", file, state=url)
    assert report["chains"] == there["chains"] and os.stat(file).st_mode & 0o777 == 0o600
    assert "copy FILE" in place.keep("restore", file, "--force", status=64, state=url).stderr
    assert sorted(name for name in os.listdir(place.folder) if name.startswith("b.db")) == ["b.db"]
    assert tables(place.json("copy", file, server.url("restored"))) == tables(there)


def test_refused(server, place):
    place.fill()
    url = server.url("taken")
    place.keep("copy", place.state, url)
    assert "holds rows already" in place.keep("copy", place.state, url, status=73).stderr
    assert "holds rows already" in place.keep("copy", place.state, place.state, status=73).stderr
    assert place.json("verify", state=url)["findings"] == []
    with Intruder(place.state) as intruder:
        intruder.run("UPDATE reservation SET amount = amount + 1 WHERE task_id = 't1'")
    assert "wrong_" in place.keep("copy", place.state, server.url("wrong"), status=65).stderr
    assert version(server, "wrong") == UNFINISHED
    with Intruder(place.state) as intruder:
        intruder.run("UPDATE entry SET prev_hash = zeroblob(32) WHERE chain_id = 1 AND seq = 3")
    refused = place.keep("copy", place.state, server.url("link"), status=74)
    assert "does not follow" in refused.stderr, refused


def test_killed_in_the_middle(server, place):
    """The copy stops before the productions, is killed there, and nobody takes it for a state."""
    place.fill()
    url = server.url("killed")
    place.keep("migrate", state=url)
    holder = subprocess.Popen([*server.ordinary, os.path.join(server.bin, "psql"), "-X", "-q", "-A", "-t", "-h",
                               server.folder, "-U", "smos", "-d", "killed"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, cwd=server.folder)
    holder.stdin.write("BEGIN; LOCK TABLE smos.production IN EXCLUSIVE MODE; SELECT 'locked';\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "locked\n"
    copy = subprocess.Popen([sys.argv[1], "copy", place.state, url], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while server.sql("SELECT count(*) FROM pg_locks WHERE NOT granted", "killed") == [["0"]]:
        assert time.monotonic() < end, "the copy never came to the productions"
    assert copy.poll() is None
    copy.kill()
    copy.wait()
    holder.stdin.close()
    holder.wait()
    assert version(server, "killed") == UNFINISHED
    for tool, verb in (("smos-cfo", "balance"), ("smos-run", "depth"), ("smos-state", "verify"),
                       ("smos-state", "migrate")):
        assert "never finished" in place.tool(tool, verb, state=url, status=78).stderr, (tool, verb)
    assert "never finished" in place.keep("copy", place.state, url, status=78).stderr
    assert place.json("verify")["findings"] == []
    server.sql("DROP SCHEMA smos CASCADE", "killed")
    place.keep("copy", place.state, url)
    assert place.json("verify", state=url)["findings"] == []


def test_prune_and_tail_on_a_server(server, place):
    place.fill()
    place.grow_old()
    url = server.url("pruned")
    place.keep("copy", place.state, url)
    counts = {"observations": 2500, "stage_outputs": 1, "notes": 1, "audit_rows": 2, "nodes": 1, "refusals": 0}
    for words in (("--dry-run",), ()):
        done = place.json("prune", *words, state=url)
        assert {name: done[name] for name in counts} == counts, done
    assert server.sql("SELECT count(*) FROM smos.observation", "pruned") == [["2500"]]
    assert place.json("verify", state=url)["findings"] == []
    place.keep("prune")
    assert place.keep("tail", state=url).stdout == place.keep("tail").stdout


def test_dry_runs_read_a_server(server, place):
    """What reads does its work; what would write is refused; nobody waits for either."""
    place.fill()
    place.grow_old(10)
    url = server.url("dry")
    assert "schema 0" in place.tool("smos-scout", "--dry-run", text='{"id":"1","title":"x"}\n', status=78, state=url
                                    ).stderr
    place.keep("copy", place.state, url)
    item = json.dumps({"platform": "hn", "id": "id1", "title": "x", "upvotes": 3}) + "\n"
    scouted = json.loads(place.tool("smos-scout", "--dry-run", text=item, state=url).stdout)
    assert scouted["scout"]["observations"] == 3, scouted
    before = server.sql("SELECT count(*) FROM smos.observation", "dry")
    for tool, words in (("smos-run", ("list",)), ("smos-run", ("show", "p2")), ("smos-cfo", ("balance",)),
                        ("smos-cfo", ("verify",)), ("smos-state", ("verify",)), ("smos-state", ("tail",)),
                        ("smos-muse", ("mood",)), ("smos-state", ("migrate",))):
        assert place.tool(tool, *words, "--dry-run", state=url).stdout or tool == "smos-muse", (tool, words)
    line = json.dumps({"task_id": "new", "payload": {}}) + "\n"
    for tool, words in (("smos-run", ("enqueue",)), ("smos-run", ("cancel", "p0")), ("smos-run", ("pause",)),
                        ("smos-run", ("note", "p0", "n", "1")), ("smos-cfo", ("fund", "other/bob", "1"))):
        refused = place.tool(tool, *words, "--dry-run", status=64, state=url, text=line).stderr
        assert "would have to write" in refused and "make others wait" in refused, refused
    assert server.sql("SELECT count(*) FROM smos.observation", "dry") == before
    assert json.loads(place.tool("smos-run", "show", "p0", "--json", state=url).stdout)["state"] == "queued"


def test_words_of_the_library(server, place):
    """What libpq says over several lines is one line, without its tabs."""
    said = place.keep("verify", status=69, state=f"postgresql://smos@/x?host={place.folder}").stderr
    assert "Is the server" in said and "\\t" not in said and "\t" not in said and said.count("\n") == 1, said


if __name__ == "__main__":
    with Server() as running:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                with tempfile.TemporaryDirectory() as folder:
                    test(running, Place(PROGRAMS, folder))
                    print("ok", name, flush=True)
