# SPDX-License-Identifier: Apache-2.0
"""The README's first command, twice: a film and a page come out, and nothing is posted twice."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from film import check_film


def run(source, programs, out):
    env = dict(os.environ, SMOS_BIN_DIR=programs, SMOS_OUT=str(out), SMOS_PROGRESS="none")
    done = subprocess.run([f"{source}/examples/first-light/run"], env=env, check=False, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    video, page = done.stdout.split("\n")[:2]
    return video, page, done.stderr


def main():
    source, programs = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as home:
        out = pathlib.Path(home) / "out"
        video, page, said = run(source, programs, out)
        print(said)
        print("duration, LUFS, dBTP:", *check_film(video))
        assert "smos-scout" in said and "| smos-plan" in said, "the pipeline is not shown"
        html = pathlib.Path(page.removeprefix("file://")).read_text(encoding="utf-8")
        assert 'src="video.mp4"' in html and "Made with AI" in html
        before = pathlib.Path(video).stat()

        again_video, again_page, _ = run(source, programs, out)
        assert (again_video, again_page) == (video, page)
        after = pathlib.Path(video).stat()
        assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns), "posted twice"
        assert len(list(out.rglob("video.mp4"))) == 1
        runs = [json.loads(line) for line in (out / "runs.jsonl").read_text().splitlines()]
        assert len(runs) == 2 and all(run["status"] == "settled" for run in runs)
        assert runs[0]["publish"]["receipts"] == runs[1]["publish"]["receipts"]
        assert not runs[0]["render"]["cached"] and runs[1]["render"]["cached"]
        funded = subprocess.run([f"{programs}/smos-cfo", "balance", "--json", "--state",
                                 str(out / "state/smos/state.db")], check=True, capture_output=True, text=True)
        assert "5000000" in funded.stdout and "10000000" not in funded.stdout.replace(
            '"day_budget_micros":10000000', ""), "the wallet was funded twice"


if __name__ == "__main__":
    main()
