#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-run: a PostgreSQL server that crashes and comes back under working workers.

outages.py SMOS_RUN [TEST...]"""
import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402
from yard import STAGES, alive, main, until  # noqa: E402


def with_server(test):
    def run(yard):
        with Server() as server:
            yard.state = server.url("runs")
            test(yard, server)

    run.__name__ = test.__name__
    return run


def crash(server):
    server.stop(signal.SIGQUIT)  # pg_ctl stop -m immediate


@with_server
def restarted_while_a_stage_runs(yard, server):
    yard.put("a", {"render": ["wait"]})
    worker = yard.start("work")
    until(lambda: "render" in yard.calls(), "render did not begin")
    crash(server)
    open(yard.log + ".go", "w").close()  # it answers while the state is away
    until(lambda: not alive(yard.pids("a")[2]), "render did not end")
    server.start()
    until(lambda: yard.show("a")["state"] == "done", "it did not go on")
    assert yard.calls("a") == STAGES  # nothing twice
    shown = yard.show("a")
    assert shown["crashes"] == 0 and shown["attempt"] == 0, shown
    assert worker.poll() is None, yard.said()
    worker.terminate()
    assert worker.wait(60) == 143


@with_server
def restarted_again_and_again(yard, server):
    """Every production is done once, in whatever call the server went away."""
    tasks = [f"t{i}" for i in range(8)]
    for task in tasks:
        yard.put(task)
    workers = [yard.start("work", "-j", "2") for _ in range(2)]
    for round_ in range(1, 5):
        until(lambda: len(yard.calls()) >= 8 * round_, "nothing goes on")
        crash(server)
        server.start()
    until(lambda: all(yard.show(task)["state"] == "done" for task in tasks), "not all were done")
    for task in tasks:
        shown = yard.show(task)
        assert shown["record"]["path"] == STAGES and shown["attempt"] == 0, shown
    for worker in workers:
        assert worker.poll() is None, yard.said()
        worker.terminate()
        worker.wait(60)


@with_server
def away_for_longer_than_a_lease(yard, server):
    """Nobody may know who has it: what runs is ended, and begun again later."""
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work", "--lease", "2")
    until(lambda: "render" in yard.calls(), "render did not begin")
    crash(server)
    until(lambda: not alive(yard.pids("a")[2]), "a child outlived its lease")
    assert worker.poll() is None, yard.said()
    server.start()
    until(lambda: yard.show("a")["state"] == "done", "it did not go on")
    assert yard.calls("a") == ["plan", "reserve", "render", *STAGES[2:]]
    worker.terminate()
    worker.wait(60)


@with_server
def silent_server(yard, server):
    """It takes the connection and never answers: the worker waits, but not its child."""
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work", "--lease", "2")
    until(lambda: "render" in yard.calls(), "render did not begin")
    backends = [int(row[0]) for row in server.sql(
        "SELECT pid FROM pg_stat_activity WHERE datname = 'runs'")]
    for pid in backends:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: not alive(yard.pids("a")[2]), "a child outlived its lease")
    for pid in backends:
        os.kill(pid, signal.SIGCONT)
    until(lambda: yard.show("a")["state"] == "done", "it did not go on")
    assert worker.poll() is None, yard.said()
    worker.terminate()
    worker.wait(60)


@with_server
def stopped_while_it_is_away(yard, server):
    yard.put("a", {"render": ["hang", "work"]})
    worker = yard.start("work")
    until(lambda: "render" in yard.calls(), "render did not begin")
    crash(server)
    worker.terminate()
    assert worker.wait(60) == 143
    assert not alive(yard.pids("a")[2])
    server.start()


@with_server
def gone_for_good(yard, server):
    """What no waiting mends ends it: a schema of a newer version."""
    yard.put("a", {"render": ["hang"]})
    worker = yard.start("work", "--lease", "2")
    until(lambda: "render" in yard.calls(), "render did not begin")
    server.sql("DROP TABLE smos.production CASCADE", "runs")
    assert worker.wait(60) == 78
    until(lambda: not alive(yard.pids("a")[2]), "a child outlived its worker")


if __name__ == "__main__":
    main([restarted_while_a_stage_runs, restarted_again_and_again, away_for_longer_than_a_lease,
          silent_server,          stopped_while_it_is_away, gone_for_good])
