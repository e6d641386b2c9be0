#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stage that keeps notes: does what payload.tell[STAGE][attempt - 1] lists, then answers.

["note", NAME, VALUE, TO], ["fail"], ["hang"]; noting_stage.py SMOS_RUN, the state in $SMOS_STATE."""
import json
import os
import subprocess
import sys
import time

PLAN = {"tool": "smos-plan", "version": "1", "at": "2026-01-01T00:00:00Z", "elapsed_ms": 1, "decision": "produce",
        "reasons": [], "muse": {"persona_id": "ava", "dna_sha256": "0"},
        "moral": {"score": 1.0, "veto": False, "dimensions": {}},
        "script": {"title": "T", "hook": "Why it's\nnew \u202e", "lines": [], "caption": "", "hashtags": []}}


def main():
    record = json.loads(sys.stdin.readline())
    stage, attempt = os.environ["SMOS_LEASE_STAGE"], int(os.environ["SMOS_LEASE_ATTEMPT"])
    with open(os.environ["STAGE_LOG"], "a") as log:
        log.write(json.dumps({name: value for name, value in os.environ.items() if name.startswith("SMOS_LEASE")})
                  + "\n")
    tell = record["payload"].get("tell", {}).get(stage, [])
    for step in tell[min(attempt, len(tell)) - 1] if tell else []:
        if step[0] == "note":
            to = ["--to", step[3]] if len(step) > 3 else []
            subprocess.run([sys.argv[1], "note", record["task_id"], step[1], json.dumps(step[2]), *to], check=True,
                           stdout=subprocess.DEVNULL)
        elif step[0] == "fail":
            sys.exit(69)
        elif step[0] == "hang":
            time.sleep(600)
    if stage == "plan":
        record["plan"] = dict(PLAN)
    record[stage + "_says"] = attempt
    record["status"] = {"plan": "planned", "render": "rendered"}.get(stage, record.get("status"))
    print(json.dumps(record), flush=True)


main()
