# SPDX-License-Identifier: Apache-2.0
"""Bad input: the error names the item and the field, before any decoding where it can be known; nothing is left."""
import json
import os
import struct
import subprocess

from studio import colour, run_tests, timeline, video


def ffmpeg(*argv):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, argv)], check=True)


def clip(name, at, dur, asset, **more):
    return {"id": name, "at": at, "dur": dur, "asset": asset, **more}


def asset(path, kind="video", **more):
    return {"kind": kind, "uri": f"file://{path}", "license": "cc0", **more}


def check(studio, made, *, text=None, status=65):
    path = studio.folder / "bad.json"
    path.write_text(text if text is not None else json.dumps(made))
    done = studio.run("--check", path, expect=status)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def one(studio, made, code, at, *words):
    """Exactly this problem, and a render refuses it with the same place and makes nothing."""
    found, _ = check(studio, made)
    errors = [each for each in found if each["severity"] == "error"]
    assert [(each["code"], each["at"]) for each in errors] == [(code, at)], found
    for word in words:
        assert word in errors[0]["message"], (word, errors[0])
    refused(studio, made, errors[0]["message"])
    return errors[0]


def refused(studio, made, *words):
    source, film, store = (studio.folder / name for name in ("bad.json", "bad.mp4", "store"))
    source.write_text(json.dumps(made))
    done = studio.run(source, "-o", film, "--assets", store, "--preset", "ultrafast", expect=65)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    left = [path for path in store.rglob("*") if path.is_file()] if store.exists() else []
    assert not film.exists() and not left, left
    assert not [path for path in studio.folder.glob("*.mp4*") if path.name.startswith((".", "bad"))]
    return done.stderr


def test_layout(studio):
    footage = {"film": asset("/nowhere.mp4", avail=[0, 100])}
    base = dict(assets=footage)

    def cut(*items, **more):
        return timeline([video(*items)], footage, **more)

    overlap = one(studio, timeline([video(colour("a", 0, 20, "#102030"), colour("b", 15, 20, "#203040"))]),
                  "overlap", "/tracks/0/items/1/at", "'b'", "'a'")
    assert overlap["suggestedFix"] == [{"op": "replace", "path": "/tracks/0/items/1/at", "value": 20}]
    over = one(studio, cut(clip("c", 0, 60, "film", **{"in": 20, "speed": [3, 2]})),
               "source_overrun", "/tracks/0/items/0/dur", "'c'", "'film'", "110")
    assert over["suggestedFix"][0]["value"] == 53
    one(studio, cut(clip("back", 0, 60, "film", **{"in": 40, "speed": [-1, 1]})), "source_overrun",
        "/tracks/0/items/0/dur", "'back'")
    # 6 frames of the timeline at speed 5/4 are 8 of the source: 100 - 92 are just there, one more is not.
    for begin, missing in ((17, 0), (18, 1)):
        made = cut(clip("a", 0, 60, "film", **{"in": begin, "speed": [5, 4]}),
                   {"id": "t", "trans": "dissolve", "at": 60, "in_off": 4, "out_off": 6}, colour("b", 60, 30, "#102030"))
        if missing:
            one(studio, made, "no_handles", "/tracks/0/items/1/out_off", "'a'", "1 frames")
        else:
            assert not [each for each in check(studio, made, status=0)[0] if each["severity"] == "error"]
    one(studio, cut(colour("a", 0, 30, "#102030"), {"id": "t", "trans": "dissolve", "at": 30, "in_off": 5, "out_off": 5},
                    clip("b", 30, 30, "film", **{"in": 4})), "no_handles", "/tracks/0/items/1/in_off", "'b'", "1 frames")
    one(studio, cut(clip("b", 0, 30, "film"), {"id": "t", "trans": "dissolve", "at": 20, "in_off": 5, "out_off": 5}),
        "no_cut", "/tracks/0/items/1/at")
    assert base


