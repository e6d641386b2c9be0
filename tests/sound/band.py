# SPDX-License-Identifier: Apache-2.0
"""Sources of sound, timelines of them, and films rendered and heard."""
import array
import json
import math
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import wave

RATE = 48000


def speech_like(seed, seconds, rate=RATE, level=0.25):
    """Mono noise of changing colour in words of a third of a second."""
    source = random.Random(seed)
    samples, held = array.array("h"), 0.0
    for n in range(int(seconds * rate)):
        word = n * 3 // rate
        colour = 0.1 + 0.2 * (word * 7 % 5) / 5
        held += colour * (source.uniform(-1, 1) - held)
        loud = math.sin(math.pi * (n * 3 / rate % 1)) ** 2 if word % 4 != 3 else 0.0
        samples.append(int(32767 * level * max(-1.0, min(1.0, 2.5 * held * loud))))
    return samples


def hum(hz, seconds, level=0.2):
    return array.array("h", (int(32767 * level * math.sin(2 * math.pi * hz * n / RATE)) for n in
                             range(int(seconds * RATE))))


def clicks(places, length):
    samples = array.array("h", bytes(2 * length))
    for place in places:
        samples[place] = 30000
    return samples


class Band:
    """A folder of its own for sources, assets and films of 64 x 64."""

    def __init__(self, programs):
        self.program = os.path.join(programs, "smos-render")
        self.holder = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.holder.name)
        self.assets = {}
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.holder.cleanup()

    def source(self, name, samples, rate=RATE):
        path = self.folder / f"{name}.wav"
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 2, rate, 0, "NONE", ""))
            out.writeframes(samples.tobytes())
        self.assets[name] = {"kind": "audio", "uri": f"file://{path}", "license": "own"}

    def timeline(self, seconds, *tracks, words=(), **output):
        video = {"id": "p", "kind": "video", "items": [
            {"id": "c", "at": 0, "dur": round(seconds * 30), "gen": ["colour", {"colour": "#204060"}]}]}
        made = {"schema": "smos.timeline/1", "id": "t", "rate": [30, 1], "sample_rate": RATE,
                "canvas": {"w": 64, "h": 64, "bg": "#000000"}, "tracks": [video, *tracks]}
        used = {item["asset"] for track in tracks for item in track["items"]}
        made["assets"] = {name: self.assets[name] for name in used}
        if words:
            made["tracks"].append({"id": "cap", "kind": "caption", "items": [
                {"id": "q", "at": 0, "dur": 30, "words": [[0, 400, word] for word in words]}]})
        if output:
            made["outputs"] = [{"id": "o", "preset": "shorts", **output}]
        return made

    def run(self, made, *options, cas="cas", expect=0):
        """The film's path and its render section."""
        self.count += 1
        source = self.folder / f"{self.count}.json"
        film = self.folder / f"{self.count}.mp4"
        source.write_text(json.dumps(made))
        env = dict(os.environ, XDG_STATE_HOME=str(self.folder), XDG_DATA_HOME=str(self.folder))
        done = subprocess.run([self.program, str(source), "-o", str(film), "--assets", str(self.folder / cas),
                               "--preset", "ultrafast", *options], env=env, cwd=self.folder, check=False,
                              capture_output=True, text=True)
        assert done.returncode == expect, (done.returncode, done.stderr)
        if expect:
            return None, done.stderr
        return film, json.loads(done.stdout.splitlines()[-1])


def track(role, *items, name=None, **more):
    return {"id": name or role, "kind": "audio", "role": role, "items": list(items), **more}


def item(name, asset, at, dur, **more):
    return {"id": name, "asset": asset, "at_samples": at, "dur_samples": dur, **more}


def told_samples(film):
    """Where the sound starts and how long it lasts, as the file says."""
    said = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a", "-show_entries",
                           "stream=start_pts,duration_ts,time_base", "-of", "json", str(film)], check=True,
                          capture_output=True, text=True).stdout
    stream = json.loads(said)["streams"][0]
    assert stream["time_base"] == f"1/{RATE}", stream
    return stream["start_pts"], stream["duration_ts"]


def heard(film):
    """The left channel as ffmpeg decodes it, to the end of the last packet."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(film), "-map", "0:a", "-f", "f32le", "-"],
                         check=True, capture_output=True).stdout
    samples = array.array("f", raw)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples[0::2]


def loudness(film):
    """Integrated loudness and true peak by ffmpeg's own meter."""
    said = subprocess.run(["ffmpeg", "-nostats", "-i", str(film), "-map", "0:a", "-af", "ebur128=peak=true", "-f",
                           "null", "-"], check=True, capture_output=True, text=True).stderr
    summary = said[said.rindex("Summary:"):]
    return (float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1]),
            float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1]))


def peak_kb():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
