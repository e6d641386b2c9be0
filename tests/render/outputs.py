# SPDX-License-Identifier: Apache-2.0
"""Several deliverables from one timeline: each platform's shape, each film what it is alone, the sound made
once, files beside each other, and wrong presets named with the right one."""
import json
import subprocess
import sys

from studio import HEIGHT, WIDTH, Studio, colour, near, timeline, video

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
SHAPES = {"tiktok": (216, 384), "reels": (216, 384), "shorts": (216, 384), "youtube": (384, 216), "square": (216, 216),
          "ig-1x1": (216, 216), "4x5": (216, 270), "4:5": (216, 270), "canvas": (216, 384)}


def section(studio, made, *options, assets="cas", expect=0):
    source = studio.folder / "t.json"
    source.write_text(json.dumps(made))
    done = studio.run(source, "-o", studio.folder / "o.mp4", "--assets", studio.folder / assets, "--preset",
                      "ultrafast", "--crf", "1", *options, expect=expect)
    return json.loads(done.stdout) if expect == 0 else None, done.stderr


def shown(path, width, height, count=1):
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-frames:v", str(count), "-f", "rawvideo",
                          "-pix_fmt", "rgb24", "-"], check=True, capture_output=True).stdout
    assert len(raw) == count * width * height * 3, (path, len(raw), width, height)
    return lambda x, y, n=0: tuple(raw[(n * height * width + y * width + x) * 3:][:3])


def sources(studio):
    """A video of three columns, red, green and blue, and a still of three rows."""
    film, still = studio.folder / "columns.mp4", studio.folder / "rows.png"
    columns = "color=red:s=200x360:r=30:d=3[a];color=lime:s=240x360:r=30:d=3[b];color=blue:s=200x360:r=30:d=3[c];" \
              "[a][b][c]hstack=3,format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    rows = "color=red:s=400x300[a];color=lime:s=400x300[b];color=blue:s=400x300[c];[a][b][c]vstack=3"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-filter_complex", columns, "-c:v", "libx264", "-colorspace", "bt709", "-color_range", "tv", str(film)], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-filter_complex", rows, "-frames:v", "1", str(still)], check=True)
    return {"film": {"kind": "video", "uri": f"file://{film}", "avail": [0, 90], "license": "own"},
            "still": {"kind": "image", "uri": f"file://{still}", "license": "own"},
            "bed": {"kind": "audio", "request": {"capability": "cap.music.generate", "seed": 4}}}


def story(assets, outputs):
    """The film, then the still with a move, a corner picture of the film, words and music."""
    move = {"scale": [[0, 1.0], [59, 1.2]]}
    return timeline([
        video({"id": "a", "at": 0, "dur": 60, "asset": "film"},
              {"id": "x", "trans": "dissolve", "at": "auto", "in_off": 6, "out_off": 6},
              {"id": "b", "at": 60, "dur": 60, "asset": "still", "anim": move}),
        video({"id": "p", "at": 70, "dur": 40, "asset": "film", "in": 20, "fit": "contain",
               "anim": {"scale": 0.25, "pos": [0.25, 0.25]}}, name="corner"),
        {"id": "cap", "kind": "caption", "style": "karaoke-pop", "items": [
            {"id": "q", "at": 20, "dur": 60, "words": [[0, 600, "nobody"], [700, 1500, "tells you"]]}]},
        {"id": "m", "kind": "audio", "role": "music", "items": [
            {"id": "m1", "asset": "bed", "at_samples": 0, "dur_samples": "end"}]}], assets, outputs=outputs)


