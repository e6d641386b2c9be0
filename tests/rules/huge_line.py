#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A line of 2 GB between two good ones: named, passed by in bounded memory: huge_line.py PROGRAMS."""
import os
import sys

from workshop import Workshop

HUGE = 2_000_000_000
LIMIT_KIB = 200 * 1024
BLOCK = b"y" * (1 << 20)
FIRST, LAST = b'{"task_id":"first"}\n', b'{"task_id":"last"}\n'


def feed(pipe):
    pipe.write(FIRST + b'{"x":"')
    left = HUGE
    while left > 0:
        pipe.write(BLOCK[:left])
        left -= len(BLOCK)
    pipe.write(b'"}\n' + LAST)
    pipe.close()


def main():
    with Workshop(sys.argv[1]) as workshop:
        argv = workshop.argv("smos-cfo", "reserve", "--rejects", "/dev/null")
        process = workshop.start(argv)
        feed(process.stdin)
        out, err = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 65, process.returncode
        assert out == FIRST + LAST, out[:200]
        assert f"standard input:2 (byte {len(FIRST)})".encode() in err, err
        assert usage.ru_maxrss < LIMIT_KIB, f"{usage.ru_maxrss} KiB resident"
        print(f"ok    {HUGE} bytes in one line, {usage.ru_maxrss} KiB resident")


if __name__ == "__main__":
    main()
