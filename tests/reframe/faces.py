#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real faces in films that this test makes: they stay in the window, and the window does not tremble.

faces.py REFRAME_PATH SMOS_RENDER SOURCE_DIR
Needs the face pictures and models (SMOS_TESTDATA, or ../shared/testdata beside the sources) and ffmpeg.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM, RENDER, SOURCE = sys.argv[1:4]
DATA = pathlib.Path(os.environ.get("SMOS_TESTDATA", f"{SOURCE}/../shared/testdata")) / "face"
DETECTOR = DATA / "models/face_detection_yunet_2022mar.onnx"
EMBEDDER = DATA / "models/mobilefacenet_foamliu_cv46.onnx"
SHE = DATA / "people/fp_kate_siegel/kate_siegel.jpg"
HE = DATA / "people/fr_obama/obama.jpg"
CANVAS = (1080, 1920)
problems = []


def expect(condition, what):
    if not condition:
        problems.append(what)
        print("FAILED:", what)


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def seen(kind, path, frames, canvas=CANVAS):
    done = subprocess.run([PROGRAM, DETECTOR, EMBEDDER, kind, path, str(frames), *map(str, canvas)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, (path, done.stderr)
    return json.loads(done.stdout)


def portrait(folder, picture, name):
    """As high as most of the frame, and where its face is."""
    path = folder / f"{name}.png"
    ffmpeg("-i", picture, "-vf", "scale=-2:480", "-frames:v", 1, path)
    found = seen("image", path, 1, (480, 480))
    assert found["face"], f"{picture}: the face is not found at all"
    return path, found["face"]


def film(folder, name, pictures, seconds):
    """Pictures moved by expressions of t over a background of 1280x720."""
    inputs, chain, last = [], [], "0:v"
    for number, (path, x) in enumerate(pictures, 1):
        inputs += ["-i", path]
        chain.append(f"[{last}][{number}:v]overlay=x='{x}':y=120:format=rgb[o{number}]")
        last = f"o{number}"
    target = folder / f"{name}.mp4"
    background = f"color=c=0x35506a:s=1280x720:r=30:d={seconds},drawgrid=w=90:h=90:c=0x8090a0"
    ffmpeg("-f", "lavfi", "-i", background, *inputs, "-filter_complex", ";".join(chain), "-map", f"[{last}]",
           "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12", "-pix_fmt", "yuv420p", target)
    return target


def holds(window, face, x, slack=1.0):
    left, top, width, height = window
    return (face[0] + x >= left - slack and face[0] + x + face[2] <= left + width + slack and
            face[1] + 120 >= top - slack and face[1] + 120 + face[3] <= top + height + slack)


def differences(values, order):
    for _ in range(order):
        values = [b - a for a, b in zip(values, values[1:])]
    return max(map(abs, values))


def lefts(found):
    """In pixels of the canvas."""
    return [window[0] / window[2] * CANVAS[0] for window in found["windows"]]


def rendered(folder, source, found, frames):
    """The film that smos-render makes with the curve."""
    made = {"schema": "smos.timeline/1", "id": "reframed", "rate": [30, 1], "sample_rate": 48000,
            "canvas": {"w": 540, "h": 960, "bg": "#000000"},
            "assets": {"film": {"kind": "video", "uri": f"file://{source}", "avail": [0, frames], "license": "own"}},
            "tracks": [{"id": "v", "kind": "video", "items": [
                {"id": "c", "at": 0, "dur": frames, "asset": "film", "fit": "cover", "anim": {"view": found["keys"]}}]}]}
    timeline, film = folder / "reframed.json", folder / "reframed.mp4"
    timeline.write_text(json.dumps(made))
    env = dict(os.environ, XDG_STATE_HOME=str(folder), XDG_DATA_HOME=str(folder))
    done = subprocess.run([RENDER, timeline, "-o", film, "--preset", "ultrafast", "-q"], env=env, check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return film


def travelling(folder):
    path, face = portrait(folder, HE, "he")
    width = 880 - face[0]
    where = lambda t: 20 + width * t / 4
    source = film(folder, "walk", [(path, f"20+{width}*t/4")], 4)
    found = seen("video", source, 120)
    places = lefts(found)
    missed = [n for n, window in enumerate(found["windows"]) if not holds(window, face, where(n / 30))]
    speed, acceleration, jerk = (differences(places, order) for order in (1, 2, 3))
    print(f"travelling: {found['looked']} looks, {found['with_face']} with a face, {len(found['keys'])} keys, "
          f"speed {speed:.2f}, acceleration {acceleration:.3f}, jerk {jerk:.3f} px a frame of {CANVAS[0]}, "
          f"missed {missed}")
    expect(found["found"] and found["faces"] == 1, "the travelling face is not one person")
    expect(not missed, f"the face leaves the window at {missed}")
    expect(found["moves"], "the window does not follow")
    expect(all(b >= a - 0.01 for a, b in zip(places, places[1:])), "the window goes back")
    expect(acceleration <= 4.6, f"the window starts or stops with {acceleration}")
    expect(jerk <= 9.2, f"the window jerks by {jerk}")
    after = seen("video", rendered(folder, source, found, 120), 120, (540, 960))
    expect(after["face_frames"] == 120 and after["with_face"] == after["looked"] and after["faces"] == 1,
           "the face is not seen all the time in the film that was made")
    expect(found["cuts"] == 0, "a travelling portrait was taken for a cut")


def resting(folder):
    path, face = portrait(folder, SHE, "she")
    # A hand-held camera: the whole picture trembles by a few pixels.
    found = seen("video", film(folder, "rest", [(path, "500+4*sin(t*9)+3*sin(t*23)")], 3), 90)
    print(f"resting: {len(found['keys'])} keys, speed {differences(lefts(found), 1):.3f}")
    expect(found["found"] and not found["moves"], "the window follows a tremble")
    expect(differences(lefts(found), 1) == 0, "the window trembles")
    expect(all(holds(window, face, 500, 8) for window in found["windows"]), "the resting face is lost")


def cut(folder):
    path, face = portrait(folder, SHE, "her")
    one = film(folder, "one", [(path, "-20")], 1.5)
    two = folder / "two.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=c=0xc0b090:s=1280x720:r=30:d=1.5", "-i", path, "-filter_complex",
           "[0:v][1:v]overlay=x=760:y=120:format=rgb", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "12",
           "-pix_fmt", "yuv420p", two)
    both = folder / "both.mp4"
    ffmpeg("-i", one, "-i", two, "-filter_complex", "[0:v][1:v]concat=n=2:v=1", "-c:v", "libx264", "-preset",
           "ultrafast", "-qp", "12", "-pix_fmt", "yuv420p", both)
    found = seen("video", both, 90)
    places = lefts(found)
    print(f"cut: {found['cuts']} cuts, {len(found['keys'])} keys")
    expect(found["cuts"] == 1, f"{found['cuts']} cuts were found, not one")
    expect(not found["moves"], "the window moves beside the cut")
    expect(len(set(places[:45])) == 1 and len(set(places[45:])) == 1 and places[44] != places[45],
           "the window does not jump at the cut")
    missed = [n for n, window in enumerate(found["windows"]) if not holds(window, face, -20 if n < 45 else 760)]
    expect(not missed, f"the face leaves the window at {missed}")


def stills(folder):
    wide, face = portrait(folder, HE, "wide")
    scene = folder / "scene.png"
    ffmpeg("-f", "lavfi", "-i", "color=c=0x35506a:s=1600x720", "-i", wide, "-filter_complex",
           "[0:v][1:v]overlay=x=1000:y=120:format=rgb", "-frames:v", 1, scene)
    found = seen("image", scene, 60)
    expect(found["looked"] == 1 and len(found["keys"]) == 1, "a still is looked at once and does not move")
    expect(all(holds(window, face, 1000) for window in found["windows"]), "the face of a still is cut off")
    two = seen("image", DATA / "robustness/fr/two_people.jpg", 30, (1080, 1080))
    expect(two["found"], "nobody is found in the picture of two people")
    print(f"two people: {two['faces']} kept")
    none = seen("image", DATA / "robustness/insp/crop_no_face.png", 30)
    expect(not none["found"], "a face was found where none is")


def main():
    if not EMBEDDER.exists() or not HE.exists():
        print(f"SKIPPED: no face pictures and models in {DATA}; set SMOS_TESTDATA")
        return 77
    with tempfile.TemporaryDirectory(prefix="smos-reframe-") as holder:
        folder = pathlib.Path(holder)
        travelling(folder)
        resting(folder)
        cut(folder)
        stills(folder)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