def shapes(studio):
    made = timeline([video(colour("a", 0, 3, "#0000ff")), video(colour("o", 0, 3, "#ff0000", anim={
        "scale": 0.5, "pos": [0.75, 0.75]}), name="over")],
        outputs=[{"id": f"o{n}", "preset": name} for n, name in enumerate(SHAPES)])
    made_section, _ = section(studio, made)
    assert [each["preset"] for each in made_section["outputs"]] == list(SHAPES)
    for number, (name, (width, height)) in enumerate(SHAPES.items()):
        path = studio.folder / (f"o-o{number}.mp4" if number else "o.mp4")
        at = shown(path, width, height)
        # Places are shares of every canvas.
        assert near(at(width // 4, height // 4), BLUE), name
        assert near(at(width // 2 + 4, height // 2 + 4), RED) and near(at(width // 2 - 5, height // 2 - 5), BLUE), name
    # A canvas of another shape takes what has its own as it is; a list of none is the canvas.
    flat = dict(timeline([video(colour("a", 0, 3, "#0000ff"))]), canvas={"w": 480, "h": 270})
    made_section, _ = section(studio, flat)
    assert made_section["outputs"][0]["preset"] == "youtube"
    shown(studio.folder / "o.mp4", 480, 270)


def alone(studio, assets):
    outputs = [{"id": "tall", "preset": "tiktok"}, {"id": "sq", "preset": "square", "burn": False},
               {"id": "wide", "preset": "youtube", "sidecar": ["srt", "ass"]}]
    made, _ = section(studio, story(assets, outputs), "--workers", "1")
    films = {each["id"]: each for each in made["outputs"]}
    for name, path in (("tall", "o.mp4"), ("sq", "o-sq.mp4"), ("wide", "o-wide.mp4")):
        stored = studio.folder / path
        assert stored.stat().st_size == films[name]["video"]["size_bytes"], name
    wide, tall, square = shown(studio.folder / "o-wide.mp4", 384, 216), shown(
        studio.folder / "o.mp4", 216, 384), shown(studio.folder / "o-sq.mp4", 216, 216)
    # Cover shows the middle of the film: all columns where it is wide, the middle one where it is tall.
    assert near(wide(60, 30), RED, 8) and near(wide(192, 30), GREEN, 8) and near(wide(330, 30), BLUE, 8)
    assert near(tall(4, 30), GREEN, 8) and near(tall(210, 30), GREEN, 8)
    assert near(square(4, 30), RED, 8) and near(square(108, 30), GREEN, 8) and near(square(212, 30), BLUE, 8)
    for workers in ("1", "3"):
        for output in outputs:
            single, _ = section(studio, story(assets, [output]), "--workers", workers,
                                assets=f"alone-{output['id']}-{workers}")
            for part in ("video", "poster"):
                assert single["outputs"][0][part]["checksum"] == films[output["id"]][part]["checksum"], (output, part)
    again, _ = section(studio, story(assets, outputs), "--workers", "6", assets="six")
    assert [each["video"]["checksum"] for each in again["outputs"]] == [
        each["video"]["checksum"] for each in made["outputs"]], "workers show"
    cached, _ = section(studio, story(assets, outputs))
    assert cached["cached"] and cached["outputs"] == made["outputs"], "the store keeps one output only"
    # What the first output decoded the others found: their drawing costs less than alone.
    print("   drawing CPU ms:", {name: each["video"]["metadata"]["work"]["drawing_cpu_ms"] for name, each in
                                 films.items()})


def refusals(studio):
    wrong = timeline([video(colour("a", 0, 3, "#0000ff"))], outputs=[{"id": "a", "preset": "tiktock"}])
    (studio.folder / "w.json").write_text(json.dumps(wrong))
    found = [json.loads(line) for line in studio.run("--check", studio.folder / "w.json", expect=65).stdout.splitlines()]
    assert found[0]["code"] == "unknown_preset" and found[0]["at"] == "/outputs/0/preset", found
    assert found[0]["suggestedFix"][0]["value"] == "tiktok" and "tiktok" in found[0]["hint"], found
    twice = dict(wrong, outputs=[{"id": "a", "preset": "tiktok"}, {"id": "a", "preset": "square"}])
    _, said = section(studio, twice, expect=65)
    assert "is there twice" in said, said
    # Ids never lead out of the folder, and never over another film.
    out = dict(wrong, outputs=[{"id": "a", "preset": "tiktok"}, {"id": "../b", "preset": "square"},
                               {"id": "/.b", "preset": "4x5"}])
    section(studio, out)
    assert (studio.folder / "o-___b.mp4").exists() and (studio.folder / "o-__b.mp4").exists()
    clash = dict(out, outputs=[*out["outputs"], {"id": "///b", "preset": "youtube"}])
    _, said = section(studio, clash, expect=65)
    assert "o-___b.mp4" in said, said


def main():
    with Studio(sys.argv[1]) as studio:
        assets = sources(studio)
        assert (WIDTH, HEIGHT) == (216, 384)
        for part, arguments in ((shapes, ()), (alone, (assets,)), (refusals, ())):
            part(studio, *arguments)
            print("ok", part.__name__)


if __name__ == "__main__":
    main()
