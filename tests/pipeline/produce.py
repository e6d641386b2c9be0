# SPDX-License-Identifier: Apache-2.0
"""`smos produce`: from an intent to a judged film by one command, and published when asked."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from film import probe


def run(programs, home, *arguments, status=0):
    env = dict(os.environ, XDG_STATE_HOME=f"{home}/state", XDG_DATA_HOME=f"{home}/data",
               XDG_CONFIG_HOME=f"{home}/config")
    done = subprocess.run([f"{programs}/smos", *arguments], env=env, capture_output=True, text=True, cwd=home,
                          check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == status, (done.returncode, done.stderr)
    return done


def main():
    source, programs = sys.argv[1:3]
    muse = str(pathlib.Path(source) / "examples/first-light/ava.yaml")
    intent = ("produce", "--muse", muse, "--intent",
              "A repair cafe in Brekke fixed 3,114 phones for 20 euros each in 90 days")
    with tempfile.TemporaryDirectory() as home:
        unfunded = run(programs, home, *intent, status=1)
        assert "smos-cfo fund" in unfunded.stderr, unfunded.stderr
        run(programs, home, "cfo", "fund", "default/ava", "5")
        judged = run(programs, home, *intent)
        result = json.loads(judged.stdout)
        print(result)
        assert result["verdict"] == "approve" and result["cost_micros"] == 0, result
        film = result["video"]
        assert probe(film)["format"]["format_name"].startswith("mov"), film
        assert not list(pathlib.Path(home).rglob("video.mp4")), "published without being asked"
        shown = run(programs, home, *intent, "--publish", "--to", "site")
        assert json.loads(shown.stdout)["verdict"] == "approve"
        assert len(list(pathlib.Path(home).rglob("video.mp4"))) == 1


if __name__ == "__main__":
    main()