def test_references(studio):
    def over(*items, **more):
        return timeline([video(colour("a", 0, 30, "#102030")), video(*items, name="w")], **more)

    one(studio, over(colour("b", "@c.end", 5, "#203040"), colour("c", "@b.end", 5, "#203040")),
        "cyclic_anchor", "/tracks/1/items/0/at", "'b'", "'c'")
    one(studio, over(colour("b", "@b.end", 5, "#203040")), "cyclic_anchor", "/tracks/1/items/0/at", "'b' on 'b'")
    chain = [colour("x0", "@a.end", 1, "#203040")]
    chain += [colour(f"x{n}", f"@x{n - 1}.end", 1, "#203040") for n in range(1, 20000)]
    assert check(studio, over(*chain), status=0)[0] == [], "a long chain is no circle"
    unknown = one(studio, over(colour("b", "@aa.end", 5, "#203040")), "unknown_anchor", "/tracks/1/items/0/at", "'aa'")
    assert "did you mean a?" in unknown["hint"], unknown
    found = one(studio, timeline([video(clip("a", 0, 5, "flim"))], {"film": asset("/x.mp4")}),
                "unknown_asset", "/tracks/0/items/0/asset", "flim")
    assert found["suggestedFix"] == [{"op": "replace", "path": "/tracks/0/items/0/asset", "value": "film"}]
    fix = one(studio, timeline([video(colour("a", 0, 5, "#102030", opacty=1))]),
              "unknown_key", "/tracks/0/items/0/opacty")
    assert fix["suggestedFix"][0]["op"] in ("remove", "move"), fix
    # A mark may hang on an item, or stand at the end.
    marks = over(colour("b", 0, 5, "#203040"), marks=[{"at": "@b.end", "name": "x"}, {"at": "end"}])
    source = studio.folder / "marks.json"
    source.write_text(json.dumps(marks))
    made = json.loads(studio.run("--resolve", source).stdout)
    assert [mark["at"] for mark in made["marks"]] == [5, 30], made["marks"]


def test_numbers_and_text(studio):
    good = json.dumps(timeline([video(colour("a", 0, 5, "#102030", anim={"scale": 1.25}))]))
    for word in ("NaN", "Infinity", "-Infinity"):
        _, said = check(studio, None, text=good.replace("1.25", word))
        assert "tracks[0].items[0].anim.scale" in said and word + " is no number" in said, said
    _, said = check(studio, None, text=good.replace("1.25", "nul"))
    assert "tracks[0].items[0].anim.scale" in said and "line 1" in said, said
    found, _ = check(studio, None, text=good.replace("1.25", "1e300"))
    assert (found[0]["code"], found[0]["at"]) == ("out_of_range", "/tracks/0/items/0/anim/scale"), found
    for text in ("", " \n\t\n", "\ufeff"):
        _, said = check(studio, None, text=text)
        assert "bad.json: is empty" in said, said
    assert check(studio, None, status=0, text="\ufeff" + good)[0] == []


def words(*texts, each_ms=400):
    return [[n * each_ms, (n + 1) * each_ms, text] for n, text in enumerate(texts)]


def test_words(studio):
    def captioned(cue, style="karaoke-pop", **more):
        return timeline([video(colour("a", 0, 90, "#102030")),
                         {"id": "cap", "kind": "caption", "style": style, "items": [cue]}], **more)

    def titled(**params):
        return timeline([video(colour("a", 0, 30, "#102030")),
                         video({"id": "ttl", "at": 0, "dur": 30, "gen": ["text", params]}, name="w")])

    cue = {"id": "q", "at": 0, "dur": 60, "words": words("three", "plain", "words")}
    assert check(studio, captioned(cue), status=0)[0] == []
    found, _ = check(studio, captioned(dict(cue, words=words("ok", "a\U00012000b"))))
    assert (found[0]["code"], found[0]["at"]) == ("missing_glyph", "/tracks/1/items/0/words/1/2"), found
    assert "U+12000" in found[0]["message"] and "'q'" in found[0]["message"]
    style = check(studio, captioned(cue, style="karaoke-popp"))[0][0]
    assert (style["code"], style["at"]) == ("unknown_style", "/tracks/1/style"), style
    assert style["suggestedFix"] == [{"op": "replace", "path": "/tracks/1/style", "value": "karaoke-pop"}]
    fast = check(studio, captioned(dict(cue, dur=5)), status=0)[0]
    assert [(each["code"], each["severity"]) for each in fast] == [("too_fast", "warning")] and "'q'" in fast[0]["message"]
    kanji = check(studio, captioned(dict(cue, dur=30, words=words("最初の言葉です長い", "次の言葉"))), status=0)[0]
    assert kanji == [], kanji
    long_word = check(studio, captioned(dict(cue, words=words("W" * 9000))))[0]
    assert (long_word[-1]["code"], long_word[-1]["at"]) == ("invalid_captions", "/tracks/1/items/0/words"), long_word
    safe = timeline([video(colour("a", 0, 5, "#102030"))])
    safe["canvas"]["safe"] = "tiktoc"
    preset = check(studio, safe)[0][0]
    assert (preset["code"], preset["suggestedFix"][0]["value"]) == ("unknown_preset", "tiktok"), preset
    assert check(studio, titled(text="Hello", box=[0.1, 0.15, 0.7, 0.2]), status=0)[0] == []
    low = check(studio, titled(text="Hello", box=[0.1, 0.8, 0.8, 0.2]), status=0)[0]
    assert [(each["code"], each["at"]) for each in low] == [("outside_safe_area", "/tracks/1/items/0/gen/1/box")], low
    look = check(studio, titled(text="Hello", style="hook-xll"))[0][0]
    assert (look["code"], look["suggestedFix"][0]["value"]) == ("unknown_style", "hook-xl"), look
    tofu = check(studio, titled(text="Hello \U00012000"))[0][0]
    assert (tofu["code"], tofu["at"]) == ("missing_glyph", "/tracks/1/items/0/gen/1/text"), tofu
    tight = check(studio, titled(text="much too long for so little room " * 9, box=[0.1, 0.15, 0.1, 0.05]))[0][0]
    assert (tight["code"], tight["at"]) == ("captions_too_long", "/tracks/1/items/0/gen/1/text"), tight
    off = check(studio, titled(text="Hello", box=[0.5, 0.5, 0.9, 0.2]))[0][0]
    assert off["code"] == "invalid_captions" and "'ttl'" in off["message"], off


