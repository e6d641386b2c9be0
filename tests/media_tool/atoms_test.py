#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Atoms projects: places, transitions, filters, automations; what is lost is listed, bad references are refused."""
import copy
import json

from running import TIMELINES, convert, run, tests

ATOMS = json.loads((TIMELINES / "atoms.json").read_text())


def places(report, kind="unsupported"):
    return [note["where"] for note in report[kind]]


def test_project():
    made, report, _ = convert("import", ATOMS)
    assert made["id"] == "weekly-vlog" and made["rate"] == [30000, 1001]
    assert [track["id"] for track in made["tracks"]] == ["main", "music", "voice"]
    first, cut, second = made["tracks"][0]["items"]
    assert (first["at"], first["dur"], first["in"], first["fit"]) == (0, 120, 0, "contain"), first
    assert first["blend"] == "screen"
    assert first["fx"] == [["vignette", {"amount": 0.2, "softness": 0.5}]], first["fx"]
    assert first["anim"] == {"opacity": 0.5, "scale": [[0, 1.0], [120, 1.2, "cubic-out"]],
                             "pos": [[0, [0.5, 0.5]], [30, [0.6, 0.4]]]}, first["anim"]
    assert (cut["trans"], cut["params"], cut["at"], cut["in_off"], cut["out_off"]) == (
        "dip", {"colour": "#000000"}, 120, 7, 8), cut
    assert (second["at"], second["dur"], second["in"], second["speed"]) == (120, 120, 240, [1, 2]), second
    music, voice = made["tracks"][1]["items"][0], made["tracks"][2]["items"][0]
    assert (music["at_samples"], music["dur_samples"], music["in_samples"]) == (0, 384000, 48000)
    assert music["gain"] == -12 and voice["dur_samples"] == 96024
    assert [made["tracks"][i]["role"] for i in (1, 2)] == ["music", "voice"]
    assert made["assets"]["asset-cam"]["uri"] == "file:///media/cam%201.mp4"
    assert made["assets"][voice["asset"]]["kind"] == "audio"
    assert made["assets"]["asset-song"]["uri"] == "missing:asset-song"
    lost = places(report)
    for where in ("atoms.sequences[1]", "atoms.filter_stacks[0].filters[2]",
                  "atoms.filter_stacks[0].filters[0].params.angle", "atoms.automations[3].property",
                  "atoms.tracks[2]", "atoms.clips[1].optical_flow", "atoms.clips[2].asset_id"):
        assert where in lost, (where, lost)
    assert made["meta"]["atoms"]["project"]["render_profile"] == "social_1080p_h264"
    otio, _, _ = convert("export", made)
    back, _, _ = convert("import", otio)
    assert json.dumps(back) == json.dumps(made)


def test_nested_form():
    nested = copy.deepcopy(ATOMS)
    sequence = nested.pop("sequences")[0]
    tracks, _ = nested.pop("tracks"), nested.pop("clips")
    flat = {clip["id"]: clip for clip in ATOMS["clips"]}
    for track in tracks:
        track["clips"] = [copy.deepcopy(clip) for clip in flat.values() if clip["track_id"] == track["id"]]
    sequence["tracks"] = tracks
    made, _, _ = convert("import", dict(nested, sequence=sequence))
    plain, _, _ = convert("import", ATOMS)
    assert [track["items"] for track in made["tracks"]] == [track["items"] for track in plain["tracks"]]


def test_overlaps():
    atoms = copy.deepcopy(ATOMS)
    atoms["clips"][1]["start_ms_on_timeline"] = 3003
    made, report, _ = convert("import", atoms)
    first, cut, second = made["tracks"][0]["items"]
    assert (first["dur"], cut["at"], second["at"], second["dur"], second["in"]) == (105, 105, 105, 105, 248), second
    assert "atoms.transitions[0]" in places(report, "warnings")
    atoms["transitions"] = []
    made, report, _ = convert("import", atoms)
    assert [track["id"] for track in made["tracks"]][:2] == ["main", "main-2"]


def test_refusals():
    def refused(change):
        atoms = copy.deepcopy(ATOMS)
        change(atoms)
        return run("import", "-", given=json.dumps(atoms), status=65).stderr

    changes = {
        "atoms.clips[0].track_id": lambda a: a["clips"][0].update(track_id="absent"),
        "atoms.clips[0].speed": lambda a: a["clips"][0].update(speed=0),
        "atoms.clips[0].in_ms": lambda a: a["clips"][0].update(in_ms="0"),
        "atoms.clips[0].out_ms": lambda a: a["clips"][0].update(out_ms=-5),
        "atoms.clips[3].start_ms_on_timeline": lambda a: a["clips"][3].update(start_ms_on_timeline=-1),
        "atoms.clips[1].id": lambda a: a["clips"][1].update(id="a"),
        "atoms.tracks[0].kind": lambda a: a["tracks"][0].update(kind="midi"),
        "atoms.sequences[0].timebase_fps": lambda a: a["sequences"][0].update(timebase_fps=0),
        "atoms.project.sequence_ids[0]": lambda a: a["project"].update(sequence_ids=["s9"]),
        "atoms.transitions[0].to_clip_id": lambda a: a["transitions"][0].update(to_clip_id="absent"),
        "atoms.transitions[0].duration_ms": lambda a: a["transitions"][0].update(duration_ms=-1),
        "atoms.filter_stacks[0].target_id": lambda a: a["filter_stacks"][0].update(target_id="absent"),
        "atoms.automations[0].target_type": lambda a: a["automations"][0].update(target_type="planet"),
        "atoms.automations[0].keyframes[1].interpolation":
            lambda a: a["automations"][0]["keyframes"][1].update(interpolation="jump"),
        "atoms.clips": lambda a: a.update(clips={}),
        "atoms.tracks[0]": lambda a: a["tracks"].__setitem__(0, 7),
    }
    for where, change in changes.items():
        said = refused(change)
        assert where + ": " in said, (where, said)


tests(globals())
