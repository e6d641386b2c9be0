# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of a build in an empty home, and counts what did not hold."""
import os
import pathlib
import subprocess
import sys
import tempfile

BIN, PROBE_DIR = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
SMOS = str(BIN / "smos")
PROBE = str(PROBE_DIR / "smos-probe")
HOME = pathlib.Path(tempfile.mkdtemp(prefix="smos-cli-"))
WORK = HOME / "work"
WORK.mkdir()
ENV = {"HOME": str(HOME), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC",
       "XDG_CONFIG_DIRS": str(HOME / "xdg")}
failures = []


def run(argv, stdin=b"", env=None, **more):
    return subprocess.run([str(a) for a in argv], input=stdin, capture_output=True, cwd=WORK,
                          env={**ENV, **(env or {})}, timeout=60, **more)


def start(argv, env=None, **more):
    settings = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([str(a) for a in argv], cwd=WORK, env={**ENV, **(env or {})},
                            **{**settings, **more})


def check(name, holds, seen=""):
    if not holds:
        failures.append(name)
        print(f"FAILED {name}: {seen}")


def expect(name, done, status, out=None, err=None):
    """Status, and texts that have to be in stdout and stderr (an empty one: nothing at all)."""
    check(f"{name}: status", done.returncode == status, f"{done.returncode} {done.stderr!r}")
    for what, want, got in (("stdout", out, done.stdout), ("stderr", err, done.stderr)):
        if want is not None:
            text = got.decode("utf-8", "replace")
            check(f"{name}: {what}", want in text if want else not text, repr(text[:600]))


def conclude():
    import shutil
    shutil.rmtree(HOME)
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)
