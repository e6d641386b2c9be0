# SPDX-License-Identifier: Apache-2.0
"""Words: several tracks, each in its own colours; in the picture or beside it, as the output says; files that
other programs read at the right times; and a character that no font has stops the film before it begins."""
import json
import subprocess
import sys

from studio import Studio, colour, near, timeline, video

RED, GREEN = "#ff0000", "#00ff00"
WORDS = [[0, 300, "Nobody"], [300, 600, "tells"], [600, 1000, "you."]]


def cue(name, at, words=WORDS):
    return {"id": name, "at": at, "dur": 30, "words": words}


def captions(*cues, name="cap", **more):
    return {"id": name, "kind": "caption", "style": "karaoke-pop", "items": list(cues), **more}


def film(*tracks, **output):
    outputs = [{"id": "o", "preset": "shorts", "encoder": ["libx264"], **output}]
    return timeline([video(colour("c", 0, 75, "#202020")), *tracks], outputs=outputs)


def rendered(studio, made, expect=0):
    studio.count += 1
    source, target = (studio.folder / f"{studio.count}.{ending}" for ending in ("json", "mp4"))
    source.write_text(json.dumps(made))
    done = studio.run(source, "-o", target, "--assets", studio.folder / "cas", "--preset", "ultrafast", "--crf", "1",
                      expect=expect)
    return target, done


def files(studio, done):
    """Mime type to path."""
    output = json.loads(done.stdout)["outputs"][0]
    folder = studio.folder / "cas/sha256"
    return {each["mime_type"]: folder / each["checksum"][7:9] / each["checksum"][7:] for each in output["captions"]}


def has_colour(frame, wanted):
    return any(near(tuple(frame[at:at + 3]), wanted, 60) for at in range(0, len(frame), 3))


def packets(path, form):
    """Start and end of every cue as FFmpeg reads them, and the text."""
    out = subprocess.run(["ffprobe", "-v", "error", "-f", form, "-show_entries", "packet=pts_time,duration_time",
                          "-of", "json", str(path)], check=True, capture_output=True, text=True).stdout
    times = [(float(each["pts_time"]), float(each["pts_time"]) + float(each["duration_time"]))
             for each in json.loads(out)["packets"]]
    text = subprocess.run(["ffmpeg", "-v", "error", "-f", form, "-i", str(path), "-f", "srt", "-"], check=True,
                          capture_output=True, text=True).stdout
    return times, text


def check_tracks(studio):
    lower = captions(cue("q1", 0), accent=RED)
    upper = captions(cue("r1", 0, [[0, 400, "Das"], [400, 900, "verschweigt"]]), name="de", accent=GREEN,
                     style="minimal", lang="de")
    target, _ = rendered(studio, film(lower, upper))
    frames = studio.frames(target)
    assert has_colour(frames[5], (255, 0, 0)) and has_colour(frames[5], (0, 255, 0)), "one of two tracks is not there"
    one, _ = rendered(studio, film(lower))
    assert not has_colour(studio.frames(one)[5], (0, 255, 0))


def check_beside(studio):
    cues = captions(cue("q1", 0), cue("q2", 40))
    target, done = rendered(studio, film(cues, burn=False, sidecar=["ass", "srt", "vtt"]))
    for ending in ("ass", "srt", "vtt"):
        assert target.with_suffix("." + ending).stat().st_size > 20, "beside the film"
    plain = studio.frames(target)
    assert max(max(frame) for frame in plain) < 60, "there are words in a picture that asked for none"
    burnt, told = rendered(studio, film(cues, sidecar=["vtt"]))
    assert max(studio.frames(burnt)[5]) > 200, "there are no words in the picture"
    assert set(files(studio, told)) == {"text/vtt"}, files(studio, told)
    boxes = json.loads(told.stdout)["outputs"][0]["captions"][0]["metadata"]["boxes"]
    assert [box["text"] for box in boxes] == ["Nobody tells you."] * 2, boxes

    found = files(studio, done)
    assert set(found) == {"text/x-ssa", "application/x-subrip", "text/vtt"}, found
    for mime, form in (("text/x-ssa", "ass"), ("application/x-subrip", "srt"), ("text/vtt", "webvtt")):
        times, text = packets(found[mime], form)
        assert len(times) == 2, (form, times)
        for (start, end), begins in zip(times, (0.0, 40 / 30)):
            assert abs(start - begins) <= 0.011 and begins + 1 <= end <= begins + 1.42, (form, times)
        assert text.count("-->") == 2 and text.count("Nobody") == 2, (form, text)


def check_missing(studio):
    # An Egyptian hieroglyph: no font that Debian's packages bring has it.
    for made, place in ((film(captions(cue("q9", 0, [[0, 500, "old\U00013000"]]))), "cue 'q9'"),
                        (timeline([video({"id": "txt", "at": 0, "dur": 5,
                                          "gen": ["text", {"text": "old \U00013000"}]})]), "item 'txt'")):
        before = sorted((studio.folder / "cas").rglob("*"))
        target, done = rendered(studio, made, expect=65)
        assert "U+13000" in done.stderr and place in done.stderr and "font" in done.stderr, done.stderr
        assert not target.exists() and sorted((studio.folder / "cas").rglob("*")) == before, "something was made"
    everyone = [[0, 200, "שלום"], [200, 400, "مرحبا"], [400, 600, "今日は"], [600, 800, "안녕"], [800, 1000, "🚀👩‍👩‍👧"]]
    rendered(studio, film(captions(cue("q1", 0, everyone))))


def check_align(studio):
    """The times of an `align` file hold, even where the voice is our own and knows better."""
    align = studio.folder / "align.json"
    align.write_text(json.dumps({"words": [[40, 200, "nobody"], [210, 400, "tells"], [700, 800, "you"]]}))
    spoken = {"kind": "audio", "request": {"capability": "cap.speech.tts", "text": "Nobody tells you."},
              "align": f"file://{align}"}
    made = timeline([video(colour("c", 0, 60, "#202020")),
                     {"id": "vo", "kind": "audio", "role": "voice", "items": [
                         {"id": "a1", "asset": "line", "at_samples": 0, "dur_samples": "auto"}]},
                     captions({"id": "q", "asset": "line"})], {"line": spoken})
    source = studio.folder / "aligned.json"

    def words():
        source.write_text(json.dumps(made))
        done = studio.run("--resolve", source, "--assets", studio.folder / "cas")
        return json.loads(done.stdout)["tracks"][2]["items"][0]["words"], done.stderr

    found, _ = words()
    assert [word[:2] for word in found] == [[40, 200], [210, 400], [700, 800]], found
    del spoken["align"]
    own, _ = words()
    assert own != found and own[0][2] == "Nobody", own


def main():
    with Studio(sys.argv[1]) as studio:
        check_tracks(studio)
        check_beside(studio)
        check_missing(studio)
        check_align(studio)
        print("ok tracks, sidecars and missing characters")


if __name__ == "__main__":
    main()
