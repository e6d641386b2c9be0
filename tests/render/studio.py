# SPDX-License-Identifier: Apache-2.0
"""Small timelines, rendered by smos-render and decoded by ffmpeg."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

WIDTH, HEIGHT = 216, 384


def timeline(tracks, assets=None, name="t", **more):
    return {"schema": "smos.timeline/1", "id": name, "rate": [30, 1], "sample_rate": 48000,
            "canvas": {"w": WIDTH, "h": HEIGHT, "bg": "#000000"}, "assets": assets or {}, "tracks": tracks, **more}


def video(*items, name="v"):
    return {"id": name, "kind": "video", "items": list(items)}


def colour(name, at, dur, rgb, **more):
    return {"id": name, "at": at, "dur": dur, "gen": ["colour", {"colour": rgb}], **more}


class Studio:
    """A folder of its own for assets, timelines and films."""

    def __init__(self, programs):
        self.render_program = os.path.join(programs, "smos-render")
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.holder.cleanup()

    def run(self, *argv, expect=0, cwd=None):
        env = dict(os.environ, XDG_STATE_HOME=str(self.folder), XDG_DATA_HOME=str(self.folder))
        done = subprocess.run([self.render_program, *map(str, argv)], env=env, cwd=cwd or self.folder, check=False,
                              capture_output=True, text=True)
        assert done.returncode == expect, (argv, done.returncode, done.stderr)
        return done

    def render(self, made, *options, assets="cas"):
        self.count += 1
        source = self.folder / f"{self.count}.json"
        film = self.folder / f"{self.count}.mp4"
        source.write_text(json.dumps(made))
        self.run(source, "-o", film, "--assets", self.folder / assets, "--preset", "ultrafast", "--crf", "1",
                 *options)
        return film

    def frames(self, film, pixels="rgb24"):
        """All frames as bytes of WIDTH x HEIGHT pixels."""
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(film), "-f", "rawvideo", "-pix_fmt", pixels, "-"],
                             check=True, capture_output=True).stdout
        size = WIDTH * HEIGHT * 3
        return [raw[at:at + size] for at in range(0, len(raw), size)]


def run_tests(names):
    """Every test_… of a file with a studio that they share."""
    with Studio(sys.argv[1]) as studio:
        for name, test in list(names.items()):
            if name.startswith("test_"):
                test(studio)
                print("ok", name)


def pixel(frame, x, y):
    at = (y * WIDTH + x) * 3
    return tuple(frame[at:at + 3])


def near(found, wanted, within=4):
    return all(abs(a - b) <= within for a, b in zip(found, wanted))
