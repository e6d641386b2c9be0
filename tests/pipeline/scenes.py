# SPDX-License-Identifier: Apache-2.0
"""A timeline rendered without records: scenes asked for in the same words get different pictures,
because one video should not repeat a composition."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SIZE = 27 * 48


def timeline():
    picture = {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": "a glowing battery",
                                            "seed": 7, "mood": "calm", "shot_type": "wide"}}
    shots = [{"id": f"c{i}", "at": 20 * i, "dur": 20, "asset": f"s{i}", "fit": "cover", "camera": "static"}
             for i in range(4)]
    return {"schema": "smos.timeline/1", "form": "authored", "id": "scenes", "rate": [30, 1],
            "sample_rate": 48000, "canvas": {"w": 216, "h": 384},
            "assets": {**{f"s{i}": picture for i in range(4)},
                       "bed": {"kind": "audio", "request": {"capability": "cap.music.generate", "seed": 3}}},
            "tracks": [{"id": "v", "kind": "video", "items": shots},
                       {"id": "m", "kind": "audio", "role": "music", "items": [
                           {"id": "m1", "asset": "bed", "at_samples": 0, "dur_samples": "end"}]}]}


def main():
    programs = sys.argv[2]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        (folder / "t.json").write_text(json.dumps(timeline()))
        env = dict(os.environ, XDG_STATE_HOME=home, XDG_DATA_HOME=home)
        done = subprocess.run([f"{programs}/smos-render", "--output", str(folder / "o.mp4"), str(folder / "t.json")],
                              env=env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        section = json.loads(done.stdout)
        assert section["tool"] == "smos-render" and section["version"] and section["at"], done.stdout[:200]
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(folder / "o.mp4"), "-vf",
                              "select=not(mod(n-10\\,20)),scale=27:48,format=gray", "-fps_mode", "passthrough",
                              "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
        frames = [raw[at:at + SIZE] for at in range(0, len(raw), SIZE)]
        assert len(frames) == 4, len(frames)
        for i, frame in enumerate(frames):
            for other in frames[:i]:
                apart = sum(abs(a - b) for a, b in zip(frame, other)) / SIZE
                assert apart > 8, f"two of the scenes look alike ({apart:.1f} levels apart)"


if __name__ == "__main__":
    main()
