# SPDX-License-Identifier: Apache-2.0
"""Progress on a pseudo-terminal: a bar that goes when the work ends, one tool at a time; JSON on request."""
import fcntl
import json
import os
import pty
import re
import signal
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

    def longer(self, frames):
        """A timeline of the same kind that takes longer."""
        path = os.path.join(self.home, f"bar{frames}.json")
        shots = [{"id": "c1", "at": 0, "dur": frames, "asset": "s1", "camera": "zoom_in"}]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({**TIMELINE, "tracks": [{"id": "v1", "kind": "video", "items": shots}]}, file)
        return path

    def on_terminal(self, *options, held=False, kind="xterm"):
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
        done = subprocess.run(self.command(*options), stdout=subprocess.DEVNULL, stderr=theirs, check=False,
                              env=dict(os.environ, TERM=kind))
        os.close(theirs)
        os.close(lock)
        reader.join()
        os.close(ours)
        assert done.returncode == 0, bytes(shown)
        return bytes(shown).decode()


class Screen:
    """A terminal that several programs write to, and what it was sent so far."""
    def __init__(self):
        self.ours, self.theirs = pty.openpty()
        self.shown = ""

    def start(self, command):
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.theirs,
                                env=dict(os.environ, TERM="xterm"))

    def read_until(self, wanted):
        while wanted not in self.shown:
            self.shown += os.read(self.ours, 4096).decode()
        return self.shown

    def drain(self):
        os.set_blocking(self.ours, False)
        try:
            while piece := os.read(self.ours, 4096):
                self.shown += piece.decode()
        except BlockingIOError:
            pass
        os.set_blocking(self.ours, True)
        return self.shown


def check_hand_over(case):
    """While one tool draws the others keep still; when it ends, one that still works goes on."""
    screen = Screen()
    case.timeline = case.longer(1500)
    first = screen.start(case.command())
    screen.read_until("smos-render [")
    first.send_signal(signal.SIGSTOP)
    os.waitpid(first.pid, os.WUNTRACED)
    before = screen.drain()
    case.timeline = case.longer(60)
    assert screen.start(case.command()).wait() == 0
    assert screen.drain() == before, "two tools draw on one terminal"
    case.timeline = case.longer(6000)
    last = screen.start(case.command())
    first.send_signal(signal.SIGCONT)
    assert first.wait() == 0 and last.wait() == 0
    shown = [int(percent) for percent in re.findall(r"(\d+)% ", screen.drain())]
    drops = [at for at in range(1, len(shown)) if shown[at] < shown[at - 1]]
    assert len(drops) == 1 and shown[drops[0] - 1] == 100 and shown[-1] == 100, shown
    assert screen.shown.endswith("\r\x1b[K")


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
        assert case.on_terminal(kind="dumb") == "", "a terminal that cannot redraw its line"

        check_hand_over(case)
        case.timeline = case.longer(60)
        done = subprocess.run(case.command("--progress", "json"), capture_output=True, text=True, check=True)
        events = [json.loads(line) for line in done.stderr.splitlines()]
        assert events and all(event["ev"] == "progress" and event["tool"] == "smos-render" for event in events)
        fractions = [event["fraction"] for event in events]
        assert fractions == sorted(fractions) and fractions[-1] == 1.0, fractions
        piped = subprocess.run(case.command(), capture_output=True, text=True, check=True)
        assert piped.stderr == "", "a bar in a pipe: " + piped.stderr


if __name__ == "__main__":
    main()
