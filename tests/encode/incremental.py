#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing is encoded twice: an edit encodes what it changes, a killed run goes on, and the file is
always the one that a cold run makes."""
import os

from driving import bytes_of, film, killed, run

SHOTS = "150:1,75:2,200:3"  # groups: 60+90 or so, 75, three or four
SOUND = {"sound_ms": 14166}


def test_one_group_changes(scratch):
    store = scratch / "store"
    cold = film(scratch / "a.mp4", shots=SHOTS, store=store, **SOUND)
    groups = cold["encoded"]
    assert groups >= 5 and cold["reused"] == 0 and cold["sounds_made"] == 1
    warm = film(scratch / "b.mp4", shots=SHOTS, store=store, **SOUND)
    assert (warm["encoded"], warm["reused"], warm["drawn"]) == (0, groups, 0)
    assert warm["audio_reused"] and warm["sounds_made"] == 0
    assert bytes_of(scratch / "a.mp4") == bytes_of(scratch / "b.mp4")
    edit = {"shots": SHOTS, "edit": "160:20", **SOUND}  # within the second shot, one group of 75
    edited = film(scratch / "c.mp4", store=store, **edit)
    assert (edited["encoded"], edited["reused"], edited["drawn"]) == (1, groups - 1, 75), edited
    assert edited["sounds_made"] == 0
    film(scratch / "d.mp4", **edit)
    film(scratch / "e.mp4", store=scratch / "other", workers=3, **edit)
    assert bytes_of(scratch / "c.mp4") == bytes_of(scratch / "d.mp4")
    assert bytes_of(scratch / "c.mp4") == bytes_of(scratch / "e.mp4")
    assert bytes_of(scratch / "c.mp4") != bytes_of(scratch / "a.mp4")


def test_a_second_goes_into_one_shot(scratch):
    store = scratch / "store"
    groups = film(scratch / "a.mp4", shots=SHOTS, store=store)["encoded"]
    longer = film(scratch / "b.mp4", shots="150:1,105:2,200:3", store=store)
    assert longer["encoded"] == 2 and longer["drawn"] == 105, longer
    assert longer["reused"] == groups - 1
    film(scratch / "c.mp4", shots="150:1,105:2,200:3")
    assert bytes_of(scratch / "b.mp4") == bytes_of(scratch / "c.mp4")


def test_other_settings_are_other_packets(scratch):
    store = scratch / "store"
    groups = film(scratch / "a.mp4", shots=SHOTS, store=store)["encoded"]
    for change in ({"crf": 24}, {"preset": "superfast"}, {"width": 176}):
        again = film(scratch / "b.mp4", shots=SHOTS, store=store, **change)
        assert again["encoded"] == groups, (change, again)


def test_other_sound(scratch):
    store = scratch / "store"
    film(scratch / "a.mp4", shots=SHOTS, store=store, **SOUND)
    other = film(scratch / "b.mp4", shots=SHOTS, store=store, pitch=330, **SOUND)
    assert other["encoded"] == 0 and other["sounds_made"] == 1 and not other["audio_reused"]
    film(scratch / "c.mp4", shots=SHOTS, pitch=330, **SOUND)
    assert bytes_of(scratch / "b.mp4") == bytes_of(scratch / "c.mp4")


def test_killed_runs_go_on(scratch):
    film(scratch / "whole.mp4", shots=SHOTS, workers=1, **SOUND)
    path, store = scratch / "film.mp4", scratch / "store"
    settings = {"shots": SHOTS, "store": store, "workers": 1}
    killed(path, die_after_frames=30, **settings)
    assert not list(store.iterdir())
    for done in (1, 2, 3):
        killed(path, die_after_keep=1, **settings)
        assert len(list(store.iterdir())) == done
        killed(path, die_before_keep=1, **settings)
        assert len(list(store.iterdir())) == done
    assert sorted(os.listdir(scratch)) == ["store", "whole.mp4"], "nothing half-written"
    last = film(path, **settings, **SOUND)
    assert last["reused"] == 3, last
    assert bytes_of(path) == bytes_of(scratch / "whole.mp4")
    # An old film stays whole until the new one is there.
    killed(path, die_after_frames=10, **{**settings, "shots": "100:7"})
    assert bytes_of(path) == bytes_of(scratch / "whole.mp4")
    assert sorted(os.listdir(scratch)) == ["film.mp4", "store", "whole.mp4"]


def test_a_store_without_room(scratch):
    store = scratch / "store"
    film(scratch / "a.mp4", shots=SHOTS)
    film(scratch / "b.mp4", shots=SHOTS, store=store, limit=100)
    assert not list(store.iterdir())
    assert bytes_of(scratch / "a.mp4") == bytes_of(scratch / "b.mp4")


def test_a_long_run_of_reused_groups_behind_a_new_one(scratch):
    """The first group is new and the packets behind it are larger than what may wait."""
    store = scratch / "store"
    big = {"shots": "240:1,240:2", "width": 480, "height": 640, "crf": 0, "preset": "ultrafast",
           "store": store}
    cold = film(scratch / "a.mp4", **big)
    assert cold["bytes"] > 40_000_000, cold
    edited = film(scratch / "b.mp4", edit="3:1", **big)
    assert edited["encoded"] == 1, edited
    film(scratch / "c.mp4", edit="3:1", **{**big, "store": scratch / "other"}, workers=1)
    assert bytes_of(scratch / "b.mp4") == bytes_of(scratch / "c.mp4")


def test_memory_does_not_grow_with_the_film(scratch):
    """Cold and with everything in the store, whose packets are far more than what may wait."""
    peaks = []
    for groups in (12, 108):
        # The same 12 scenes again and again: later ones come from the store.
        shots = ",".join(f"60:{scene % 12}" for scene in range(groups))
        big = {"shots": shots, "width": 320, "height": 480, "crf": 0, "preset": "ultrafast",
               "store": scratch / f"store{groups}"}
        cold = film(scratch / "a.mp4", **big)
        warm = film(scratch / "a.mp4", **big)
        assert warm["drawn"] == 0 and warm["bytes"] > groups * 1_500_000, warm
        peaks.append((cold["peak_kb"], warm["peak_kb"]))
    for short, long in zip(*peaks):
        assert long < short + 80_000, peaks  # 64 MiB may wait where nothing is left to encode


run(dict(globals()))
