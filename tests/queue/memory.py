#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory of the muse from outside: boards of a run and moods, on a file and on a server of the test's own.

memory.py SMOS_RUN"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402
from yard import HERE, Yard, until  # noqa: E402

MUSE = os.path.join(os.path.dirname(sys.argv[1]), "smos-muse")


def draw(yard):
    command = [sys.executable, os.path.join(HERE, "noting_stage.py"), os.path.join(yard.bin, "smos-run")]
    yard.configure({"run": {"line": [{"name": name, "needs": needs, "command": command} for name, needs in (
        ("plan", []), ("draw", ["plan"]), ("hum", ["plan"]), ("render", ["draw", "hum"]))]}})
    yard.environment["SMOS_STATE"] = yard.state or os.path.join(yard.folder, "state.db")


def put(yard, task, tell=None):
    line = json.dumps({"task_id": task, "persona_id": "ava", "payload": {"prompt": "it's", "tell": tell or {}}})
    yard.run("enqueue", given=line + "\n")


def board(yard, task, *words):
    return [json.loads(line) for line in yard.run("board", task, *words).splitlines()]


def notes(lines):
    return {(line.get("edge", "").partition(":")[2], line["name"], line["provenance"].get("node_id", "")):
            (line["value"], line["provenance"].get("attempt")) for line in lines}


def muse(yard, *words, status=0):
    file = os.path.join(yard.folder, "ava.yaml")
    if not os.path.exists(file):
        subprocess.run([MUSE, "genesis", "--name", "Ava", "-o", file], check=True, stdout=subprocess.DEVNULL)
    end = subprocess.run([MUSE, "mood", *[file if word == "FILE" else word for word in words]],
                         env=yard.environment, capture_output=True, text=True, timeout=60)
    assert end.returncode == status, (words, end)
    return end


def handovers(yard):
    """What the worker writes by itself, and its provenance."""
    draw(yard)
    put(yard, "a")
    yard.work()
    lines = board(yard, "a")
    told = notes(lines)
    assert {key: value[0]["outcome"] for key, value in told.items() if key[1] == "outcome"} == {
        ("", "outcome", stage): "done" for stage in ("plan", "draw", "hum", "render")}, told
    edges = [line["edge"] for line in lines if line["scope"] == "blackboard"]
    assert sorted(edges) == ["draw:render", "hum:render", "plan:draw", "plan:hum"], edges
    (one,) = board(yard, "a", "--edge", "plan:draw")
    assert one["value"]["status"] == "planned" and set(one["value"]["wrote"]) == {"plan", "plan_says", "status"}, one
    assert len(board(yard, "a", "--edge", "plan:draw", "--edge", "draw:render", "--edge", "no:thing")) == 2
    assert {line["scope"] for line in board(yard, "a", "--whiteboard")} == {"whiteboard"}
    given = {line["SMOS_LEASE_STAGE"]: line for line in map(json.loads, open(yard.log))}
    for line in lines:
        seen = given[line["provenance"]["node_id"]]
        assert line["provenance"]["input_sha256"] == seen["SMOS_LEASE_INPUT"], line
        assert line["provenance"]["lease_token"] == int(seen["SMOS_LEASE_TOKEN"])
        assert line["provenance"]["attempt"] == 1 and line["at"].endswith("Z") and line["tenant_id"] == "default"
        assert line["provenance"]["agent_id"].count(":") >= 1, "a worker's name"


def second_attempt(yard):
    """It replaces what its stage wrote, and nothing else; what failed says so until then."""
    draw(yard)
    put(yard, "a", {"plan": [[["note", "idea", {"by": "plan"}], ["note", "for.draw", 1, "draw"]]],
                    "draw": [[["note", "idea", "first"], ["note", "left", True], ["fail"]],
                             [["note", "idea", "second \U0001f600"]]]})
    yard.work("--stages", "plan,draw", "--backoff", "3600000")
    told = notes(board(yard, "a"))
    assert told["", "idea", "draw"] == ("first", 1) and told["", "idea", "plan"] == ({"by": "plan"}, 1), told
    failed, attempt = told["", "outcome", "draw"]
    assert failed["outcome"] == "failed" and failed["retryable"] is True and attempt == 1, failed
    token = [json.loads(line) for line in open(yard.log)][-1]["SMOS_LEASE_TOKEN"]
    late = dict(yard.environment, SMOS_LEASE_PRODUCTION="1", SMOS_LEASE_TOKEN=token, SMOS_LEASE_STAGE="draw",
                SMOS_LEASE_ATTEMPT="1", SMOS_LEASE_INPUT="x")
    end = subprocess.run(yard.arguments("note", "a", "idea", '"late"'), env=late, capture_output=True, text=True)
    assert end.returncode == 75 and "another worker" in end.stderr, end
    assert notes(board(yard, "a")) == told
    yard.run("cancel", "a")
    yard.run("retry", "a")
    assert notes(board(yard, "a")) == told, "a retry forgets nothing"
    yard.work()
    again = notes(board(yard, "a"))
    assert again["", "idea", "plan"] == ({"by": "plan"}, 1) and again["draw", "for.draw", "plan"] == (1, 1), again
    assert again["", "left", "draw"] == (True, 1), "not written again, so it stays, with its attempt"
    assert again["", "outcome", "draw"][0] == {"outcome": "done", "status": "planned"}, again


