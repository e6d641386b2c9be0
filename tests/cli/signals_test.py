#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SIGINT and SIGTERM: the line in hand is finished, then the process ends with 130 or 143."""
import os
import signal

from probing import PROBE, WORK, check, conclude, start

LINE = b'{"task_id":"a","status":"planned"}\n'

for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
    child = start([PROBE])
    child.stdin.write(LINE + LINE[:10])
    child.stdin.flush()
    check("a line before the signal", b"reserved" in child.stdout.readline())
    child.send_signal(number)
    check(f"{number}: ends while it waits", child.wait(60) == status, child.returncode)
    rest = child.stdout.read()
    check(f"{number}: half a line is not a line", rest == b"" and child.stderr.read() == b"", rest)

fifo = WORK / "fifo"
os.mkfifo(fifo)
child = start([PROBE, "-", fifo])
child.stdin.write(LINE)
child.stdin.close()
check("first input done", b"reserved" in child.stdout.readline())
child.send_signal(signal.SIGINT)
check("ends while it opens a FIFO", child.wait(60) == 130, child.returncode)

reader, writer = os.pipe()
child = start([PROBE], stdout=writer)
os.close(writer)
try:
    os.set_blocking(child.stdin.fileno(), False)
    while os.write(child.stdin.fileno(), LINE * 2000):  # until both pipes are full
        pass
except BlockingIOError:
    pass
got = os.read(reader, 1)
child.send_signal(signal.SIGINT)
child.send_signal(signal.SIGINT)
while piece := os.read(reader, 65536):
    got += piece
check("two signals end it", child.wait(60) == 130, child.returncode)
check("whole lines only, or cut by the second", got.startswith(LINE.replace(b"planned", b"reserved")))
conclude()