def test_other_lints(studio):
    film = {"film": {"kind": "video", "uri": "file:/x.mp4", "avail": [0, 100], "ai": True}}
    made = timeline([video(clip("a", 0, 30, "film"))], film)
    found = check(studio, made, status=0)[0]
    assert [(each["code"], each["at"]) for each in found] == [("no_licence", "/assets/film")], found
    film["film"]["receipt"] = "rcpt:1"
    made["tracks"].append({"id": "s", "kind": "audio", "role": "music", "items": [
        {"id": "m", "at_samples": 0, "dur_samples": 48000 + 1601, "asset": "song"}]})
    made["assets"]["song"] = asset("/song.wav", "audio")
    assert [each["code"] for each in check(studio, made, status=0)[0]] == ["ends_apart"]
    made["tracks"][1]["items"][0]["dur_samples"] = 48000 + 1600
    assert check(studio, made, status=0)[0] == []
    # What a machine made, and a publish plan that does not say so: beside the timeline, or in its record.
    made["meta"] = {"publish": {"channels": ["site"]}}
    told = check(studio, made)[0]
    assert [(each["code"], each["at"]) for each in told] == [("undisclosed", "/meta/publish/disclosure")], told
    assert told[0]["suggestedFix"][0]["value"] == {"ai_generated": True}
    made["meta"]["publish"]["disclosure"] = {"ai_generated": True}
    assert check(studio, made, status=0)[0] == []
    record = {"plan": {"timeline": made}, "publish": {"disclosure": {"ai_generated": False}}}
    told = check(studio, record)[0]
    assert [(each["code"], each["at"]) for each in told] == [("undisclosed", "/publish/disclosure/ai_generated")], told
    made["tracks"][0]["items"][0]["dur"] = 101
    told = check(studio, record)[0]
    assert "/plan/timeline/tracks/0/items/0/dur" in [each["at"] for each in told], told
    fixes = [step["path"] for each in told for step in each.get("suggestedFix", [])]
    assert "/plan/timeline/tracks/0/items/0/dur" in fixes, told  # a patch for the file that was given


def test_inputs_stay(studio):
    """Neither the timeline nor anything it shows is written over."""
    film, source, link = (studio.folder / name for name in ("stays.mp4", "stays.json", "link.mp4"))
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=128x96:r=30:d=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", film)
    source.write_text(json.dumps(timeline([video(clip("c", 0, 10, "film"))], {"film": asset(film)})))
    link.symlink_to(film)
    before = film.read_bytes(), source.read_bytes()
    for target, named in ((source, "the timeline itself"), (film, "the asset 'film'"), (link, "the asset 'film'")):
        said = studio.run(source, "-o", target, "--preset", "ultrafast", expect=64).stderr
        assert named in said, said
        assert (film.read_bytes(), source.read_bytes()) == before


