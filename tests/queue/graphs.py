#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-run: lines that branch and join, and workers that do only some of their stages.

graphs.py SMOS_RUN [TEST...]"""
import json
import os

from yard import main, until


def draw(yard, line=None):
    """plan, reserve, then render beside voice, then mix, critic, publish, settle."""
    def ours(name):
        return [os.path.join(yard.bin, "smos-" + name)]

    yard.environment["STAGE_SECTIONS"] = "1"
    yard.configure({"run": {"line": line or [
        "plan", "reserve", "render",
        {"name": "voice", "needs": ["reserve"], "command": ours("voice")},
        {"name": "mix", "needs": ["render", "voice"], "command": ours("mix")},
        "critic", "publish", "settle"]}})


def stages_of(yard):
    depth = json.loads(yard.run("depth", "--json"))
    return {name: (at["ready"], at["leased"]) for name, at in depth["stages"].items()}


def side_by_side(yard):
    draw(yard)
    yard.put("a", {"render": ["wait"]})
    worker = yard.start("work", "--drain", "-j", "2")
    until(lambda: {"render", "voice"} <= set(yard.calls()), "they do not run at the same time")
    open(yard.log + ".go", "w").close()
    assert worker.wait(60) == 0
    record = yard.show("a")["record"]
    assert record["render"]["saw"] == record["voice"]["saw"] == ["plan"], record
    assert record["mix"]["saw"] == ["plan", "render", "voice"], record
    assert record["state_version"] == 8 and record["status"] == "settled", record
    assert sorted(yard.calls()) == sorted(["plan", "reserve", "render", "voice", "mix", "critic",
                                           "publish", "settle"])


def same_in_every_order(yard):
    """One at a time, the voice last or first, and both at once: the same bytes."""
    draw(yard)
    records = []
    for task, tell, jobs in (("a", {}, "1"), ("b", {}, "4"), ("c", {"render": ["exit", "work"]}, "2"),
                             ("d", {"voice": ["exit", "work"]}, "2")):
        yard.put(task, tell)
        yard.work("-j", jobs)
        record = yard.show(task)["record"]
        for name in ("task_id", "payload"):
            del record[name]
        records.append(json.dumps(record))
    assert len(set(records)) == 1, records


def siblings_are_kept(yard):
    draw(yard)
    yard.put("a", {"render": ["refuse", "work"]})
    yard.work("-j", "2")
    shown = yard.show("a")
    assert shown["state"] == "dead" and "status 64" in shown["last_error"], shown
    assert yard.calls().count("voice") == 1
    yard.run("retry", "a")
    yard.work("-j", "2")
    assert yard.show("a")["state"] == "done"
    assert yard.calls().count("voice") == 1 and yard.calls().count("render") == 2, yard.calls()


def siblings_survive_a_kill(yard):
    draw(yard)
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work", "--lease", "1", "-j", "2")
    until(lambda: "render" in yard.calls()
          and any(row["action"] == "output voice" for row in yard.show("a")["audit"]),
          "the voice was not stored while render hangs")
    worker.kill()
    worker.wait()
    worker = yard.start("work", "--lease", "1", "-j", "2")
    until(lambda: yard.show("a")["state"] == "done", "it did not go on")
    worker.terminate()
    worker.wait(60)
    assert yard.calls().count("voice") == 1 and yard.calls().count("render") == 2, yard.calls()


def conflicts(yard):
    draw(yard)
    yard.put("a", {"render": ["clash"], "voice": ["clash"]})
    yard.work("-j", "2")
    shown = yard.show("a")
    assert shown["state"] == "dead", shown
    assert "render and voice ran side by side and both wrote clash" in shown["last_error"], shown


def refused_lines(yard):
    for line, words in (
            (["plan", "plan"], ["plan", "two stages"]),
            ([{"name": "plan", "needs": ["nobody"]}], ["plan", "nobody"]),
            ([{"name": "plan", "needs": ["settle"]}, "reserve", "settle"],
             ["plan needs settle needs reserve needs plan"]),
            (["plan", "voice"], ["voice", "no command"]),
            (["plan", {"needs": []}], ["[1]"]),
            (["plan", {"name": "render", "wants": []}], ["wants"]),
            ("plan", ["list"])):
        draw(yard, line)
        said = yard.refused("work", "--drain", status=78)
        assert all(word in said for word in words), (line, said)
    draw(yard)
    assert "nobody" in yard.refused("work", "--stages", "plan,nobody", status=64)
    yard.refused("work", "--stages", "", status=64)
    for limit in ("render", "render=0", "render=x", "nobody=1"):
        yard.refused("work", "--limit", limit, status=64)
    yard.refused("enqueue", "--from", "nobody", status=64)


def pools(yard):
    """One host renders, the other does the rest; a production waits for the one it needs."""
    draw(yard)
    yard.put("a")
    rest = "plan,reserve,voice,mix,critic,publish,settle"
    yard.work("--stages", rest)
    assert yard.calls() == ["plan", "reserve", "voice"], yard.calls()
    assert stages_of(yard) == {"render": (1, 0)}
    yard.work("--stages", rest)
    assert len(yard.calls()) == 3
    yard.work("--stages", "render")
    assert yard.calls()[3:] == ["render"] and stages_of(yard) == {"mix": (1, 0)}
    yard.work("--stages", rest)
    assert yard.show("a")["state"] == "done"
    assert yard.calls()[4:] == ["mix", "critic", "publish", "settle"]
    assert stages_of(yard) == {}


def limits(yard):
    for task in ("a", "b", "c"):
        yard.put(task, {"render": ["wait"]})
    assert stages_of(yard) == {"plan": (3, 0)}
    worker = yard.start("work", "--drain", "-j", "8", "--limit", "render=1")
    until(lambda: stages_of(yard) == {"render": (2, 1)}, "not one renders while two wait")
    until(lambda: yard.calls().count("render") > 0, "the one that renders never came so far")
    assert yard.calls().count("render") == 1
    open(yard.log + ".go", "w").close()
    assert worker.wait(60) == 0
    assert all(yard.show(task)["state"] == "done" for task in ("a", "b", "c"))


def from_the_middle(yard):
    draw(yard)
    yard.put("a", {}, "--from", "mix")
    yard.put("b", {}, "--from", "voice")
    yard.work()
    assert yard.calls("a") == ["mix", "critic", "publish", "settle"]
    assert sorted(yard.calls("b")[:2]) == ["render", "voice"] and yard.calls("b")[2] == "mix"


if __name__ == "__main__":
    main([side_by_side, same_in_every_order, siblings_are_kept, siblings_survive_a_kill, conflicts,
          refused_lines, pools, limits, from_the_middle])
