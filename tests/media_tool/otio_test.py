#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-media export and import: what goes out comes back identical; bad files are refused by name."""
import json
import pathlib

from running import HERE, TIMELINES, convert, run, tests

SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "shared/reference"
EVERY = json.loads((TIMELINES / "every.json").read_text())


def there_and_back(timeline, *options):
    otio, report, _ = convert("export", timeline, *options)
    back, notes, _ = convert("import", otio)
    assert json.dumps(back) == json.dumps(timeline), json.dumps(back)
    assert not notes["unsupported"], notes
    return otio, report


def test_identical():
    for options in ([], ["--otio-audio", "frames"]):
        _, report = there_and_back(EVERY, *options)
        assert report == {"unsupported": [], "warnings": []}, report


def test_rates():
    for rate in ([24000, 1001], [30000, 1001], [60000, 1001], [24, 1], [25, 1], [60, 1]):
        for samples in (44100, 48000):
            timeline = dict(EVERY, rate=rate, sample_rate=samples)
            for options in ([], ["--otio-audio", "frames"]):
                otio, _ = there_and_back(timeline, *options)
                node = otio["tracks"]["children"][0]["children"][0]["source_range"]["duration"]
                assert node["rate"] == rate[0] / rate[1], node


def test_layout():
    otio, _, _ = convert("export", EVERY)
    tracks = otio["tracks"]["children"]
    assert [track["kind"] for track in tracks] == ["Video", "Video", "Subtitle", "Audio", "Audio"]
    kinds = [child["OTIO_SCHEMA"] for child in tracks[0]["children"]]
    assert kinds == ["Clip.2", "Transition.1", "Clip.2", "Transition.1", "Clip.2", "Gap.1", "Clip.2"], kinds
    gap = tracks[0]["children"][5]["source_range"]["duration"]
    assert gap == {"OTIO_SCHEMA": "RationalTime.1", "rate": 30.0, "value": 20.0}, gap
    warp = tracks[0]["children"][4]["effects"][0]
    assert warp["OTIO_SCHEMA"] == "LinearTimeWarp.1" and warp["time_scalar"] == -1.5, warp


def test_authored_times_come_back_as_written():
    timeline = {"schema": "smos.timeline/1", "id": "plan", "rate": [30, 1], "assets": {
        "p": {"kind": "image", "request": {"capability": "cap.image.generate"}}},
        "tracks": [{"id": "v1", "kind": "video", "items": [
            {"id": "c1", "at": "auto", "dur": "2.5s", "asset": "p"},
            {"id": "c2", "at": "@c1.end+5f", "dur": "end", "asset": "p"}]},
            {"id": "cap", "kind": "caption", "items": [{"id": "q1", "at": "auto", "dur": "auto"}]}]}
    otio, report = there_and_back(timeline)
    assert [note["where"] for note in report["warnings"]] == ["timeline.tracks[1].items[0].dur"], report
    assert otio["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["value"] == 75
    assert otio["tracks"]["children"][0]["children"][1]["source_range"]["duration"]["value"] == 5


def test_an_edit_elsewhere_wins():
    otio, _, _ = convert("export", EVERY)
    clip = otio["tracks"]["children"][0]["children"][0]
    clip["source_range"]["duration"]["value"] = 50.0
    clip["metadata"]["Resolve_OTIO"] = {"Link Group ID": 2}
    clip["effects"].append({"OTIO_SCHEMA": "Effect.1", "name": "", "effect_name": "Resolve Effect", "metadata": {}})
    back, report, _ = convert("import", otio)
    items = back["tracks"][0]["items"]
    assert items[0]["dur"] == 50 and items[2]["at"] == 50 and items[1]["at"] == 50
    assert items[0]["meta"]["otio"]["metadata"] == {"Resolve_OTIO": {"Link Group ID": 2}}
    assert len(report["unsupported"]) == 1 and "Resolve Effect" in report["unsupported"][0]["message"]
    again, _, _ = convert("export", back)
    clip = again["tracks"]["children"][0]["children"][0]
    assert clip["metadata"]["Resolve_OTIO"] == {"Link Group ID": 2} and len(clip["effects"]) == 1


def test_bad_input():
    def said(given, status, verb="import"):
        return run(verb, "-", given=given, status=status).stderr

    assert "not a JSON value at byte 35" in said('{"OTIO_SCHEMA": "Timeline.1", "x": NaN}', 65)
    assert "nested too deeply" in said("[" * 500 + "]" * 500, 65)
    assert "neither OTIO nor" in said("{}", 65)
    assert "already" in said(json.dumps(EVERY), 65)
    otio, _, _ = convert("export", EVERY)
    otio["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["rate"] = 0
    assert "otio.tracks.children[0].children[0].source_range.duration.rate" in said(json.dumps(otio), 65)
    bad = json.loads(json.dumps(EVERY))
    bad["tracks"][0]["items"][0]["asset"] = "absent"
    assert "timeline.tracks[0].items[0].asset" in said(json.dumps(bad), 65, "export")
    bad["tracks"][0]["items"][0].update(asset="sea", at="@c3.end", dur="@c2.end")
    bad["tracks"][0]["items"][2].update(at="auto")
    assert "depends on itself" in said(json.dumps(bad), 65, "export")
    run("import", "absent.otio", status=66)
    run("import", status=64)
    run("export", "--format", "edl", "-", status=64)
    run("import", "--report", "no/such/place.json", "-", given=json.dumps(otio_ok()), status=73)


def otio_ok():
    return convert("export", EVERY)[0]


def test_files_and_marks():
    (HERE / "cut.otio").write_text("\ufeff" + json.dumps(otio_ok()))
    assert json.loads(run("import", "cut.otio").stdout) == EVERY


def test_reference_samples():
    if not (SAMPLES / "timeline-sample.json").is_file():
        print("SKIPPED test_reference_samples: the reference files are not beside this checkout")
        return
    timeline = json.loads((SAMPLES / "timeline-sample.json").read_text())
    there_and_back(timeline)
    there_and_back(timeline, "--otio-audio", "frames")
    back, _, _ = convert("import", json.loads((SAMPLES / "timeline-sample.otio").read_text()))
    assert back == timeline


tests(globals())
