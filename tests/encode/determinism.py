#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One input gives one file: for any number of workers, any heap, any folder; and a right one."""
import os

from driving import boxes, bytes_of, ffprobe, film, frame_hashes, needs, packets, run

SHOTS = "3:9,150:1,75:2,2:5,200:3,9:6"
FRAMES = 439
# AVX-512 reads the heap in x264 without cpu-independent, from this width on.
WIDE = {"width": 1080, "height": 240, "shots": "100:1,60:2", "sound_ms": 5333}


def test_workers_and_heaps(scratch):
    first = None
    for workers in (1, 2, 3, 8):
        for heap in (None, "85", "170"):
            path = scratch / "film.mp4"
            film(path, {"MALLOC_PERTURB_": heap} if heap else {}, workers=workers, shots=SHOTS,
                 sound_ms=14633)
            first = first or bytes_of(path)
            assert bytes_of(path) == first, (workers, heap)


def test_wide_pictures(scratch):
    first = None
    for workers, heap in ((1, "0"), (2, "85"), (2, "85"), (3, "170"), (8, "1")):
        film(scratch / "film.mp4", {"MALLOC_PERTURB_": heap}, workers=workers, **WIDE)
        first = first or bytes_of(scratch / "film.mp4")
        assert bytes_of(scratch / "film.mp4") == first, (workers, heap)


def test_another_folder(scratch):
    elsewhere = scratch / "a folder; with $(odd) name"
    elsewhere.mkdir()
    film(scratch / "film.mp4", shots=SHOTS)
    film("film.mp4", directory=elsewhere, environment={"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
         shots=SHOTS)
    assert bytes_of(scratch / "film.mp4") == bytes_of(elsewhere / "film.mp4")
    assert os.listdir(elsewhere) == ["film.mp4"]


def test_the_stream_is_whole(scratch):
    needs("ffmpeg", "ffprobe")
    path = scratch / "film.mp4"
    film(path, shots=SHOTS, sound_ms=14633)
    pictures = packets(path)
    assert len(pictures) == FRAMES
    times = [int(packet["dts"]) for packet in pictures]
    assert all(a < b for a, b in zip(times, times[1:])), "decoding times must rise"
    shown = sorted(int(packet["pts"]) for packet in pictures)
    assert len({b - a for a, b in zip(shown, shown[1:])}) == 1, "one picture at each moment"
    assert all(int(packet["pts"]) >= int(packet["dts"]) for packet in pictures)
    assert len(frame_hashes(path)) == FRAMES
    sound = packets(path, "a:0")
    assert len(sound) >= 14633 * 48 // 1024
    tags = ffprobe(path, "-select_streams", "v:0", "-show_streams")
    for tag in ("color_space", "color_transfer", "color_primaries"):
        assert f'"{tag}": "bt709"' in tags, tags
    assert '"color_range": "tv"' in tags


def test_short_groups(scratch):
    """Every pair of short shots joins to a stream that is decoded whole."""
    needs("ffmpeg", "ffprobe")
    path = scratch / "film.mp4"
    for lengths in ((2, 2, 2), (2, 3, 4), (4, 2, 5), (3, 2, 60), (60, 2, 2), (8, 7, 6), (1,), (2,)):
        shots = ",".join(f"{frames}:{scene}" for scene, frames in enumerate(lengths, 1))
        film(path, shots=shots)
        times = [int(packet["dts"]) for packet in packets(path)]
        assert len(times) == sum(lengths)
        assert all(a < b for a, b in zip(times, times[1:])), lengths
        assert len(frame_hashes(path)) == sum(lengths)
        # A shot decodes to the same pictures as alone.
        at = 0
        hashes = frame_hashes(path)
        for scene, frames in enumerate(lengths, 1):
            film(scratch / "shot.mp4", shots=f"{frames}:{scene}")
            assert frame_hashes(scratch / "shot.mp4") == hashes[at:at + frames], (lengths, scene)
            at += frames


def test_presets(scratch):
    """Presets with other numbers of B pictures join as well."""
    needs("ffmpeg", "ffprobe")
    for preset in ("ultrafast", "superfast", "medium", "slower"):
        path = scratch / "film.mp4"
        film(path, shots="100:1,2:2,50:3", preset=preset)
        times = [int(packet["dts"]) for packet in packets(path)]
        assert all(a < b for a, b in zip(times, times[1:])), preset
        assert len(frame_hashes(path)) == 152, preset


def test_index_first(scratch):
    path = scratch / "film.mp4"
    film(path, shots=SHOTS, sound_ms=14633)
    found = boxes(path)
    assert [kind for kind, _ in found] == ["ftyp", "moov", "free", "free", "mdat"], found
    left = sum(size for kind, size in found if kind == "free")
    assert left < 25 * (FRAMES + 700) + 3072, found
    film(path, shots=SHOTS)
    assert [kind for kind, _ in boxes(path)] == ["ftyp", "moov", "free", "free", "mdat"]


run(dict(globals()))
