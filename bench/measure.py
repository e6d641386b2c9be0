# SPDX-License-Identifier: Apache-2.0
"""What the benches share: the machine in one line, and a process's wall time and peak memory."""
import mmap
import os
import platform
import statistics
import subprocess
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


def back_memory(size_mb=1024):
    """The host of a virtual machine may take back what is free for two seconds, and give it again at up to 3 ms of processor time a
    MB, on the account of whoever touches it. What is touched right before a process begins is there for it, as on a machine of
    its own."""
    memory = mmap.mmap(-1, size_mb << 20, flags=mmap.MAP_PRIVATE)
    memory.madvise(mmap.MADV_HUGEPAGE)
    memory[:: mmap.PAGESIZE] = bytes((size_mb << 20) // mmap.PAGESIZE)
    memory.close()


def timed(command, **options):
    """Wall seconds of one run; the command has to succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - started


def median(values):
    return statistics.median(values)