def jpeg_header(width, height):
    frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda" + b"\0" * 200


def test_media(studio):
    folder = studio.folder
    ffmpeg("-f", "lavfi", "-i", "testsrc=s=128x96:r=30:d=2", "-c:v", "libx264", "-pix_fmt", "yuv420p", folder / "film.mp4")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", folder / "tone.wav")
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", folder / "tone.mp4")

    def shown(path, dur=10, kind="video", **more):
        return timeline([video(clip("c1", 0, dur, "src"))], {"src": asset(path, kind, **more)})

    place = "timeline.tracks[0].items[0].asset: 'c1' shows 'src'"
    huge = folder / "huge.jpg"
    huge.write_bytes(jpeg_header(65500, 65500))
    refused(studio, shown(huge, kind="image"), place, "65500x65500")
    refused(studio, shown(folder / "tone.mp4"), place, "has no video, only sound")
    refused(studio, shown(folder / "gone.mp4"), place, "no such file")
    (folder / "text.mp4").write_text("this is no film\n" * 100)
    refused(studio, shown(folder / "text.mp4"), place)
    whole = (folder / "film.mp4").read_bytes()
    (folder / "cut.mp4").write_bytes(whole[:len(whole) // 2])
    refused(studio, shown(folder / "cut.mp4"), place)
    refused(studio, shown(folder / "film.mp4", dur=61), "timeline.tracks[0].items[0].dur", "'c1'", "60")
    refused(studio, shown(folder / "film.mp4", avail=[0, 90]), place, "60 frames", "avail promises 90")
    # 0 frames: a track that is declared and holds nothing.
    ffmpeg("-i", folder / "film.mp4", "-i", folder / "tone.wav", "-frames:v", "0", "-c:v", "mpeg4", "-f", "avi",
           folder / "none.avi")
    said = refused(studio, shown(folder / "none.avi"), place)
    assert "0 frames" in said or "no video" in said or "no picture" in said, said
    # The header says another size than the pictures have, and the pictures are broken behind the middle.
    avi = folder / "lying.avi"
    ffmpeg("-i", folder / "film.mp4", "-c:v", "mjpeg", "-q:v", "3", "-f", "avi", avi)
    raw = bytearray(avi.read_bytes())
    for offset in (raw.find(b"strf") + 12, raw.find(b"avih") + 40):
        raw[offset:offset + 8] = struct.pack("<II", 16384, 16384)
    avi.write_bytes(raw)
    done = render_or_refuse(studio, shown(avi))
    assert done is None or "src" in done, done
    damaged = bytearray(whole)
    begin = whole.find(b"mdat") + 200
    damaged[begin:begin + 4000] = os.urandom(4000)
    (folder / "damaged.mp4").write_bytes(damaged)
    done = render_or_refuse(studio, shown(folder / "damaged.mp4"))
    assert done is None or "src" in done, done
    sound = timeline([video(colour("a", 0, 30, "#102030")), {"id": "s", "kind": "audio", "role": "sound", "items": [
        {"id": "m", "at_samples": 0, "dur_samples": 60000, "asset": "src"}]}], {"src": asset(folder / "tone.wav", "audio")})
    refused(studio, sound, "timeline.tracks[1].items[0].dur_samples", "'m'", "samples more than 'src' has")
    sound["assets"]["src"] = asset(folder / "film.mp4", "audio")
    refused(studio, sound, "timeline.tracks[1].items[0].asset: 'm' plays 'src'", "has no sound")


def render_or_refuse(studio, made):
    """The words of a refusal, or None when a film came out whole."""
    source, film = studio.folder / "odd.json", studio.folder / "odd.mp4"
    film.unlink(missing_ok=True)
    source.write_text(json.dumps(made))
    done = subprocess.run([studio.render_program, source, "-o", film, "--assets", studio.folder / "odd", "--preset",
                           "ultrafast"], capture_output=True, text=True, check=False, timeout=120,
                          env=dict(os.environ, XDG_STATE_HOME=str(studio.folder), XDG_DATA_HOME=str(studio.folder)))
    assert done.returncode in (0, 65), (done.returncode, done.stderr)
    assert film.exists() == (done.returncode == 0)
    return None if done.returncode == 0 else done.stderr


if __name__ == "__main__":
    run_tests(globals())
