# SPDX-License-Identifier: Apache-2.0
"""What the benches share: the machine in one line, and a process's wall time and peak memory."""
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


def timed(command, **options):
    """Wall seconds of one run; the command has to succeed."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    return time.perf_counter() - started


def median(values):
    return statistics.median(values)
