#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-state on a file: backups beside a writer, restores, damage, pruning, a full disk, the log.

keeping_test.py SMOS_STATE"""
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading

from place import Place

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from ledger_file import Intruder  # noqa: E402

PROGRAMS = os.path.dirname(os.path.abspath(sys.argv[1]))


def heads(report):
    return {chain["chain"]: chain["head_seq"] for chain in report["chains"]}


def beside(place):
    return sorted(name for name in os.listdir(place.folder)
                  if not name.startswith("anchor.") and name != "config.yaml")


def follower(place, *words):
    """A process that has the state open once its first line is read."""
    process = subprocess.Popen([os.path.join(PROGRAMS, "smos-state"), "tail", "--follow", *words, "--state",
                                place.state], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline()


def test_migrate(place):
    place.fill()
    assert "up to date" in place.keep("migrate").stdout
    new = os.path.join(place.folder, "new.db")
    would = place.json("migrate", "--dry-run", state=new)
    assert would["before"] == 0 and would["after"] == 0 and not os.path.exists(new), would
    done = place.json("migrate", state=new)
    assert done["before"] == 0 and done["after"] == done["latest"] > 3, done
    place.sql("PRAGMA user_version = 99")
    assert "newer version" in place.keep("migrate", status=78).stderr
    assert "newer version" in place.keep("migrate", "--dry-run", status=78).stderr


def test_no_state(place):
    for words in (("verify",), ("backup", "x.db"), ("prune",), ("tail",), ("copy", place.state, "y.db")):
        assert "no state is there" in place.keep(*words, status=66).stderr, words
    assert beside(place) == []


def test_backup_beside_a_writer(place):
    place.fill()
    stop = threading.Event()
    written = []

    def write():
        while not stop.is_set():
            place.run("fund", "other/bob", "0.01", "--key", f"w{len(written)}")
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    reports = []
    try:
        while len(reports) < 4 or len(written) < 8:
            reports.append(place.json("backup", os.path.join(place.folder, f"b{len(reports)}.db")))
    finally:
        stop.set()
        writer.join()
    seqs = [heads(report)["other"] for report in reports]
    assert seqs == sorted(seqs) and seqs[-1] > seqs[0], seqs
    for report in reports:
        assert stat.S_IMODE(os.stat(report["file"]).st_mode) == 0o600
        assert place.json("verify", state=report["file"])["entries"] == report["entries"]
    left = [name for name in beside(place) if not name.startswith(("state.db", "b"))]
    assert left == [], left


def test_backup_never_overwrites(place):
    place.fill()
    file = os.path.join(place.folder, "b.db")
    with open(file, "w", encoding="utf-8") as other:
        other.write("mine")
    assert "is there already" in place.keep("backup", file, status=73).stderr
    assert open(file, encoding="utf-8").read() == "mine"
    os.remove(file)
    os.symlink("nowhere", file)
    place.keep("backup", file, status=73)
    assert os.readlink(file) == "nowhere" and beside(place) == ["b.db", "state.db", "state.db.lock"]


def test_no_backup_of_damage(place):
    place.fill()
    with Intruder(place.state) as intruder:
        intruder.run("UPDATE entry SET amount = amount + 1 WHERE seq = 2")
    assert "edited_row" in place.keep("backup", os.path.join(place.folder, "b.db"), status=65).stderr
    assert beside(place) == ["state.db", "state.db.lock"]


def test_restore(place):
    place.fill()
    file = os.path.join(place.folder, "b.db")
    place.keep("backup", file)
    before = open(file, "rb").read()
    place.run("fund", "other/bob", "1", "--key", "later")
    assert "--force" in place.keep("restore", file, status=73).stderr
    process, first = follower(place)
    assert first
    refused = place.keep("restore", file, "--force", status=75)
    assert "has the state file open" in refused.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait() in (0, 143)
    assert heads(place.json("backup", file + "2"))["other"] == 2
    report = place.json("restore", file, "--force")
    assert report["cut"] == [{"chain": "other", "had_seq": 2, "has_seq": 1}], report
    assert place.balance("other/bob")["funded_micros"] == 2_000_000
    assert place.json("verify")["findings"] == [] and open(file, "rb").read() == before
    kept = place.state + ".before-restore"
    assert report["kept"] == kept and place.json("verify", state=kept)["entries"] == report["restored"]["entries"] + 1
    again = place.json("restore", file, "--force")
    assert again["kept"] == kept + ".2" and again["cut"] == [], again
    assert place.json("restore", file, "--force")["kept"] == kept + ".3"
    assert place.json("verify", state=kept)["entries"] == report["restored"]["entries"] + 1
    assert place.json("verify", state=kept + ".2")["entries"] == report["restored"]["entries"]
    new = os.path.join(place.folder, "deep", "new.db")
    place.keep("restore", file, state=new)
    assert place.json("verify", state=new)["entries"] == report["restored"]["entries"]
    assert stat.S_IMODE(os.stat(new).st_mode) == 0o600


def test_restore_over_the_rest_of_a_killed_writer(place):
    """What a log holds belongs to the old file and never to the new one."""
    place.fill()
    file = os.path.join(place.folder, "b.db")
    place.keep("backup", file)
    process, _ = follower(place)
    place.run("fund", "other/bob", "1", "--key", "in the log")
    process.kill()
    process.wait()
    assert os.path.getsize(place.state + "-wal") > 0
    report = place.json("restore", file, "--force")
    assert report["cut"] == [{"chain": "other", "had_seq": 2, "has_seq": 1}], report
    assert not os.path.exists(place.state + "-wal")
    assert place.json("verify")["findings"] == []
    assert place.balance("other/bob")["funded_micros"] == 2_000_000
    kept = place.json("verify", state=place.state + ".before-restore")
    assert kept["findings"] == [] and kept["entries"] == report["restored"]["entries"] + 1


def test_restore_refuses(place):
    place.fill()
    state = open(place.state, "rb").read()
    file = os.path.join(place.folder, "b.db")
    place.keep("restore", file, "--force", status=66)
    for content in (b"", b"text", b"SQLite format 3\0" + bytes(200), state[:5000]):
        with open(file, "wb") as bad:
            bad.write(content)
        done = subprocess.run([sys.argv[1], "restore", file, "--force", "--state", place.state],
                              capture_output=True, text=True)
        assert done.returncode in (65, 74), done
        assert open(place.state, "rb").read() == state
    os.remove(file)
    place.keep("backup", file)
    with Intruder(file) as intruder:
        intruder.run("UPDATE wallet SET funded = funded + 1")
    assert "wrong_balance" in place.keep("restore", file, "--force", status=65).stderr
    assert beside(place) == ["b.db", "state.db", "state.db.lock"]
    damaged = bytearray(state)
    damaged[4096:4096 + 200] = b"x" * 200
    with open(place.state, "wb") as broken:
        broken.write(damaged)
    good = os.path.join(place.folder, "good.db")
    with open(good, "wb") as whole:
        whole.write(state)
    os.chmod(good, 0o644)
    place.keep("restore", good, "--force")
    assert place.json("verify")["findings"] == []
    assert stat.S_IMODE(os.stat(place.state).st_mode) == 0o600


def test_verify_finds(place):
    place.fill()
    place.grow_old(10)
    assert place.json("verify")["findings"] == []
    whole = open(place.state, "rb").read()
    task = "(SELECT id FROM production WHERE task_id = 'p0')"
    for kind, sql in (("edited_row", "UPDATE entry SET amount = amount + 1 WHERE seq = 2"),
                      ("wrong_balance", "UPDATE wallet SET spent = 1 WHERE name = 'default/ava/spring'"),
                      ("wrong_history", "UPDATE production SET state = 'done' WHERE task_id = 'p0'"),
                      ("wrong_history", "DELETE FROM audit WHERE task_id = 'p0'"),
                      ("broken_history", "DELETE FROM audit WHERE task_id = 'p1' AND state_version = 1;"
                                         "INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,"
                                         " state_version, at_us) VALUES('default', 'p1', 'x', 'x', 'done', 'dead', 9, 1)"),
                      ("late_output", f"INSERT INTO stage_output VALUES({task}, 'plan', 'h', '{{}}', 7, 0)"),
                      ("late_note", f"INSERT INTO board VALUES({task}, '', 'n', 'plan', '1', 'w', 1, 'h', 7, 0)"),
                      ("dangling", "INSERT INTO stage_output VALUES(999, 'plan', 'h', '{}', 0, 0)"),
                      ("too_many_leased", "UPDATE production SET state = 'leased', lease_until_us = 1, lease_boot = '',"
                                          " lease_boot_until_us = 1, worker = 'x', concurrency_key = 'k',"
                                          " state_version = state_version + 1 WHERE state = 'queued'"),
                      ("damaged", "PRAGMA ignore_check_constraints = ON;"
                                  "UPDATE production SET attempt = -1 WHERE task_id = 'p0'")):
        with open(place.state, "wb") as file:
            file.write(whole)
        with Intruder(place.state) as intruder:
            for one in sql.split(";"):
                intruder.run(one)
        found = {finding["kind"] for finding in place.json("verify", status=65)["findings"]}
        assert kind in found, (kind, found)
        assert kind in place.keep("verify", status=65).stdout


def test_prune(place):
    place.fill()
    place.grow_old()
    kept = ("entry", "anchor", "reservation", "production", "wallet", "effect", "spend")
    before = [place.sql(f"SELECT * FROM {table}") for table in kept]
    would = place.json("prune", "--dry-run")
    counts = {"observations": 2500, "stage_outputs": 1, "notes": 1, "audit_rows": 2, "nodes": 1, "refusals": 0}
    assert {name: would[name] for name in counts} == counts, would
    assert place.sql("SELECT count(*) FROM observation") == [(5000,)]
    assert place.json("prune", "--before", "400")["observations"] == 0
    done = place.json("prune")
    assert {name: done[name] for name in counts} == counts, done
    assert [place.sql(f"SELECT * FROM {table}") for table in kept] == before
    assert place.sql("SELECT count(*), count(DISTINCT native_id) FROM observation") == [(2500, 2500)]
    assert place.sql("SELECT task_id FROM stage_output JOIN production ON id = production_id ORDER BY 1") == \
        [("new-done",), ("old-dead",)], "a dead production may be retried, from where it was"
    assert place.sql("SELECT task_id FROM board JOIN production ON id = production_id ORDER BY 1") == \
        [("new-done",), ("old-dead",)], "and finds its notes"
    assert len(place.sql("SELECT * FROM audit WHERE task_id = 'old-done'")) == 1
    assert place.json("verify")["findings"] == []
    assert place.json("prune")["observations"] == 0
    for days in ("0", "-1", "x", "99999999999"):
        place.keep("prune", f"--before={days}", status=64)


def test_full_disk(place):
    """Fault matrix row 4: nothing half-written under the name, the state whole, and then it works."""
    place.fill()
    place.grow_old(9000)
    assert os.path.getsize(place.state) > 500_000
    small = os.path.join(place.folder, "small")
    out = os.path.join(place.folder, "out")
    os.mkdir(small)
    os.mkdir(out)
    script = ('mount -t tmpfs -o size=400k tmpfs "$1" || exit 99\n'
              '"$2" backup "$1/b.db" --state "$3"; echo $?\n ls -A "$1"\n echo copy\n'
              '"$2" copy "$3" "$1/t.db"; echo $?\n cp "$1"/t.db* "$4"')
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(["unshare", "--mount", *as_root, "sh", "-c", script, "sh", small, sys.argv[1], place.state,
                           out], capture_output=True, text=True)
    if done.returncode == 99 or "unshare" in done.stderr:
        print("no small disk can be mounted here: not tested:", done.stderr.strip())
        return
    assert done.stdout == "74\ncopy\n74\n", done
    assert "full" in done.stderr, done
    assert "never finished" in place.keep("verify", state=os.path.join(out, "t.db"), status=78).stderr
    refused = place.tool("smos-run", "depth", state=os.path.join(out, "t.db"), status=78)
    assert "never finished" in refused.stderr
    assert place.json("verify")["findings"] == []
    place.keep("backup", os.path.join(out, "b.db"))


def test_layered_file_systems(place):
    """Refused before anything is made there; a tmpfs beside it will do."""
    script = ('mount -t tmpfs tmpfs "$1" || exit 99\n'
              'mkdir "$1/low" "$1/up" "$1/work" "$1/all" && echo old > "$1/low/old.db"\n'
              'mount -t overlay overlay -o "lowerdir=$1/low,upperdir=$1/up,workdir=$1/work" "$1/all" || exit 99\n'
              '"$2/smos-state" migrate --state "$1/all/deep/state.db"; echo $?\n'
              '"$2/smos-cfo" balance --dry-run --state "$1/all/old.db"; echo $?\n'
              '"$2/smos-state" restore "$3" --state "$1/all/deep/state.db"; echo $?\n'
              'ls "$1/all"\n'
              '"$2/smos-state" migrate --state "$1/up.db"; echo $?')
    place.fill()
    file = os.path.join(place.folder, "b.db")
    place.keep("backup", file)
    here = os.path.join(place.folder, "here")
    os.mkdir(here)
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(["unshare", "--mount", *as_root, "sh", "-c", script, "sh", here, PROGRAMS, file],
                          capture_output=True, text=True)
    if done.returncode == 99 or "unshare" in done.stderr:
        print("no overlay can be mounted here: not tested:", done.stderr.strip())
        return
    assert done.stdout.startswith("78\n78\n78\nold.db\n") and done.stdout.endswith("\n0\n"), done
    assert done.stderr.count("lies on overlay") == 3 and done.stderr.count("mount a volume") == 3, done


def test_a_name_that_no_state_can_hold(place):
    """One item is named and skipped, the others are remembered."""
    good = [json.dumps({"platform": "hn", "id": name, "title": "x", "upvotes": 3}) for name in ("a b", "c")]
    bad = json.dumps({"platform": "hn", "id": "a\0b", "title": "x", "upvotes": 3})
    lines = "\n".join([good[0], bad, good[1]]) + "\n"
    done = subprocess.run([os.path.join(PROGRAMS, "smos-scout"), "--state", place.state], input=lines,
                          capture_output=True, text=True)
    assert done.returncode == 65 and "U+0000" in done.stderr and "a b" in done.stderr, done
    assert [json.loads(line)["scout"]["native_id"] for line in done.stdout.splitlines()] == ["a b", "c"], done
    assert place.sql("SELECT native_id FROM observation ORDER BY 1") == [("a b",), ("c",)]


def test_tail(place):
    place.fill()
    events = [json.loads(line) for line in place.keep("tail", "--json").stdout.splitlines()]
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
    assert len([event for event in events if event["event"] == "audit"]) == 6
    entries = [event for event in events if event["event"] == "entry"]
    assert len(entries) == place.json("verify")["entries"]
    text = place.keep("tail", "--task", "t0").stdout.splitlines()
    assert len(text) == 2 and " reserve " in text[0] and " settle " in text[1], text
    later = place.keep("tail", "--since", events[-1]["at"]).stdout.splitlines()
    assert len(later) == len([event for event in events if event["at"] == events[-1]["at"]])
    process, first = follower(place, "--task", "p3", "--json")
    assert json.loads(first)["action"] == "enqueue"
    place.tool("smos-run", "cancel", "p0")
    place.tool("smos-run", "cancel", "p3")
    assert json.loads(process.stdout.readline())["state_after"] == "cancelled"
    process.send_signal(signal.SIGTERM)
    process.wait()


def test_hostile_words(place):
    """What others wrote reaches a terminal only as visible characters."""
    line = json.dumps({"task_id": "x\u001b[2J\u202e", "payload": {"prompt": "a"}})
    place.tool("smos-run", "enqueue", text=line + "\n")
    said = place.keep("tail").stdout
    assert "\u001b" not in said and said.count("\n") == 1, said
    assert place.keep("tail", "--task", "' OR 1=1 --").stdout == ""


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                test(Place(PROGRAMS, folder))
                print("ok", name, flush=True)
