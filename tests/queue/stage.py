#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stage for the tests of smos-run: called under the name of a real one, it writes a status, and
does what payload.tell[STAGE] says; every call is noted in $STAGE_LOG."""
import json
import os
import signal
import sys
import time

STATUS = {"plan": "planned", "reserve": "reserved", "render": "rendered", "critic": "approved",
          "publish": "published", "settle": "settled"}
ALL = ("plan", "render", "voice", "mix", "critic", "publish")


def main():
    name = os.path.basename(sys.argv[0])[len("smos-"):]
    stage = sys.argv[1] if name == "cfo" else name
    line = sys.stdin.readline()
    record = json.loads(line)
    task = record["task_id"]
    with open(os.environ["STAGE_LOG"], "a") as log:
        log.write(f"{task} {stage} {os.getpid()} {os.environ['SMOS_LEASE_TOKEN']}\n")
    calls = sum(1 for seen in open(os.environ["STAGE_LOG"]) if seen.startswith(f"{task} {stage} "))
    tell = record["payload"].get("tell", {}).get(stage, [])
    what = tell[min(calls, len(tell)) - 1] if tell else "work"
    if what == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "exit":
        sys.exit(69)
    if what == "refuse":
        sys.exit(64)
    if what == "silent":
        sys.exit(0)
    if what == "hang":
        if os.fork() == 0:  # a grandchild, which has to go too
            time.sleep(600)
        time.sleep(600)
    if what == "wait":
        while not os.path.exists(os.environ["STAGE_LOG"] + ".go"):
            time.sleep(0.02)
    own = STATUS.get(stage, record.get("status"))
    status = {"review": "review", "failed": "failed"}.get(what, own)
    if record.get("status") not in ("review", "failed") or what != "work":
        record["status"] = status
    record["state_version"] = record.get("state_version", 0) + 1
    if not os.environ.get("STAGE_SECTIONS"):
        record.setdefault("path", []).append(stage)
    elif stage not in ("reserve", "settle"):
        record[stage] = {"by": stage, "saw": sorted(set(record) & set(ALL))}
    if what == "clash":
        record["clash"] = stage
    if what == "failed":
        record["errors"] = [{"tool": stage, "code": "busy", "message": "busy", "retryable": True}]
    if what != "children":
        print(json.dumps(record), flush=True)
    if what in ("fan", "children"):
        other = dict(record, task_id=task + "-2", parent_id=task)
        print(json.dumps(other), flush=True)


main()
