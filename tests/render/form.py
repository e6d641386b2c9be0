# SPDX-License-Identifier: Apache-2.0
"""The resolved form holds everything that a film's bytes depend on: its SHA-256 is the render's name, it gives
the same film again, options that say otherwise are refused, and another engine or encoder in it is said."""
import hashlib
import json
import os
import shutil
import sys

from studio import Studio, colour, timeline, video


def story(**more):
    picture = {"s": {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": "hills", "seed": 5}}}
    return timeline([video({"id": "a", "at": 0, "dur": 40, "asset": "s", "camera": "pan"}, colour("b", 40, 30, "#203040")),
                     {"id": "cap", "kind": "caption", "style": "karaoke-pop", "items": [
                         {"id": "q", "at": 0, "dur": 40, "words": [[0, 600, "nobody"], [700, 1300, "knows"]]}]}],
                    picture, **more)


def render(studio, source, *options, assets="cas", expect=0):
    film = studio.folder / "o.mp4"
    film.unlink(missing_ok=True)
    done = studio.run(source, "-o", film, "--assets", studio.folder / assets, *options, expect=expect)
    return (json.loads(done.stdout), film.read_bytes() if film.exists() else None, done.stderr) if expect == 0 else (
        None, None, done.stderr)


def name_of_form(studio):
    two = [{"id": "tall", "preset": "shorts"}, {"id": "sq", "preset": "square"}]
    source = studio.folder / "t.json"
    source.write_text(json.dumps(story(outputs=two)))
    settings = ("--preset", "ultrafast", "--crf", "30", "--accent", "#12ab9f")
    section, film, _ = render(studio, source, *settings)
    form = studio.run("--resolve", source, "--assets", studio.folder / "cas", *settings).stdout
    assert hashlib.sha256(form.encode()).hexdigest() == section["timeline_sha256"], "the form has another name"
    parts = json.loads(form)
    assert parts["engine"]["name"] == "smos-render" and parts["engine"]["libraries"]["libavcodec"]
    assert all(len(font["sha256"]) == 64 and "/" not in font["file"] for font in parts["engine"]["fonts"])
    for output in parts["outputs"]:
        how = output["encoding"]
        assert how["encoder"] == "libx264" and len(how["fingerprint"]) == 64 and sum(how["gops"]) == 70, how
        assert how["crf"] == 30 and how["preset"] == "ultrafast" and how["accent"] == "#12ab9f", how
    # The same film from the form alone, with an empty cache of groups and other options.
    resolved = studio.folder / "resolved.json"
    resolved.write_text(form)
    for kept in ("gops", "notes"):
        shutil.rmtree(studio.folder / "cas" / kept)
    once_more, again, said = render(studio, resolved, *settings)
    assert not once_more["cached"] and once_more["timeline_sha256"] == section["timeline_sha256"] and again == film, said
    assert studio.run("--resolve", resolved, "--assets", studio.folder / "cas").stdout == form
    return form


def other_settings(studio, form):
    """A resolved timeline says how it is encoded: an option that says otherwise is refused, a variable reported."""
    resolved = studio.folder / "settled.json"
    resolved.write_text(form)
    for option, value, field in (("--preset", "fast", "preset"), ("--crf", "10", "crf"),
                                 ("--accent", "#ff0000", "accent")):
        for more in ((), ("--dry-run",)):
            _, film, said = render(studio, resolved, option, value, *more, expect=64)
            assert f"{option} {value}" in said and f"outputs[0].encoding.{field}" in said and "is resolved" in said, said
            assert film is None
    done = studio.run("--resolve", resolved, "--crf", "10", expect=64)
    assert not done.stdout and "--crf 10" in done.stderr, done.stderr
    parts = json.loads(form)
    parts["outputs"][1]["encoding"]["crf"] = 31
    resolved.write_text(json.dumps(parts))
    _, _, said = render(studio, resolved, "--crf", "30", expect=64)
    assert "output sq says 31" in said and "outputs[1].encoding.crf" in said, said
    del parts["outputs"][1]["encoding"]  # it takes the option, the other one agrees with it
    resolved.write_text(json.dumps(parts))
    made = json.loads(studio.run("--resolve", resolved, "--assets", studio.folder / "cas", "--crf", "30").stdout)
    assert [each["encoding"]["crf"] for each in made["outputs"]] == [30, 30]
    resolved.write_text(form)
    os.environ["SMOS_RENDER_CRF"] = "11"
    section, _, said = render(studio, resolved)
    del os.environ["SMOS_RENDER_CRF"]
    assert [each["asked"] for each in section["downgrades"]] == ["output tall: crf 11", "output sq: crf 11"], section
    assert "names its own" in said and section["downgrades"][0]["delivered"] == "crf 30", said


def idle_options(studio):
    """What an option could not change it is refused for, before anything is made."""
    source = studio.folder / "idle.json"
    source.write_text(json.dumps(story()))
    for words, named in ((("--resolve", "-o", "x.mp4"), "--output"), (("--resolve", "--preview"), "--preview"),
                         (("--resolve", "--poster", "x.jpg"), "--poster"), (("--check", "--resolve"), "--resolve"),
                         (("--check", "--crf", "3"), "--crf"), (("--check", "-o", "x.mp4"), "--output"),
                         (("-o", "x.mp4", "--moments", "3"), "--moments"), (("--moments", "3"), "--moments"),
                         (("--preview", "-o", "x.mp4", "--moments", "3"), "--moments"),
                         (("--preview", "-o", "x.mp4", "--crf", "3"), "--crf"),
                         (("--preview", "--preset", "fast"), "--preset"),
                         (("--poster", "x.jpg", "--crf", "3"), "--crf"),
                         (("-o", "x.mp4", "--rejects", "x.jsonl"), "--rejects"),
                         (("-o", "x.mp4", "--fail"), "--fail")):
        done = studio.run(*words, source, expect=64)
        assert f"{named}: " in done.stderr and not done.stdout, (words, done.stderr)
        assert not list(studio.folder.glob("x.*")), words
    done = studio.run("--resolve", source, "--dry-run", "--assets", studio.folder / "untouched")
    assert json.loads(done.stdout)["dry_run"] and not list(studio.folder.glob("untouched/sha256/*")), done.stdout


def other_engine(studio, form):
    parts = json.loads(form)
    parts["engine"]["libraries"]["libavcodec"] = "1.2.3"
    parts["outputs"][0]["encoding"]["fingerprint"] = "0" * 64
    source = studio.folder / "other.json"
    source.write_text(json.dumps(parts))
    section, _, said = render(studio, source)
    assert "another engine" in said and "encoder is another one" in said, said
    assert len(section["downgrades"]) == 2, section["downgrades"]
    assert section["timeline_sha256"] == hashlib.sha256(form.encode()).hexdigest(), "resolved anew it is this one"
    parts = json.loads(form)
    parts["outputs"][0]["encoding"]["gops"][0] += 1
    source.write_text(json.dumps(parts))
    _, _, said = render(studio, source, expect=65)
    assert "outputs[0].encoding.gops" in said, said
    authored = story(outputs=[{"id": "a", "preset": "shorts", "encoding": {"encoder": "libx264"}}])
    source.write_text(json.dumps(authored))
    _, _, said = render(studio, source, expect=65)
    assert "encoding" in said, said


def twice(studio):
    """Resolved once more it is the same, and keeps the encoder that it was resolved with."""
    source = studio.folder / "marked.json"
    marks = [{"at": 20, "name": "interrupt"}]
    source.write_text(json.dumps(story(marks=marks, outputs=[{"id": "o", "preset": "shorts", "encoder": ["h264"]}])))
    form = studio.run("--resolve", source, "--assets", studio.folder / "cas").stdout
    assert json.loads(form)["tracks"][0]["items"][0]["punches"] == [20], form
    source.write_text(form)
    assert studio.run("--resolve", source, "--assets", studio.folder / "cas").stdout == form
    parts = json.loads(form)
    parts["outputs"][0]["encoder"] = ["libx265", "libx264"]
    source.write_text(json.dumps(parts))
    section, _, said = render(studio, source)
    assert section["outputs"][0]["video"]["metadata"]["video_codec"] == "h264", said
    assert not section.get("downgrades"), section["downgrades"]
    # What was changed by hand in it, and could not be followed, is said.
    parts["outputs"][0]["encoder"] = ["libx265"]
    parts["outputs"][0]["encoding"]["comment"] = "all by hand"
    source.write_text(json.dumps(parts))
    section, _, said = render(studio, source)
    assert [(each["asked"].split(" ")[2], each["delivered"]) for each in section["downgrades"]] == [
        ("encoder", "encoder libx264"), ("comment", "comment all by hand")], section["downgrades"]
    parts["outputs"][0]["views"] = [{"item": "aa", "view_micro": [[0, [1000000, 500000, 500000]]]}]
    source.write_text(json.dumps(parts))
    _, _, said = render(studio, source, expect=65)
    assert "outputs[0].views[0].item" in said and "no video item 'aa'" in said, said


def chains(studio):
    source = studio.folder / "chain.json"

    def delivered(chain, preset="square"):
        source.write_text(json.dumps(story(outputs=[{"id": "o", "preset": preset, "encoder": chain}])))
        section, film, said = render(studio, source, "--preset", "ultrafast", "--log-level", "info")
        return section, film, said

    section, _, said = delivered(["h264_nothing", "h264"])
    assert section["downgrades"][0]["delivered"] == "libx264" and "h264_nothing" in section["downgrades"][0]["asked"]
    assert section["downgrades"][0]["why"] and "h264_nothing" in said, said
    for chain, codec in ((["hevc"], "hevc"), (["libx265", "libx264"], "hevc")):
        section, _, said = delivered(chain)
        video_made = section["outputs"][0]["video"]
        assert video_made["metadata"]["video_codec"] == codec and video_made["metadata"]["encoder"] == "libx265"
        assert "whole film at once" in said and not section.get("downgrades"), (said, section)
    section, film, said = delivered(["prores"])
    video_made = section["outputs"][0]["video"]
    assert video_made["mime_type"] == "video/quicktime" and video_made["metadata"]["video_codec"] == "prores"
    assert section["downgrades"] == [{"asked": "output o: preset ultrafast", "delivered": "prores_ks",
                                      "why": "this encoder has settings of its own"}], section["downgrades"]
    assert film is None and (studio.folder / "o.mov").stat().st_size == video_made["size_bytes"] and "o.mov" in said
    source.write_text(json.dumps(story(outputs=[{"id": "o", "preset": "square", "encoder": ["h264_nothing"]}])))
    _, _, said = render(studio, source, expect=65)
    assert "no encoder works" in said and "output o" in said, said


def main():
    with Studio(sys.argv[1]) as studio:
        form = name_of_form(studio)
        print("ok the form's hash is the name, and the form gives the film")
        other_settings(studio, form)
        idle_options(studio)
        print("ok no option is ignored")
        other_engine(studio, form)
        print("ok another engine is said")
        twice(studio)
        print("ok resolved twice it is the same")
        chains(studio)
        print("ok encoders by their chains")


if __name__ == "__main__":
    main()
