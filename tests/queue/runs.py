#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-run: whole lines, failures, crashes, kills at any time, stops, reviews, conflicts.

runs.py SMOS_RUN [TEST...]"""
import json
import os
import signal

from yard import STAGES, alive, main, until


def whole_line(yard):
    assert yard.put("a") == {"task_id": "a", "created": True, "state": "queued"}
    assert not yard.put("a")["created"]
    yard.work()
    shown = yard.show("a")
    assert shown["state"] == "done" and shown["record"]["path"] == STAGES, shown
    assert shown["record"]["status"] == "settled" and yard.calls() == STAGES
    actions = [row["action"] for row in shown["audit"]]
    assert actions == ["enqueue", "claim", *["output " + s for s in STAGES], "complete"], actions
    assert json.loads(yard.run("depth", "--json"))["work"] == 0
    assert yard.put("a")["state"] == "done"
    yard.work()
    assert yard.calls() == STAGES  # nothing is done twice


def many_at_once(yard):
    lines = "".join(json.dumps({"task_id": f"t{i}", "payload": {}}) + "\n" for i in range(12))
    path = os.path.join(yard.folder, "many.jsonl")
    with open(path, "w") as file:
        file.write(lines + "not json\n" + '{"payload":{}}\n')
    yard.run("enqueue", path, status=65)
    workers = [yard.start("work", "--drain", "-j", "3") for _ in range(3)]
    assert [worker.wait(120) for worker in workers] == [0, 0, 0]
    for i in range(12):
        assert yard.show(f"t{i}")["state"] == "done"
        assert yard.calls(f"t{i}") == STAGES


def failures(yard):
    yard.put("flaky", {"render": ["exit", "failed", "work"]})
    yard.put("wrong", {"plan": ["refuse"]})
    yard.put("mute", {"critic": ["silent"]})
    yard.put("hopeless", {"render": ["exit"]}, "--attempts", "2")
    yard.work()
    shown = yard.show("flaky")
    assert shown["state"] == "done" and shown["attempt"] == 2, shown
    assert yard.calls("flaky") == STAGES[:2] + ["render"] * 3 + STAGES[3:]
    assert yard.show("wrong")["state"] == "dead" and "status 64" in yard.show("wrong")["last_error"]
    assert yard.show("mute")["state"] == "dead"
    assert yard.show("hopeless")["state"] == "dead" and yard.calls("hopeless")[2:] == ["render"] * 2
    assert json.loads(yard.run("retry", "--queue", "other"))["retried"] == 0
    assert json.loads(yard.run("purge", "dead", "--queue", "other", "--older-than", "0"))["purged"] == 0
    for days in ("-1", "106800000"):
        yard.run("purge", "dead", f"--older-than={days}", status=64)
    yard.run("pause", "--publish", "wrong", status=64)
    yard.run("pause", "--publish", "--queue", "other", status=64)
    assert json.loads(yard.run("retry")) == {"retried": 3, "in_doubt": 0}
    assert yard.show("hopeless")["attempt"] == 0


def poison(yard):
    yard.put("poison", {"render": ["die"]})
    yard.put("good")
    yard.work()
    shown = yard.show("poison")
    assert shown["state"] == "quarantined" and shown["crashes"] == 3 and shown["attempt"] == 0
    assert "signal 9" in shown["last_error"]
    assert yard.show("good")["state"] == "done"


def killed_worker(yard):
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work", "--lease", "1")
    until(lambda: "render" in yard.calls(), "render did not begin")
    worker.kill()
    worker.wait()
    worker = yard.start("work", "--lease", "1")
    until(lambda: yard.show("a")["state"] == "done", "it did not go on")
    worker.terminate()
    assert worker.wait(60) == 143
    assert yard.calls("a") == ["plan", "reserve", "render", *STAGES[2:]]  # it went on where it was
    assert yard.show("a")["crashes"] == 1


def sleeping_worker(yard):
    """Stopped for longer than its lease: it may write nothing, and its child goes."""
    yard.put("a", {"render": ["hang", "work"]})
    sleeper = yard.start("work", "--lease", "1")
    until(lambda: "render" in yard.calls(), "render did not begin")
    sleeper.send_signal(signal.SIGSTOP)
    other = yard.start("work", "--lease", "1")
    until(lambda: yard.show("a")["state"] == "done", "nobody took it over")
    other.terminate()
    other.wait(60)
    hanging = yard.pids("a")[2]
    before = yard.show("a")
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: not alive(hanging), "the child of the lost lease lives")
    sleeper.terminate()
    sleeper.wait(60)
    assert yard.show("a") == before
    assert len(yard.calls("a")) == 7


def long_job(yard):
    """Longer than its lease, with heartbeats: it runs once."""
    yard.put("a", {"render": ["wait"]})
    worker = yard.start("work", "--lease", "3")
    other = yard.start("work", "--lease", "3")
    until(lambda: "render" in yard.calls(), "render did not begin")
    ends = set()

    def beats():
        ends.add(yard.show("a")["lease_until"])
        return len(ends) > 5  # each a third of the lease after the one before

    until(beats, "no heartbeats")
    open(yard.log + ".go", "w").close()
    until(lambda: yard.show("a")["state"] == "done", "it was not finished")
    for one in (worker, other):
        one.terminate()
        one.wait(60)
    assert yard.calls("a") == STAGES and yard.show("a")["crashes"] == 0


def draining(yard):
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work")
    until(lambda: "render" in yard.calls(), "render did not begin")
    pid = yard.pids("a")[2]
    assert json.loads(yard.run("status", "--json"))["nodes"] == 1
    worker.terminate()
    assert worker.wait(60) == 143
    shown = yard.show("a")
    assert (shown["state"], shown["stage"]) == ("queued", "render"), shown
    assert shown["attempt"] == 0 and shown["crashes"] == 0
    assert not alive(pid)
    assert yard.run("nodes") == ""
    yard.work()
    assert yard.calls("a") == ["plan", "reserve", "render", *STAGES[2:]]


def cancelled(yard):
    yard.put("a", {"render": ["hang"]})
    worker = yard.start("work", "--lease", "1")
    until(lambda: "render" in yard.calls(), "render did not begin")
    yard.run("cancel", "a", "--if-version", "1", status=75)
    yard.run("cancel", "a")
    until(lambda: not alive(yard.pids("a")[2]), "the child of a cancelled production lives")
    worker.terminate()
    worker.wait(60)
    assert yard.show("a")["state"] == "cancelled"
    yard.run("cancel", "a", status=65)
    yard.run("cancel", "b", status=66)


def reviews(yard):
    for task in ("yes", "no", "late"):
        yard.put(task, {"critic": ["review"]})
    yard.work("--review-timeout", "1000")
    waiting = [json.loads(line)["task_id"] for line in yard.run("review", "list").splitlines()]
    assert waiting == ["yes", "no", "late"]
    assert yard.calls("yes") == ["plan", "reserve", "render", "critic", "settle"]
    yard.run("review", "approve", "yes")
    yard.run("review", "reject", "no")
    yard.run("review", "approve", "no", status=65)
    yard.run("review", "perhaps", "no", status=64)
    yard.work()
    assert yard.calls("yes")[-2:] == ["publish", "settle"]
    assert yard.show("no")["record"]["status"] == "rejected"
    assert yard.show("late")["state"] == "review"


def pauses(yard):
    yard.put("a")
    yard.run("pause")
    yard.work()
    assert yard.calls() == []
    yard.run("resume")
    yard.run("pause", "--publish")
    yard.work()
    assert yard.calls() == STAGES[:4]
    assert yard.show("a")["state"] == "queued"
    yard.run("resume", "--publish")
    yard.run("pause", "a")
    yard.work()
    assert yard.calls() == STAGES[:4]
    yard.run("resume", "a")
    yard.work()
    assert yard.calls() == STAGES


def fan_out(yard):
    yard.put("a", {"plan": ["fan"]})
    yard.work()
    assert yard.calls("a") == STAGES and yard.calls("a-2") == STAGES[1:]
    yard.put("b", {"plan": ["children"]})
    yard.work()
    assert yard.calls("b") == ["plan"] and yard.calls("b-2") == STAGES[1:]
    assert yard.show("b")["state"] == "done" and yard.show("b-2")["state"] == "done"


def schedules(yard):
    path = os.path.join(yard.folder, "intent.json")
    with open(path, "w") as file:
        file.write('{"type":"generate_video",\n"payload":{"prompt":"news"}}\n')
    made = json.loads(yard.run("schedule", "set", "often", "* * * * *", path))
    assert made["state_version"] == 1 and made["last_at"] is None
    yard.run("schedule", "set", "often", "61 * * * *", path, status=65)
    yard.run("schedule", "set", "often", "@daily", path, "--if-version", "7", status=75)
    assert json.loads(yard.run("schedule", "set", "often", "@daily", path))["state_version"] == 2
    assert json.loads(yard.run("schedule", "list"))["cron"] == "@daily"
    yard.run("schedule", "remove", "often")
    yard.run("schedule", "remove", "often", status=65)
    yard.run("schedule", "set", "often", status=64)
    assert yard.run("schedule", "list") == ""


if __name__ == "__main__":
    main([whole_line, many_at_once, failures, poison, killed_worker, sleeping_worker, long_job,
          draining, cancelled, reviews, pauses, fan_out, schedules])
