# SPDX-License-Identifier: Apache-2.0
"""`crop: face`: the face at the edge of a wide film stays in a tall output, the resolved form says where to look
and needs no models; without a face, or without models, it is said.

faces_in_sight.py PROGRAMS SOURCE_DIR
Needs the face pictures and models (SMOS_TESTDATA, or ../shared/testdata beside the sources) and ffmpeg.
"""
import json
import os
import pathlib
import subprocess
import sys

from studio import HEIGHT, WIDTH, Studio, timeline, video

DATA = pathlib.Path(os.environ.get("SMOS_TESTDATA", f"{sys.argv[2]}/../shared/testdata")) / "face"
MODELS = {"face_detector": str(DATA / "models/face_detection_yunet_2022mar.onnx"),
          "face_embedder": str(DATA / "models/mobilefacenet_foamliu_cv46.onnx")}
SHE = DATA / "people/fp_kate_siegel/kate_siegel.jpg"
BACKGROUND = "color=c=0x00ff00:s=1280x720:r=30:d=2"


def film(studio, name, with_face):
    path = studio.folder / f"{name}.mp4"
    chain = ["-i", str(SHE), "-filter_complex", "[1:v]scale=-2:480[p];[0:v][p]overlay=x=0:y=120:format=rgb[o]",
             "-map", "[o]"] if with_face else []
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", BACKGROUND, *chain, "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)], check=True)
    return {"kind": "video", "uri": f"file://{path}", "avail": [0, 60], "license": "own"}


def green(studio, path):
    """The share of plainly green pixels of the first frame."""
    frame = studio.frames(path)[0]
    count = sum(frame[at + 1] > 180 and frame[at] < 90 and frame[at + 2] < 90 for at in range(0, len(frame), 3))
    return count / (WIDTH * HEIGHT)


def by_hand(studio, form, config):
    """`crop: face` written into a resolved output seeks the faces, or says that it cannot; what found none says so."""
    parts = json.loads(form)
    parts["outputs"] = [dict(parts["outputs"][1], crop="face")]
    source = studio.folder / "by_hand.json"
    source.write_text(json.dumps(parts))
    argv = [source, "-o", studio.folder / "hand.mp4", "--assets", studio.folder / "cas"]
    assert "outputs: crop face" in studio.run(*argv, expect=65).stderr
    studio.run(*argv, "--config", config)
    assert studio.frames(studio.folder / "hand.mp4") == studio.frames(studio.folder / "o.mp4"), "the middle is shown"
    nobody = timeline([video({"id": "b", "at": 0, "dur": 20, "asset": "n"})], {"n": film(studio, "nobody", False)},
                      outputs=[{"id": "face", "preset": "shorts", "crop": "face"}])
    source.write_text(json.dumps(nobody))
    found = studio.run("--resolve", source, "--assets", studio.folder / "cas", "--config", config).stdout
    assert json.loads(found)["outputs"][0]["crop"] == "centre", found
    source.write_text(found)
    assert studio.run("--resolve", source, "--assets", studio.folder / "cas").stdout == found, "models are needed again"


def main():
    if not SHE.exists():
        print("no face pictures: set SMOS_TESTDATA")
        raise SystemExit(77)
    with Studio(sys.argv[1]) as studio:
        config = studio.folder / "config.yaml"
        config.write_text(json.dumps({"models": MODELS}))
        assets = {"she": film(studio, "she", True), "nobody": film(studio, "nobody", False)}
        shots = [{"id": "a", "at": 0, "dur": 40, "asset": "she"}, {"id": "b", "at": 40, "dur": 20, "asset": "nobody"}]
        made = timeline([video(*shots)], assets, outputs=[
            {"id": "face", "preset": "shorts", "crop": "face"}, {"id": "middle", "preset": "reels"},
            {"id": "sq", "preset": "square", "crop": "face"}])
        source = studio.folder / "t.json"
        source.write_text(json.dumps(made))

        done = studio.run(source, "-o", studio.folder / "o.mp4", "--assets", studio.folder / "cas", expect=65)
        assert "models.face_detector" in done.stderr and not (studio.folder / "o.mp4").exists(), done.stderr
        done = studio.run(source, "-o", studio.folder / "o.mp4", "--assets", studio.folder / "cas", "--config", config)
        section = json.loads(done.stdout)
        assert [each["asked"] for each in section["downgrades"]] == [
            "output face: item b: crop face", "output sq: item b: crop face"], section["downgrades"]
        assert "no face was found" in done.stderr
        seen, middle = green(studio, studio.folder / "o.mp4"), green(studio, studio.folder / "o-middle.mp4")
        assert seen < 0.8 * middle, (seen, middle)

        form = studio.run("--resolve", source, "--assets", studio.folder / "cas", "--config", config).stdout
        outputs = json.loads(form)["outputs"]
        assert [each["item"] for each in outputs[0]["views"]] == ["a"] and "views" not in outputs[1], outputs
        # The face is at the left edge: there is where the view lies.
        assert all(key[1][1] < 250_000 for key in outputs[0]["views"][0]["view_micro"]), outputs[0]["views"]
        assert list((studio.folder / "cas/notes/face-views").iterdir()), "what was found is not kept"
        resolved = studio.folder / "resolved.json"
        resolved.write_text(form)
        again = json.loads(studio.run(resolved, "-o", studio.folder / "again.mp4", "--assets",
                                      studio.folder / "cas").stdout)
        assert again["timeline_sha256"] == section["timeline_sha256"], "the resolved form needs the models"
        by_hand(studio, form, config)
        print("ok faces stay in sight; green seen:", round(seen, 2), "and with the middle", round(middle, 2))


if __name__ == "__main__":
    main()
