#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""AIN messages of both generations are tasks, and leave as acknowledgements:
messages.py PROGRAMS SOURCE. SMOS_TESTDATA, or shared/testdata beside the source, adds real ones."""
import glob
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rules"))
from workshop import NOW, Workshop, dump  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))


def messages(source):
    """(name, message) of our own fixtures and of the samples, where they are."""
    data = os.environ.get("SMOS_TESTDATA") or os.path.join(source, "..", "shared", "testdata")
    paths = sorted(glob.glob(os.path.join(HERE, "ain", "*.json")))
    assert len(paths) >= 2
    paths += sorted(glob.glob(os.path.join(data, "contracts", "ain", "*.json")))
    for path in paths:
        with open(path, encoding="utf-8") as text:
            yield os.path.basename(path), json.load(text)


def is_task(message):
    return isinstance(message.get("payload"), dict) and isinstance(
        message["payload"].get("prompt"), str)


def check_acknowledgement(name, task, answer, status):
    assert answer["task_id"] == task["task_id"], name
    assert answer["type"] == "generate_video" and answer["persona_id"] == task["persona_id"], name
    assert answer["status"] == status, (name, answer["status"], answer.get("errors"))
    assert answer["state_version"] > task["state_version"], name
    assert "confidence" not in answer, f"{name}: nobody has judged it yet"
    for key in ("payload", "meta", "created_at"):
        assert answer.get(key) == task.get(key), (name, key)


def main():
    with Workshop(sys.argv[1]) as workshop:
        source = os.path.abspath(sys.argv[2])
        muse = os.path.join(source, "examples", "first-light", "ava.yaml")
        plan = workshop.argv("smos-plan", "--now", NOW, "--muse", muse)
        tasks = others = 0
        for name, message in messages(source):
            line = dump(message)
            out, _, _ = workshop.run(plan, line + b"\n")
            if not is_task(message):
                assert out == line + b"\n", f"{name} is no task and has to pass untouched"
                others += 1
                continue
            answer = json.loads(out)
            check_acknowledgement(name, message, answer, "planned")
            assert answer["state_version"] == message["state_version"] + 1
            assert answer["plan"]["script"]["lines"] and answer["plan"]["timeline"]
            tasks += 1
            wallet = f"default/{message['persona_id']}"
            workshop.run(workshop.argv("smos-cfo", "fund", wallet, "1", "--once"))
            reserved, _, _ = workshop.run(workshop.argv("smos-cfo", "reserve"), out)
            check_acknowledgement(name, message, json.loads(reserved), "reserved")
        assert tasks >= 2
        # What cannot be done is acknowledged too.
        broken = b'{"task_id":"x","type":"generate_video","persona_id":"ava","state_version":1,' \
                 b'"payload":{"prompt":"battery","n":1e400}}'
        answer = json.loads(workshop.run(plan, broken)[0])
        assert answer["status"] == "failed" and answer["state_version"] == 2
        error = answer["errors"][0]
        assert error.keys() == {"tool", "code", "message", "retryable"}, error
        print(f"ok    {tasks} tasks acknowledged, {others} other messages passed by")


if __name__ == "__main__":
    main()
