#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-muse as a process: genesis, surprise, show, lint."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TOOL = str(pathlib.Path(sys.argv[1]).resolve() / "smos-muse")
ROOM = tempfile.TemporaryDirectory()
HERE = pathlib.Path(ROOM.name)
ENV = {"PATH": os.environ["PATH"], "HOME": ROOM.name, "XDG_CONFIG_HOME": ROOM.name,
       "XDG_STATE_HOME": ROOM.name, "XDG_DATA_HOME": ROOM.name}


def muse(*args, status=0):
    done = subprocess.run([TOOL, *args], capture_output=True, text=True, cwd=ROOM.name, env=ENV)
    assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
    return done


def test_genesis_writes_once():
    assert muse("genesis", "--name", "Ada Holm", "--niche", "tech-hardware").stdout == "ada-holm.yaml\n"
    first = (HERE / "ada-holm.yaml").read_text()
    refused = muse("genesis", "--name", "Ada Holm", status=73)
    assert "ada-holm.yaml exists" in refused.stderr
    assert (HERE / "ada-holm.yaml").read_text() == first
    muse("genesis", "--name", "Ada Holm", "--seed", "4", "--force")
    assert (HERE / "ada-holm.yaml").read_text() != first
    assert muse("lint", "ada-holm.yaml").stdout == ""


def test_surprise_depends_on_the_seed_alone():
    assert muse("surprise", "--seed", "7", "-o", "-").stdout == muse("surprise", "--seed", "7", "-o", "-").stdout
    assert muse("surprise", "--seed", "7", "-o", "-").stdout != muse("surprise", "--seed", "8", "-o", "-").stdout


def test_notes():
    (HERE / "notes.txt").write_text("name: Zora\nage: 33\nnever say: synergy\nA gritty street kid.\n")
    muse("genesis", "--notes", "notes.txt", "-o", "zora.yaml")
    said = json.loads(muse("show", "--json", "zora.yaml").stdout)
    assert said["name"] == "Zora" and said["identity"]["age"] == 33 and said["do_not_say"] == ["synergy"]
    assert len(said["dna_sha256"]) == 64
    muse("genesis", "--notes", "absent.txt", "-o", "y.yaml", status=66)


def test_lint_names_everything():
    (HERE / "bad.yaml").write_text("persona_id: bad\nname: Bad\nmoral_grahp: {}\nvoice: {rate_wpm: 9}\n")
    out = muse("lint", "bad.yaml", status=65).stdout
    assert "bad.yaml:3: error: moral_grahp: is not a field of a muse; did you mean moral_graph?" in out
    assert "bad.yaml:4: error: voice.rate_wpm" in out
    assert "moral_graph: is missing" in out
    assert "bad.yaml:3" in muse("show", "bad.yaml", status=65).stderr
    muse("lint", "absent.yaml", status=66)
    muse("show", "absent.yaml", status=66)
    muse("genesys", status=64)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name)
