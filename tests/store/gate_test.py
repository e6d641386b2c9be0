# SPDX-License-Identifier: Apache-2.0
"""Six processes write, checkpoint, open and close one state file, some are killed: nothing breaks.

Runs a minute with SMOS_LONG_TESTS or CI set, else 8 seconds; the issue names the minute."""
import os
import random
import select
import sqlite3
import subprocess
import sys
import tempfile
import time

cfo, driver = sys.argv[1:3]
seconds = 60 if os.environ.get("SMOS_LONG_TESTS") or os.environ.get("CI") else 8
acknowledged = {}  # name -> lines
killed = 0


def start(state, name, left):
    acknowledged[name] = []
    return subprocess.Popen([driver, "hammer", state, name, str(left)], stdout=subprocess.PIPE)


def drain(process, name):
    """Whole lines that were written before now; False at the end."""
    data = os.read(process.stdout.fileno(), 65536)
    pending = acknowledged[name][-1] if acknowledged[name] and acknowledged[name][-1][-1:] != b"\n" else b""
    if pending:
        acknowledged[name].pop()
    acknowledged[name] += (pending + data).splitlines(keepends=True)
    return bool(data)


def run(state):
    global killed
    draw = random.Random(7)
    end = time.monotonic() + seconds
    workers = {}
    for index in range(6):
        process = start(state, f"w{index}", seconds)
        workers[process.stdout.fileno()] = (process, f"w{index}")
    generation = 0
    while workers:
        readable, _, _ = select.select(list(workers), [], [])
        for fd in readable:
            process, name = workers[fd]
            if drain(process, name):
                # About every 300th line costs a worker of the second half its life.
                if int(name[1]) >= 3 and draw.random() < 1 / 300 and time.monotonic() < end - 1:
                    process.kill()
                continue
            del workers[fd]
            process.stdout.close()
            status = process.wait()
            assert status in (0, -9), (name, status)
            left = int(end - time.monotonic())
            if status == -9:
                killed += 1
                generation += 1
                if left >= 1:
                    successor = f"w{name[1]}g{generation}"
                    replacement = start(state, successor, left)
                    workers[replacement.stdout.fileno()] = (replacement, successor)


with tempfile.TemporaryDirectory() as folder:
    state = os.path.join(folder, "state.db")
    subprocess.run([cfo, "fund", "default/ava", "1000", "--state", state], check=True,
                   stdout=subprocess.DEVNULL)
    run(state)
    verdict = subprocess.run([cfo, "verify", "--state", state], capture_output=True, text=True)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    database = sqlite3.connect(state)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    tasks = {row[0] for row in database.execute("SELECT task_id FROM reservation")}
    seen = {(row[0], row[1]) for row in
            database.execute("SELECT native_id, observed_us FROM observation")}
    database.close()
    lines = 0
    for name, written in acknowledged.items():
        for line in written:
            if line[-1:] != b"\n":
                continue
            lines += 1
            kind, what = line.decode().split()
            assert (what in tasks) if kind == "reserved" else ((name, int(what)) in seen), line
    assert lines > 50
    survivors = [len(acknowledged[f"w{index}"]) for index in range(3)]
    print(f"{seconds} s, {lines} acknowledged, none lost; {killed} killed; "
          f"commits of the undisturbed: {survivors}; {verdict.stdout.strip()}")
    semaphores = open("/proc/sysvipc/sem").read().count("\n") - 1
    print(f"{semaphores} semaphores on this host")