def resumption(yard):
    """A worker is killed in the middle of a stage; the boards are there for the next."""
    draw(yard)
    put(yard, "a", {"plan": [[["note", "idea", 7]]], "draw": [[["note", "half", 1], ["hang"]], [["note", "half", 2]]]})
    worker = yard.start("work", "--drain", "--lease", "2", "--backoff", "0")
    until(lambda: ("", "half", "draw") in notes(board(yard, "a")), "no note came")
    worker.kill()
    worker.wait()
    assert notes(board(yard, "a"))["", "idea", "plan"] == (7, 1)
    until(lambda: yard.work("--lease", "60") is not None and yard.show("a")["state"] == "done", "nobody went on")
    told = notes(board(yard, "a"))
    assert told["", "idea", "plan"] == (7, 1) and told["", "half", "draw"] == (2, 2), told


def people(yard):
    """Notes of people, and what is refused."""
    draw(yard)
    put(yard, "a")
    yard.run("note", "a", "wish", "-", "--actor", "ann", given='{"colour": "it\'s red"}\n')
    (one,) = board(yard, "a")
    assert one["value"] == {"colour": "it's red"} and one["provenance"] == {"agent_id": "ann"}, one
    for words, status in ((("a", "Wish", "1"), 65), (("a", "wish", "{"), 65), (("a", "../x", "1"), 65),
                          (("a", "wish", json.dumps("x" * 16384)), 65), (("a", "wish", "1", "--to", "draw"), 65),
                          (("a", "outcome", "1"), 65), (("b", "wish", "1"), 66), (("a",), 64), (("a", "wish", "1", "2"), 64)):
        yard.refused("note", *words, status=status)
    for number in range(31):
        yard.run("note", "a", f"n{number}", "0")
    assert "32 notes" in yard.refused("note", "a", "more", "0", status=65)
    yard.run("note", "a", "n0", "1")
    yard.refused("board", "b", status=66)
    assert len(board(yard, "a")) == 32
    yard.run("cancel", "a")
    yard.run("purge", "cancelled", "--older-than", "0")
    yard.refused("board", "a", status=66)


def moods(yard):
    """A muse is neutral, becomes what is said, and thinks what was planned for her."""
    draw(yard)
    neutral = json.loads(muse(yard, "FILE").stdout)
    assert neutral == {"tenant_id": "default", "persona_id": "ava", "valence": 0.0, "arousal": 0.0, "dominance": 0.0,
                       "current_thought": None, "last_updated": None, "state_version": 0}, neutral
    assert muse(yard).stdout == ""
    said = json.loads(muse(yard, "FILE", "--valence=-0.5", "--arousal", "0.5", "--dominance", "0.8", "--thought",
                           "a\nb", "--actor", "ann").stdout)
    assert (said["valence"], said["arousal"], said["dominance"]) == (-0.5, 0.5, 0.8), said
    assert said["current_thought"] == "a b" and said["state_version"] == 1 and said["modified_by"] == "ann"
    for words, status in ((("--valence", "1.001"), 65), (("--valence=-2"), 65), (("--arousal=-0.1"), 65),
                          (("--dominance", "1e300"), 65), (("--arousal", "nan"), 64),
                          (("--thought", "x" * 501), 65), (("--thought", "x", "--if-version", "7"), 75)):
        muse(yard, "FILE", *([words] if isinstance(words, str) else words), status=status)
    muse(yard, "--valence", "0.1", status=64)
    put(yard, "a")
    yard.work()
    thinks = json.loads(muse(yard).stdout)
    assert thinks["current_thought"] == "Why it's new" and thinks["task_id"] == "a", thinks
    assert thinks["valence"] == -0.5 and thinks["state_version"] == 2, thinks
    assert json.loads(muse(yard, "FILE", "--thought", "").stdout)["current_thought"] is None


TESTS = [handovers, second_attempt, resumption, people, moods]


def run_all(server):
    chosen = [word for word in sys.argv[2:] if "/" not in word]
    for test in TESTS:
        for engine in ("file", "server") if server else ("file",):
            if chosen and test.__name__ not in chosen:
                continue
            yard = Yard()
            if engine == "server":
                yard.state = server.url("t_" + test.__name__)
            try:
                test(yard)
            finally:
                yard.close()
            print("ok   ", test.__name__, engine, flush=True)


if __name__ == "__main__":
    try:
        running = Server()
    except SystemExit:
        run_all(None)
        print("PostgreSQL is not installed: only files were tested")
        sys.exit(0)
    with running as started:
        run_all(started)
