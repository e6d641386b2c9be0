# SPDX-License-Identifier: Apache-2.0
"""Progress on a pseudo-terminal: a bar that goes when the work ends, one tool at a time; JSON on request."""
import fcntl
import json
import os
import pty
import subprocess
import sys
import tempfile
import threading

TIMELINE = {
    "schema": "smos.timeline/1", "id": "bar", "rate": [30, 1], "sample_rate": 48000,
    "canvas": {"w": 128, "h": 128},
    "assets": {"s1": {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": "sea"}}},
    "tracks": [{"id": "v1", "kind": "video", "items": [
        {"id": "c1", "at": 0, "dur": 60, "asset": "s1", "camera": "zoom_in"}]}],
}


class Case:
    def __init__(self, programs, home):
        self.render = os.path.join(programs, "smos-render")
        self.home = home
        self.timeline = os.path.join(home, "bar.json")
        with open(self.timeline, "w", encoding="utf-8") as file:
            json.dump(TIMELINE, file)
        self.count = 0

    def command(self, *options):
        self.count += 1  # a store of its own, so that every run has something to render
        return [self.render, self.timeline, "-o", os.path.join(self.home, "out.mp4"), "--assets",
                os.path.join(self.home, f"cas{self.count}"), "--preset", "ultrafast", *options]

    def on_terminal(self, *options, held=False):
        """What a terminal shows; `held`: another tool of the pipeline is drawing on it."""
        ours, theirs = pty.openpty()
        name = os.ttyname(theirs)
        shown = bytearray()

        def read():
            try:
                while piece := os.read(ours, 4096):
                    shown.extend(piece)
            except OSError:  # Linux says EIO when the last writer is gone
                pass

        reader = threading.Thread(target=read)
        reader.start()
        lock = os.open(name, os.O_RDONLY | os.O_NOCTTY)
        if held:
            fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(self.command(*options), stdout=subprocess.DEVNULL, stderr=theirs, check=False)
        os.close(theirs)
        os.close(lock)
        reader.join()
        os.close(ours)
        assert done.returncode == 0, bytes(shown)
        return bytes(shown).decode()


def main():
    with tempfile.TemporaryDirectory() as home:
        case = Case(sys.argv[1], home)
        shown = case.on_terminal()
        assert "smos-render [" in shown and "100%" in shown, shown
        assert shown.endswith("\r\x1b[K"), "the bar stays behind: " + shown[-60:]
        assert "\n" not in shown, "a bar stays on its line"
        assert "[" not in case.on_terminal(held=True), "two tools draw on one terminal"
        assert case.on_terminal("--progress", "none") == ""
        assert case.on_terminal("--quiet") == ""

        done = subprocess.run(case.command("--progress", "json"), capture_output=True, text=True, check=True)
        events = [json.loads(line) for line in done.stderr.splitlines()]
        assert events and all(event["ev"] == "progress" and event["tool"] == "smos-render" for event in events)
        fractions = [event["fraction"] for event in events]
        assert fractions == sorted(fractions) and fractions[-1] == 1.0, fractions
        piped = subprocess.run(case.command(), capture_output=True, text=True, check=True)
        assert piped.stderr == "", "a bar in a pipe: " + piped.stderr


if __name__ == "__main__":
    main()
