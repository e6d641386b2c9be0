# SPDX-License-Identifier: Apache-2.0
"""What the benches share: the machine in one line, and a process's wall time and peak memory."""
import mmap
import os
import platform
import statistics
import subprocess
import sys
import time


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {platform.system()} {platform.release()}, load {load:.1f}"


def back_memory():
    """The host of a virtual machine may take back what is free for two seconds, and give it again at up to 3 ms of processor time a
    MB, on the account of whoever touches it. What a process of its own touches right before is there for the one that is measured."""
    subprocess.run([sys.executable, __file__], check=True)


def touch(size_mb=1024):
    memory = mmap.mmap(-1, size_mb << 20, flags=mmap.MAP_PRIVATE)
    memory.madvise(mmap.MADV_HUGEPAGE)
    memory[:: mmap.PAGESIZE] = bytes((size_mb << 20) // mmap.PAGESIZE)


def timed(command, **options):
    """Wall seconds of one run; the command has to succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - started


def median(values):
    return statistics.median(values)


if __name__ == "__main__":
    touch()
