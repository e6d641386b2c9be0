#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A render that is stopped half-way: SIGTERM hands the line on as it was, kill -9 loses nothing,
and the film is made once, the same bytes whatever came between: stopped_render.py PROGRAMS SOURCE."""
import json
import os
import shutil
import signal
import sys

from workshop import NOW, Workshop, dump, killed, scouted, tree


def reserved_line(workshop, source):
    muse = os.path.join(source, "examples", "first-light", "ava.yaml")
    workshop.fund("1")
    planned, _, _ = workshop.run(
        workshop.argv("smos-plan", "--now", NOW, "--muse", muse), dump(scouted(1)))
    line, _, _ = workshop.run(workshop.argv("smos-cfo", "reserve"), planned)
    assert json.loads(line)["status"] == "reserved", line[:300]
    return line


def started(workshop, line, fraction):
    """A renderer that has come as far as `fraction` of its work."""
    process = workshop.start(argv_of(workshop, "--progress", "json"))
    process.stdin.write(line)
    process.stdin.flush()
    for text in process.stderr:
        event = json.loads(text)
        if event.get("ev") == "progress" and event["fraction"] >= fraction:
            return process
    raise AssertionError(f"it ended before {fraction}: {process.wait()}")


def argv_of(workshop, *more):
    return workshop.argv("smos-render", "--now", NOW, "--device", "cpu", "--preset", "ultrafast",
                         *more)


def films(workshop, record):
    output = record["render"]["outputs"][0]
    return [output[name]["checksum"] for name in ("video", "poster")]


def main():
    with Workshop(sys.argv[1]) as workshop:
        line = reserved_line(workshop, os.path.abspath(sys.argv[2]))
        process = started(workshop, line, 0.3)
        process.send_signal(signal.SIGTERM)
        process.stdin.close()
        out = process.stdout.read()
        for _ in process.stderr:
            pass
        assert process.wait() == 143, process.returncode
        if out:
            assert out == line or json.loads(out)["status"] == "rendered", out[:300]
        killed(started(workshop, line, 0.6))
        out, _, _ = workshop.run(argv_of(workshop), line)
        record = json.loads(out)
        assert record["status"] == "rendered", record["errors"]
        assert record["render"]["cached"] is False
        assert not os.listdir(os.path.join(workshop.assets, "scratch")), "something half-made"
        before = tree(workshop.assets)
        again = json.loads(workshop.run(argv_of(workshop), line)[0])
        assert again["render"]["cached"] is True
        assert films(workshop, again) == films(workshop, record)
        assert tree(workshop.assets) == before, "a cached render writes nothing"
        shutil.rmtree(workshop.assets)
        fresh = json.loads(workshop.run(argv_of(workshop, "--workers", "1"), line)[0])
        assert films(workshop, fresh) == films(workshop, record), "other bytes"
        print("ok    stopped, killed, run again: one film, the same bytes")


if __name__ == "__main__":
    main()
