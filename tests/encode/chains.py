#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Encoder chains: the first that encodes a real frame is taken, the others say why not; and what
each makes is a whole film with the right tags."""
import json

from driving import boxes, bytes_of, ffprobe, film, frame_hashes, needs, run, start

CODECS = {
    "libx265": ("hevc", "yuv420p", "hvc1"),
    "libsvtav1": ("av1", "yuv420p", "av01"),
    "libaom-av1": ("av1", "yuv420p", "av01"),
    "prores_ks": ("prores", "yuv422p10le", "apch"),
}


def probe(*names):
    ended = start("probe", *names)
    rows = [row.split("\t") for row in ended.stdout.splitlines()]
    return ended, rows


def test_fallback_says_why(scratch):
    ended, rows = probe("no_such_encoder", "h264_nvenc", "libx264")
    assert ended.returncode == 0, ended.stderr
    assert rows[0][:2] == ["no_such_encoder", "false"] and rows[0][4]
    name, available, incremental, fingerprint, reason = rows[-1]
    assert available == "true" and not reason and len(fingerprint) == 64
    if name == "libx264":
        assert incremental == "true"
        assert "h264_nvenc" in rows[1][4], rows[1]
    else:
        assert name == "h264_nvenc" and incremental == "false"


def test_no_encoder_works(scratch):
    ended, _ = probe("no_such_encoder", "../../x")
    assert ended.returncode == 1
    assert "no_such_encoder" in ended.stderr and "libx264" in ended.stderr


def test_fingerprints_differ(scratch):
    marks = {name: probe(name)[1][0][3] for name in ("libx264", "prores_ks")}
    assert marks["libx264"] != marks["prores_ks"]
    assert marks["libx264"] == probe("libx264")[1][0][3]


def test_whole_films(scratch):
    needs("ffmpeg", "ffprobe")
    for name, (codec, pixels, tag) in CODECS.items():
        if probe(name)[1][0:1] == [] or probe(name)[1][0][1] != "true":
            print(f"SKIPPED {name}: this FFmpeg lacks it")
            continue
        path = scratch / f"{name}.{'mov' if codec == 'prores' else 'mp4'}"
        made = film(path, encoder=name, shots="40:1,50:2", sound_ms=3000, store=scratch / "store")
        assert made["frames"] == 90 and made["encoded"] == 1 and made["reused"] == 0
        stream = json.loads(ffprobe(path, "-select_streams", "v:0", "-show_streams"))["streams"][0]
        assert (stream["codec_name"], stream["pix_fmt"]) == (codec, pixels), stream
        assert stream["codec_tag_string"] == tag, stream
        assert int(stream["nb_frames"]) == 90
        for key in ("color_space", "color_transfer", "color_primaries"):
            assert stream.get(key) == "bt709", (name, key, stream)
        assert stream.get("color_range", "tv") == "tv"
        assert len(frame_hashes(path)) == 90
        assert [kind for kind, _ in boxes(path)][:2] == ["ftyp", "moov"]
        again = film(path, encoder=name, shots="40:1,50:2", sound_ms=3000, store=scratch / "store")
        assert again["encoded"] == 1 and again["audio_reused"], "pictures anew, sound kept"
        assert len(bytes_of(path)) == made["bytes"] or name != "prores_ks"


run(dict(globals()))
