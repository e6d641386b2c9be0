#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs each folder of golden/: inputs, args, and what must come out (out, err, status, rejects).

golden.py SCOUT [--update]: with --update the present output becomes the wanted one; read the diff.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def run(scout, folder, state):
    names = sorted(n for n in os.listdir(folder) if n.startswith("input"))
    words = read(os.path.join(folder, "args")).decode().split()
    rejects = os.path.join(state, "rejects")
    if os.path.exists(rejects):
        os.remove(rejects)
    env = {"PATH": os.environ["PATH"], "HOME": state, "XDG_STATE_HOME": state, "NO_COLOR": "1"}
    done = subprocess.run(
        [scout, "--now", "2026-11-20T12:00:00Z", "--rejects", rejects, *words, *names],
        cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True)
    got = {"out": done.stdout, "err": done.stderr, "status": b"%d\n" % done.returncode,
           "rejects": read(rejects)}
    return got


def check(scout, folder, update):
    with tempfile.TemporaryDirectory() as state:
        first = run(scout, folder, state)
        second = run(scout, folder, state)
    faults = [] if first == second else ["a second run with the same state differs"]
    for name, bytes_ in first.items():
        path = os.path.join(folder, name)
        if update and bytes_:
            with open(path, "wb") as file:
                file.write(bytes_)
        elif update and os.path.exists(path):
            os.remove(path)
        elif read(path) != bytes_:
            faults.append(f"{name}:\n--- wanted\n{read(path).decode(errors='replace')}"
                          f"--- got\n{bytes_.decode(errors='replace')}")
    return faults


def main():
    scout, update = os.path.abspath(sys.argv[1]), "--update" in sys.argv
    root = os.path.join(HERE, "golden")
    failed = 0
    for case in sorted(os.listdir(root)):
        for fault in check(scout, os.path.join(root, case), update):
            failed += 1
            print(f"FAILED {case}: {fault}")
    print(f"{len(os.listdir(root))} cases, {failed} faults")
    return 1 if failed or not os.listdir(root) else 0


if __name__ == "__main__":
    sys.exit(main())
