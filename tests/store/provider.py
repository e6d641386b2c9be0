# SPDX-License-Identifier: Apache-2.0
"""A priced exec provider for the tests: what it does is its first argument, its calls are logged."""
import json
import os
import signal
import socket
import sys

mode, log = sys.argv[1:3]
with open(log, "a", encoding="utf-8") as calls:
    calls.write(mode + "\n")
request = json.load(sys.stdin)
assert request["prompt"] == "a lighthouse"
answer = {"path": "image.png", "micros": 30000}
if mode == "kill-parent":
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()
if mode == "hang":
    print("thinking", file=sys.stderr, flush=True)
    if os.fork() == 0:
        signal.pause()
    signal.pause()
if mode == "crash":
    sys.exit("no credit left, perhaps")
if mode == "refuse":
    print(json.dumps({"error": "the prompt was refused", "micros": 1000}))
    sys.exit(1)
if mode == "garbage":
    print("{oops")
    sys.exit(0)
if mode == "flood":
    while True:
        sys.stdout.write("x" * 65536)
if mode == "escape":
    answer["path"] = "../../../etc/hostname"
if mode == "dear":
    answer["micros"] = 90000
if mode == "silent-price":
    del answer["micros"]
if mode == "minus":
    answer["micros"] = -5
if mode == "spy":
    reachable = True
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
    except OSError:
        reachable = False
    answer["metadata"] = {"environment": sorted(os.environ), "reachable": reachable,
                          "descriptors": sorted(os.listdir("/proc/self/fd"))[:3],
                          "alone": os.getpgrp() == os.getpid()}
with open("image.png", "wb") as image:
    image.write(b"picture")
print(json.dumps(answer))
