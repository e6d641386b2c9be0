# SPDX-License-Identifier: Apache-2.0
"""Runs smos-media in an empty home and reads what it says."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOOL = str(pathlib.Path(sys.argv[1]).resolve() / "smos-media")
ROOM = tempfile.TemporaryDirectory()
HERE = pathlib.Path(ROOM.name)
ENV = {"PATH": os.environ["PATH"], "HOME": ROOM.name, "XDG_CONFIG_HOME": ROOM.name,
       "XDG_STATE_HOME": ROOM.name, "XDG_DATA_HOME": ROOM.name}
TIMELINES = pathlib.Path(__file__).resolve().parent / "timelines"


def run(*args, given="", status=0):
    done = subprocess.run([TOOL, *args], input=given, capture_output=True, text=True, cwd=ROOM.name, env=ENV)
    assert done.returncode == status, (args, done.returncode, done.stdout[:500], done.stderr[:2000])
    return done


def convert(verb, document, *options):
    """(document, report, stderr): both lists have to be on stderr too, line by line."""
    done = run(verb, "--report", "report.json", *options, "-", given=json.dumps(document))
    report = json.loads((HERE / "report.json").read_text())
    for kind, word in (("unsupported", "unsupported: "), ("warnings", "warning: ")):
        assert done.stderr.count(word) >= len(report[kind]), (report, done.stderr)
    return json.loads(done.stdout), report, done.stderr


def tests(scope):
    for name, test in list(scope.items()):
        if name.startswith("test_"):
            test()
            print("ok", name)
