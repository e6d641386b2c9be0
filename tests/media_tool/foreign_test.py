#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files in the shapes that editors and libraries write: what is known becomes a timeline, what is not comes back."""
import json

from running import convert, run, tests


def time(value, rate):
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": value}


def span(start, duration, rate):
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(start, rate), "duration": time(duration, rate)}


def item(schema, name="", source_range=None, **more):
    return {"OTIO_SCHEMA": schema, "metadata": {}, "name": name, "source_range": source_range, "effects": [],
            "markers": [], "enabled": True, **more}


def media(url, available=None, **more):
    return {"OTIO_SCHEMA": "ExternalReference.1", "metadata": {}, "name": "", "available_range": available,
            "available_image_bounds": None, "target_url": url, **more}


def clip(name, source_range, reference, **more):
    return item("Clip.2", name, source_range, media_references={"DEFAULT_MEDIA": reference},
                active_media_reference_key="DEFAULT_MEDIA", **more)


def gap(duration, rate):
    return item("Gap.1", "", span(0, duration, rate))


def track(kind, children, name="", **more):
    return item("Track.1", name, None, children=children, kind=kind, **more)


def timeline(*tracks, rate=None, name="cut", **more):
    return {"OTIO_SCHEMA": "Timeline.1", "metadata": {}, "name": name,
            "global_start_time": time(0, rate) if rate else None,
            "tracks": item("Stack.1", "tracks", children=list(tracks)), **more}


def stable(made):
    """A second way there and back gives the same timeline, with all that was kept."""
    again, _, _ = convert("export", made)
    back, _, _ = convert("import", again)
    assert back == made, (back, made)
    return again


def messages(report, kind="unsupported"):
    return " | ".join(note["where"] + ": " + note["message"] for note in report[kind])


