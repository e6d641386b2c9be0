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
# Not of the grammar: what the media of a cut do not have, and a cut without any picture.
MEDIA = {"source_overrun", "no_handles", "too_long", "empty_timeline"}


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
    if verb == "import" and '"smos": ' not in json.dumps(document):
        understood(done.stdout)
    return json.loads(done.stdout), report, done.stderr


def understood(timeline):
    """What is imported is what the renderer reads: no wrong key, type, word, name or place."""
    (HERE / "imported.json").write_text(timeline)
    done = subprocess.run([str(pathlib.Path(TOOL).with_name("smos-render")), "--check", "imported.json"],
                          capture_output=True, text=True, cwd=ROOM.name, env=ENV)
    wrong = [line for line in done.stdout.splitlines() if json.loads(line)["code"] not in MEDIA]
    wrong = [line for line in wrong if json.loads(line)["severity"] == "error"]
    assert not wrong and done.returncode in (0, 65), (wrong[:3], done.stderr)


def tests(scope):
    for name, test in list(scope.items()):
        if name.startswith("test_"):
            test()
            print("ok", name)
