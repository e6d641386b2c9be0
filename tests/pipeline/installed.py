# SPDX-License-Identifier: Apache-2.0
"""What `cmake --install` puts somewhere works from there: tools, their modules, manuals, completions, schemas."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from film import probe

TOOLS = ("smos", "smos-scout", "smos-plan", "smos-cfo", "smos-render", "smos-critic", "smos-publish", "smos-muse",
         "smos-media", "smos-run", "smos-state")
TIMELINE = {
    "schema": "smos.timeline/1", "id": "installed", "rate": [30, 1], "sample_rate": 48000,
    "canvas": {"w": 128, "h": 128},
    "assets": {"s1": {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": "sea"}}},
    "tracks": [{"id": "v1", "kind": "video", "items": [
        {"id": "c1", "at": 0, "dur": 30, "asset": "s1", "camera": "pan"}]}],
}


def main():
    build = str(pathlib.Path(sys.argv[2]).parent)
    with tempfile.TemporaryDirectory() as home:
        prefix = pathlib.Path(home) / "usr"
        subprocess.run(["cmake", "--install", build, "--prefix", str(prefix)], check=True, stdout=subprocess.DEVNULL)
        env = dict(os.environ, PATH=f"{prefix}/bin:/usr/bin:/bin", XDG_DATA_HOME=home, XDG_STATE_HOME=home)
        for tool in TOOLS:
            said = subprocess.run([tool, "--version"], env=env, check=True, capture_output=True, text=True).stdout
            assert said.startswith(tool + " "), said
            assert (prefix / f"share/man/man1/{tool}.1").is_file(), tool
            assert (prefix / f"share/bash-completion/completions/{tool}").is_file(), tool
            assert (prefix / f"share/zsh/vendor-completions/_{tool}").is_file(), tool
            assert (prefix / f"share/fish/vendor_completions.d/{tool}.fish").is_file(), tool
        assert (prefix / "share/man/man5/smos-records.5").is_file()
        assert (prefix / "share/man/man7/smos.7").is_file()
        assert json.loads((prefix / "share/smos/schema/record.schema.json").read_text())["title"] == "smos record"

        timeline = pathlib.Path(home) / "timeline.json"
        timeline.write_text(json.dumps(TIMELINE))
        film = pathlib.Path(home) / "film.mp4"
        subprocess.run(["smos-render", str(timeline), "-o", str(film)], env=env, check=True,
                       stdout=subprocess.DEVNULL)
        assert probe(str(film))["streams"][0]["width"] == 128
        judged = subprocess.run(["smos", "critic", "check", str(film)], env=env, check=False, capture_output=True,
                                text=True)
        assert json.loads(judged.stdout)["checks"], judged.stderr


if __name__ == "__main__":
    main()
