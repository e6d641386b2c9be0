#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Three contact sheets: every cell shows something, and no two looks are the same.

sheets.py LOOKS_PY PROGRAMS
"""
import os
import pathlib
import subprocess
import sys
import tempfile

LOOKS, PROGRAMS = sys.argv[1:3]
CELL, LABEL = (184, 346), 22
problems = []


def cells(path, columns, count):
    """The pictures of a sheet as grey bytes, every fourth pixel of every fourth row."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         check=True, capture_output=True).stdout
    width, rows = CELL[0] * columns, -(-count // columns)
    if len(raw) != width * CELL[1] * rows * 3:
        problems.append(f"{path.name} is not {columns} cells wide and {rows} high")
        return []
    found = []
    for number in range(count):
        left, top = number % columns * CELL[0] + 4, number // columns * CELL[1] + LABEL + 2
        found.append(b"".join(raw[((top + y) * width + left) * 3:((top + y) * width + left + 174) * 3:12]
                              for y in range(0, 316, 4)))
    return found


def different(a, b):
    return sum(abs(x - y) for x, y in zip(a, b)) / len(a)


def main():
    with tempfile.TemporaryDirectory(prefix="smos-sheets-") as folder:
        env = dict(os.environ, SMOS_BIN_DIR=PROGRAMS)
        done = subprocess.run([sys.executable, LOOKS, folder, "fits", "blends", "captions"], env=env, check=False,
                              capture_output=True, text=True)
        if done.returncode:
            print(done.stdout, done.stderr)
            return 1
        for name, columns, count, least in (("fits", 12, 12, 0.2), ("blends", 6, 12, 0.5), ("captions", 12, 36, 0.02)):
            found = cells(pathlib.Path(folder) / f"{name}.png", columns, count)
            for number, cell in enumerate(found):
                if max(cell) - min(cell) < 40:
                    problems.append(f"{name}: cell {number} shows nothing")
                for other in range(number):
                    if different(cell, found[other]) < least:
                        problems.append(f"{name}: cells {other} and {number} are the same")
    for problem in problems:
        print("FAILED:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
