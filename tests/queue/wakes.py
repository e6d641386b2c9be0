#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-run: workers that are woken, and lines that go into the queue in groups.

wakes.py SMOS_RUN [TEST...]"""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402
from yard import main, until  # noqa: E402

# The state's descriptor and the signals', and nothing else: no stage runs.
WOKEN = re.compile(r"poll\(\[\{fd=(\d+), events=POLLIN\}, \{fd=\d+, events=POLLIN\}\], 2, \d+\)"
                   r" += \d+ \(\[\{fd=\1, revents=POLLIN\}")


def with_server(test):
    def run(yard):
        with Server() as server:
            yard.state = server.url("runs")
            test(yard, server)

    run.__name__ = test.__name__
    return run


def line(task, **more):
    return json.dumps({"task_id": task, "payload": {"prompt": "p"}, **more}) + "\n"


class Watched:
    """A worker under strace: how its waits ended."""

    def __init__(self, yard):
        self.trace = os.path.join(yard.folder, f"trace{time.monotonic_ns()}")
        self.process = subprocess.Popen(
            ["strace", "-D", "-o", self.trace, "-e", "trace=poll,ppoll", *yard.arguments("work")],
            env=yard.environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yard.started.append(self.process)

    def waits(self):
        return open(self.trace, errors="replace").read() if os.path.exists(self.trace) else ""

    def woken(self):
        """By its first descriptor, the state's, and by no time-out."""
        return len(WOKEN.findall(self.waits()))


def wakes(yard, watched):
    """Among several productions put in while it waits at least one came by the bell."""
    for i in range(5):
        before = watched.woken()
        task = f"t{time.monotonic_ns()}"
        yard.put(task)
        until(lambda: yard.show(task)["state"] == "done", "it was not done")
        if watched.woken() > before:
            return
    raise AssertionError("its waits ended by time alone:\n" + watched.waits()[-3000:])


def waiting(yard, watched):
    until(lambda: "Timeout" in watched.waits(), "it never waits:\n" + yard.run("nodes"))


def woken_by_a_file(yard):
    yard.put("first")
    watched = Watched(yard)
    waiting(yard, watched)
    wakes(yard, watched)


@with_server
def woken_by_a_server_also_after_a_crash(yard, server):
    yard.put("first")
    watched = Watched(yard)
    waiting(yard, watched)
    wakes(yard, watched)
    server.stop(signal.SIGQUIT)
    server.start()
    yard.put("second")
    until(lambda: yard.show("second")["state"] == "done", "it did not go on")
    wakes(yard, watched)


@with_server
def rung_seldom_and_behind_the_commit(yard, server):
    """What is told of can be seen, and a thousand lines are not told of one by one."""
    yard.put("first")
    subscriber = subprocess.Popen(
        [os.path.join(server.bin, "psql"), "-X", "-q", "-A", "-t", "-h", server.folder, "-U", "smos", "-d", "runs"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    channel = "smos_" + hashlib.sha256(b"smos-bell-v1 queue default").hexdigest()[:32]
    subscriber.stdin.write(f"LISTEN {channel};\nSELECT 'listening';\n")
    subscriber.stdin.flush()
    assert subscriber.stdout.readline() == "listening\n"
    path = os.path.join(yard.folder, "lines")
    with open(path, "w") as file:
        file.writelines(line(f"t{i}") for i in range(1000))
    begun = time.monotonic()
    yard.run("enqueue", path)
    took = time.monotonic() - begun
    subscriber.stdin.write("SELECT 'end', count(*) FROM smos.production;\n")
    said = subscriber.communicate()[0]
    rings = said.count(channel)
    assert 1 <= rings <= took / 0.02 + 2, (rings, took, said)
    assert "end|1001" in said, said


def signalled_while_it_waits(yard):
    """The signal ends the wait itself."""
    yard.put("first")
    watched = Watched(yard)
    waiting(yard, watched)
    watched.process.terminate()
    assert watched.process.wait(60) == 143


class Pipe:
    def __init__(self, yard):
        self.process = subprocess.Popen(yard.arguments("enqueue"), env=yard.environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        yard.started.append(self.process)

    def write(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def read(self):
        return json.loads(self.process.stdout.readline())


def commits(yard):
    """When productions came in: those of one group at one time."""
    times = [json.loads(shown)["created_at"] for shown in yard.run("list", "--json").splitlines()]
    return len(set(times))


def grouped(yard):
    pipe = Pipe(yard)
    pipe.write("".join(line(f"t{i:02}") for i in range(50)))  # one write, one read
    assert [pipe.read()["task_id"] for _ in range(50)] == [f"t{i:02}" for i in range(50)]
    assert commits(yard) == 1
    pipe.write(line("alone"))
    assert pipe.read()["created"]  # promptly: the pipe stays open
    assert commits(yard) == 2
    pipe.write(line("t00") + line("last"))
    assert [pipe.read()["created"] for _ in range(2)] == [False, True]
    pipe.process.stdin.close()
    assert pipe.process.wait(60) == 0


def lines_of_a_file_are_grouped(yard):
    grouped(yard)


@with_server
def lines_of_a_server_are_grouped(yard, server):
    grouped(yard)


def one_that_cannot_be_stored_does_not_take_its_group_along(yard):
    pipe = Pipe(yard)
    pipe.write(line("a") + line("b\0") + line("c"))
    pipe.process.stdin.close()
    out, said = pipe.process.stdout.read(), pipe.process.stderr.read()
    assert pipe.process.wait(60) == 65, said
    assert [json.loads(one)["task_id"] for one in out.splitlines()] == ["a"], (out, said)
    assert yard.show("a")["state"] == "queued"


def an_answer_means_that_it_is_in(yard):
    """Killed at once behind an answer, or in the middle: what was answered is there."""
    for round_ in range(5):
        pipe = Pipe(yard)
        tasks = [f"r{round_}-{i}" for i in range(200)]
        pipe.write("".join(line(task) for task in tasks[:round_ * 40 + 1]))
        pipe.read()
        pipe.process.kill()
        answered = [json.loads(one)["task_id"] for one in pipe.process.stdout if one.endswith("\n")]
        pipe.process.wait()
        for task in [tasks[0], *answered]:
            assert yard.show(task)["state"] == "queued"


if __name__ == "__main__":
    tests = [lines_of_a_file_are_grouped, lines_of_a_server_are_grouped,
             one_that_cannot_be_stored_does_not_take_its_group_along, an_answer_means_that_it_is_in,
             rung_seldom_and_behind_the_commit]
    if shutil.which("strace"):
        tests += [woken_by_a_file, woken_by_a_server_also_after_a_crash, signalled_while_it_waits]
    main(tests)