def test_resolve():
    """One hour of timecode, channels in the metadata, effects of its own, media counted at its own rate."""
    volume = {"OTIO_SCHEMA": "Effect.1", "name": "", "effect_name": "Resolve Effect",
              "metadata": {"Resolve_OTIO": {"Effect Name": "Volume", "Parameters": [], "Type": 62}}}
    document = timeline(
        track("Video", [
            clip("A001.mov", span(86448, 48, 24.0), media("/Volumes/Media/A001.mov", span(86400, 480, 24.0))),
            gap(15, 29.97002997002997),
            clip("A001.mov", span(86400, 60, 29.97002997002997), media("/Volumes/Media/A001.mov"))],
              "Video 1", metadata={"Resolve_OTIO": {"Locked": False}}),
        track("Audio", [clip("mix", span(0, 90, 29.97002997002997), media("/Volumes/Media/mix.wav"),
                             effects=[volume], color=None)], "Audio 1"),
        name="Timeline 1", metadata={"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}})
    document["global_start_time"] = time(107892, 29.97)
    made, report, _ = convert("import", document)
    assert made["rate"] == [30000, 1001] and made["id"] == "timeline-1"
    first, last = made["tracks"][0]["items"]
    assert (first["at"], first["dur"], first["in"]) == (0, 60, 60), first
    assert (last["at"], last["dur"]) == (75, 60), last
    assert made["assets"][first["asset"]]["uri"] == "file:///Volumes/Media/A001.mov"
    assert made["assets"][first["asset"]]["avail"] == [0, 599]
    assert "Resolve Effect" in messages(report) and "29.97 " in messages(report, "warnings"), report
    again = stable(made)
    assert again["metadata"]["Resolve_OTIO"] == {"Resolve OTIO Meta Version": "1.0"}
    assert again["global_start_time"] == time(107892, 29.97)
    child = again["tracks"]["children"][0]["children"][0]
    reference = child["media_references"]["DEFAULT_MEDIA"]
    assert child["source_range"]["start_time"]["value"] == 107952, child["source_range"]
    assert reference["available_range"] == span(86400, 480, 24.0)
    assert again["tracks"]["children"][1]["children"][0]["effects"] == [volume]


def test_premiere():
    """Speed counts source frames; a nest is a stack in a track; sound lies on tracks of frames."""
    warp = {"OTIO_SCHEMA": "LinearTimeWarp.1", "metadata": {}, "name": "Speed", "effect_name": "Speed",
            "enabled": True, "time_scalar": 2.0}
    motion = {"OTIO_SCHEMA": "Effect.1", "name": "Motion", "effect_name": "Motion", "enabled": True,
              "metadata": {"PremierePro_OTIO": {"IsIntrinsic": True, "MatchName": "AE.ADBE Motion"}}}
    nest = item("Stack.1", "Nested Sequence 01", span(12, 24, 25.0), children=[
        track("Video", [clip("in", span(0, 100, 25.0), media("file:///C:/Media/in%20side.mp4"))], "V1"),
        track("Video", [gap(20, 25.0), clip("up", span(0, 10, 25.0), media("file:///C:/Media/up.png"))], "V2"),
        track("Audio", [clip("nat", span(0, 100, 25.0), media("file:///C:/Media/in.wav"))], "A1")])
    document = timeline(track("Video", [
        clip("fast", span(0, 100, 25.0), media("file:///C:/Media/fast.mp4"), effects=[motion, warp]), nest,
        clip("off", span(0, 10, 25.0), media("file:///C:/Media/off.mp4"), enabled=False),
        clip("end", span(0, 10, 25.0), media("file:///C:/Media/end.mp4"))], "V1"), rate=25.0)
    document["tracks"]["metadata"] = {"PremierePro_OTIO": {"VideoFrameRate": 25.0}}
    made, report, _ = convert("import", document)
    items = made["tracks"][0]["items"]
    assert [(one["at"], one["dur"], one["in"]) for one in items] == [(0, 50, 0), (50, 24, 12), (84, 10, 0)], items
    assert items[0]["speed"] == [2, 1]
    assert [one["id"] for one in made["tracks"]] == ["v1", "v1-2", "v1-sound"]
    assert [(one["at"], one["dur"]) for one in made["tracks"][1]["items"]] == [(58, 10)]
    assert made["tracks"][2]["items"][0]["at_samples"] == 96000
    assert made["assets"]["in-side-mp4"]["uri"] == "file:///C%3A/Media/in%20side.mp4"
    assert made["assets"]["up-png"]["kind"] == "image"
    assert "switched off" in messages(report) and "nested sequence" in messages(report, "warnings")
    again = stable(made)
    children = again["tracks"]["children"][0]["children"]
    assert children[2]["name"] == "off" and children[2]["enabled"] is False
    assert {one["effect_name"] for one in children[0]["effects"]} == {"Motion", "Speed"}
    plain, _, _ = convert("import", document, "--otio-profile", "core")
    assert plain["tracks"][0]["items"][0]["dur"] == 100


def test_kdenlive():
    """Guides are markers of the stack, Clip.1 with media that is not there, a track of another kind."""
    guide = {"OTIO_SCHEMA": "Marker.2", "metadata": {"kdenlive": {"type": 2}}, "name": "intro", "color": "RED",
             "comment": "", "marked_range": span(50, 0, 25.0)}
    lost = item("Clip.1", "lost", span(0, 25, 25.0), media_reference={
        "OTIO_SCHEMA": "MissingReference.1", "metadata": {}, "name": "gone.mp4", "available_range": None})
    nothing = item("Clip.1", "", span(0, 25, 25.0), media_reference=None, markers=[dict(guide, name="own")])
    document = timeline(track("Video", [lost, nothing], "v"), track("Data", [], "telemetry"),
                        track("Audio", [], "quiet", enabled=False), rate=25.0)
    document["tracks"]["markers"] = [guide]
    made, report, _ = convert("import", document)
    assert made["marks"] == [{"at": 50, "dur": 0, "name": "intro", "meta": {
        "otio": {"metadata": {"kdenlive": {"type": 2}}, "color": "RED"}}}], made["marks"]
    assert [made["assets"][one["asset"]]["uri"][:8] for one in made["tracks"][0]["items"]] == ["missing:"] * 2
    said = messages(report)
    for part in ("has no media", "Data", "switched off", "markers"):
        assert part in said, (part, said)
    again = stable(made)
    assert [one["name"] for one in again["tracks"]["children"]] == ["v", "telemetry", "quiet"]
    assert again["tracks"]["markers"] == [guide]


def test_transitions_and_unknown_objects():
    def offsets(name, kind, before, after, **more):
        return {"OTIO_SCHEMA": "Transition.1", "metadata": {}, "name": name, "transition_type": kind,
                "in_offset": time(before, 24.0), "out_offset": time(after, 24.0), **more}

    footage = media("a.mov", span(0, 900, 24.0))
    unknown = {"OTIO_SCHEMA": "SpaceWarp.7", "folds": [1, {"deep": None}], "source_range": span(0, 12, 24.0)}
    document = timeline(track("Video", [
        clip("one", span(10, 48, 24.0), footage), offsets("Cross Dissolve", "SMPTE_Dissolve", 6, 7),
        clip("two", span(100, 48, 24.0), footage), offsets("", "Custom_Transition", 3, 3, metadata={"x": {"wipe": 1}}),
        clip("three", None, footage), unknown, clip("four", span(0, 1, 24.0), footage)]), rate=24.0)
    made, report, _ = convert("import", document)
    items = made["tracks"][0]["items"]
    assert items[1] == {"id": "cross-dissolve", "trans": "dissolve", "at": 48, "in_off": 6, "out_off": 7,
                        "meta": {"otio": {"name": "Cross Dissolve"}}}, items[1]
    assert items[3]["trans"] == "dissolve" and "Custom_Transition" in messages(report, "warnings")
    assert items[4]["dur"] == 900 and items[5]["at"] == 48 + 48 + 900 + 12
    assert "SpaceWarp.7" in messages(report)
    children = stable(made)["tracks"]["children"][0]["children"]
    assert children[5] == unknown and children[3]["metadata"]["x"] == {"wipe": 1}
    assert len(made["assets"]) == 1, made["assets"]


def test_mixed_rates():
    """Every node by its own rate, positions without drift, cut-off NTSC rates recovered."""
    footage = media("https://example.org/a.mp4")
    for rate, frames in ((24000 / 1001, [24000, 1001]), (23.976, [24000, 1001]), (59.94, [60000, 1001]),
                         (30000 / 1001, [30000, 1001]), (25.0, [25, 1])):
        children = [clip(f"c{i}", span(0, 7, rate), footage) for i in range(200)]
        children.append(clip("pal", span(0, 50, 25.0), footage))
        sound = [clip("s", span(0, 44100, 44100.0), footage), clip("t", span(0, 48000, 48000.0), footage)]
        made, _, _ = convert("import", timeline(track("Video", children), track("Audio", sound)))
        assert made["rate"] == frames, (rate, made["rate"])
        assert [one["at"] for one in made["tracks"][0]["items"]] == [7 * i for i in range(201)]
        assert [one["at_samples"] for one in made["tracks"][1]["items"]] == [0, 48000]
        stable(made)


def test_a_collection_and_names():
    names = ["", "a", "A", "../../etc", "$(rm -rf ~)", "<script>", "汐洛", "naïve\n"]
    cut = timeline(track("Video", [clip(name, span(0, 5, 30.0), media("a.mov")) for name in names]), rate=30.0)
    made, report, said = convert("import", {"OTIO_SCHEMA": "SerializableCollection.1", "name": "", "metadata": {},
                                            "children": [cut, cut]})
    ids = [one["id"] for one in made["tracks"][0]["items"]]
    assert len(set(ids)) == len(ids) and all(one.strip("abcdefghijklmnopqrstuvwxyz0123456789-") == "" for one in ids)
    assert "only the first timeline" in messages(report) and "\n\n" not in said
    assert [one["name"] for one in stable(made)["tracks"]["children"][0]["children"]] == names


def test_canvas():
    """OTIO says no picture size: --canvas does, and nobody guesses."""
    document = timeline(track("Video", [clip("a", span(0, 50, 25), media("a.mov", span(0, 100, 25)))]), rate=25)
    guessed, report, _ = convert("import", document)
    assert "canvas" not in guessed and "--canvas" in messages(report, "warnings"), report
    made, report, _ = convert("import", document, "--canvas", "1920x1080")
    assert made["canvas"] == {"w": 1920, "h": 1080} and "picture size" not in messages(report, "warnings"), (made, report)
    exported = stable(made)
    # Ours names it: another one is refused, and does not vanish.
    done = run("import", "--canvas", "640x480", "-", given=json.dumps(exported), status=65)
    assert "names its canvas itself" in done.stderr and not done.stdout, done.stderr
    wide, _, _ = convert("import", {"sequence": {"timebase_fps": 25}, "tracks": [], "clips": []}, "--canvas", "1280x720")
    assert wide["canvas"] == {"w": 1280, "h": 720}, wide
    for wrong in ("1920", "1920x", "x1080", "1921x1080", "1920x1080p", "0x0", "99999x1080", "-2x64", " 64x64"):
        done = run("import", f"--canvas={wrong}", "-", given=json.dumps(document), status=64)
        assert "--canvas" in done.stderr and not done.stdout, (wrong, done.stderr)


def test_nothing():
    """A file without anything in it is told so."""
    for verb in ("import", "export"):
        for text in ("", " \n", "\ufeff"):
            assert "is empty" in run(verb, "-", given=text, status=65).stderr, (verb, text)


tests(globals())
