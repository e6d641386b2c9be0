# SPDX-License-Identifier: Apache-2.0
"""Cuts of other programs, imported and rendered: an Atoms project, and OTIO in the manner of editors and libraries."""
import json
import os
import subprocess

from studio import HEIGHT, WIDTH, near, pixel, run_tests

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 170, 40), (30, 40, 190), (235, 235, 235)


def footage(path, colour, rate="30", seconds=4):
    """One colour, with a white bar that comes in from the left: its width says the time."""
    rgb = "0x%02x%02x%02x" % colour
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color={rgb}:s=216x384:r={rate}:d={seconds}",
                    "-f", "lavfi", "-i", f"color=0xebebeb:s=216x40:r={rate}:d={seconds}", "-filter_complex",
                    f"[0]format=gbrp[a];[1]format=gbrp[b];[a][b]overlay=x='-216+216*t/{seconds}':y=0:eval=frame:format=gbrp,"
                    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264", "-crf",
                    "8", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range",
                    "tv", str(path)], check=True)


def tone(path, seconds):
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=frequency=440:r=48000:d={seconds}",
                    "-af", "volume=4", str(path)], check=True)


def imported(studio, document, name):
    """The timeline on a small canvas, as smos-media makes it and smos-render understands it."""
    source = studio.folder / name
    source.write_text(json.dumps(document))
    tool = os.path.join(os.path.dirname(studio.render_program), "smos-media")
    done = subprocess.run([tool, "import", name, "--report", "report.json"], check=True, capture_output=True, text=True,
                          cwd=studio.folder, env=dict(os.environ, XDG_STATE_HOME=str(studio.folder)))
    made = dict(json.loads(done.stdout), canvas={"w": WIDTH, "h": HEIGHT, "bg": "#000000"})
    path = studio.folder / f"{name}.timeline.json"
    path.write_text(json.dumps(made))
    problems = [json.loads(line) for line in studio.run("--check", path).stdout.splitlines()]
    assert all(each["severity"] == "warning" for each in problems), problems
    return made, json.loads((studio.folder / "report.json").read_text())


def bar(frame):
    """How far the white bar reaches, in pixels."""
    white = [x for x in range(WIDTH) if near(pixel(frame, x, 20), WHITE, 40)]
    return len(white)


def loudness(film, begin, end):
    raw = subprocess.run(["ffmpeg", "-v", "error", "-ss", str(begin), "-to", str(end), "-i", str(film), "-f", "s16le",
                          "-ac", "1", "-"], check=True, capture_output=True).stdout
    samples = memoryview(raw).cast("h")
    return sum(abs(sample) for sample in samples) / max(1, len(samples))


def atoms_project():
    return {
        "project": {"id": "p", "title": "Short", "sequence_ids": ["s"]},
        "sequences": [{"id": "s", "project_id": "p", "timebase_fps": 30}],
        "assets": [{"id": "red", "source_uri": "red.mp4", "kind": "video"},
                   {"id": "green", "source_uri": "green.mp4", "kind": "video"},
                   {"id": "tone", "source_uri": "tone.wav", "kind": "audio"}],
        "tracks": [{"id": "main", "sequence_id": "s", "kind": "video", "order": 0},
                   {"id": "over", "sequence_id": "s", "kind": "video", "order": 1},
                   {"id": "bed", "sequence_id": "s", "kind": "audio", "order": 2, "audio_role": "music"}],
        "clips": [
            {"id": "a", "track_id": "main", "asset_id": "red", "in_ms": 0, "out_ms": 1000, "start_ms_on_timeline": 0},
            {"id": "b", "track_id": "main", "asset_id": "green", "in_ms": 1000, "out_ms": 3000,
             "start_ms_on_timeline": 1000, "speed": 2},
            {"id": "c", "track_id": "main", "asset_id": "red", "in_ms": 2000, "out_ms": 3000,
             "start_ms_on_timeline": 2000},
            {"id": "o", "track_id": "over", "asset_id": "green", "in_ms": 0, "out_ms": 400,
             "start_ms_on_timeline": 200, "opacity": 0.5, "scale_mode": "fit"},
            {"id": "m", "track_id": "bed", "asset_id": "tone", "in_ms": 0, "out_ms": 3000,
             "start_ms_on_timeline": 0, "volume_db": -6}],
        "transitions": [{"id": "x", "type": "dip_to_white", "duration_ms": 400, "from_clip_id": "a", "to_clip_id": "b"},
                        {"id": "y", "type": "wipe_right", "duration_ms": 400, "from_clip_id": "b", "to_clip_id": "c"}],
        "filter_stacks": [{"id": "f", "target_type": "clip", "target_id": "c",
                           "filters": [{"type": "saturation", "params": {"amount": -1}}]}],
        "automations": [{"id": "k", "target_type": "clip", "target_id": "o", "property": "position_y", "keyframes": [
            {"time_ms": 0, "value": 1.0}, {"time_ms": 100, "value": 0.9, "interpolation": "ease_out"}]}]}


def test_atoms(studio):
    footage(studio.folder / "red.mp4", RED)
    footage(studio.folder / "green.mp4", GREEN)
    tone(studio.folder / "tone.wav", 4)
    made, report = imported(studio, atoms_project(), "atoms.json")
    assert report["unsupported"] == [], report
    film = studio.render(made)
    frames = studio.frames(film)
    assert len(frames) == 90
    assert near(pixel(frames[2], 100, 200), RED, 8), pixel(frames[2], 100, 200)
    assert min(pixel(frames[30], 100, 200)) > 200, "through white at the cut"
    assert near(pixel(frames[45], 100, 200), GREEN, 8), pixel(frames[45], 100, 200)
    # Twice as fast from its second 1: at the film's second 1.5 it is 2.0, half of the bar.
    assert abs(bar(frames[45]) - WIDTH // 2) <= 4, bar(frames[45])
    mixed = pixel(frames[12], 100, 300)
    assert near(mixed, tuple((a + b) / 2 for a, b in zip(RED, GREEN)), 12), mixed
    wiping = frames[60]
    left, right = pixel(wiping, 30, 200), pixel(wiping, 190, 200)
    assert max(left) - min(left) < 12 and near(right, GREEN, 10), (left, right)
    grey = pixel(frames[80], 100, 200)
    assert max(grey) - min(grey) < 12, grey
    assert loudness(film, 0.5, 2.5) > 300


def time(value, rate):
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}


def span(start, duration, rate):
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(start, rate), "duration": time(duration, rate)}


def otio_cut(folder):
    """The quirks of several programs at once: Clip.1 with media_reference, Clip.2 with two references, names that are
    null or twice the same, a clock of one hour, media with timecode, media without a range, a rate that was cut off,
    a fade at the beginning, a dissolve, a nested stack, markers without a name, effects nobody knows, a track that is
    switched off, sound on frames."""
    rate = 23.976
    hour = 86400

    def clip1(name, source_range, url, available=None, **more):
        return {"OTIO_SCHEMA": "Clip.1", "name": name, "metadata": {}, "effects": [], "markers": [],
                "source_range": source_range, "media_reference": {
                    "OTIO_SCHEMA": "ExternalReference.1", "metadata": {}, "name": None, "target_url": url,
                    "available_range": available}, **more}

    def clip2(name, source_range, url, available=None, **more):
        proxy = {"OTIO_SCHEMA": "MissingReference.1", "metadata": {}, "name": "proxy", "available_range": None}
        return {"OTIO_SCHEMA": "Clip.2", "name": name, "metadata": {"Editor": {"bin": 7}}, "effects": [],
                "markers": [], "enabled": True, "color": None, "source_range": source_range,
                "active_media_reference_key": "high", "media_references": {"proxy": proxy, "high": {
                    "OTIO_SCHEMA": "ExternalReference.1", "metadata": {"Editor": {"reel": "A1"}}, "name": "A1",
                    "available_range": available, "available_image_bounds": None, "target_url": url}}, **more}

    def gap(duration):
        return {"OTIO_SCHEMA": "Gap.1", "name": None, "metadata": {}, "effects": [], "markers": [],
                "source_range": span(0, duration, rate)}

    def dissolve(before, after, name="Cross Dissolve"):
        return {"OTIO_SCHEMA": "Transition.1", "name": name, "metadata": {}, "transition_type": "SMPTE_Dissolve",
                "parameters": {}, "in_offset": time(before, rate), "out_offset": time(after, rate)}

    def track(name, kind, children, **more):
        return {"OTIO_SCHEMA": "Track.1", "name": name, "kind": kind, "metadata": {}, "effects": [], "markers": [],
                "source_range": None, "children": children, **more}

    unknown = {"OTIO_SCHEMA": "Effect.1", "name": "", "effect_name": "Lens Flare", "metadata": {"x": [1, 2.5]}}
    nested = {"OTIO_SCHEMA": "Stack.1", "name": "Nest", "metadata": {}, "effects": [], "markers": [],
              "source_range": span(6, 12, rate), "children": [
                  track("", "Video", [clip1("in", span(0, 24, rate), str(folder / "blue film.mp4"))]),
                  track("", "Video", [gap(10), clip1("up", span(0, 4, rate), "small.png", span(0, 1, rate))])]}
    return {"OTIO_SCHEMA": "Timeline.1", "name": "Cut ünter αβγ/1", "metadata": {"Editor": {"version": "9"}},
            "global_start_time": time(hour, rate), "tracks": {
                "OTIO_SCHEMA": "Stack.1", "name": "tracks", "metadata": {}, "effects": [], "source_range": None,
                "markers": [{"OTIO_SCHEMA": "Marker.2", "name": "", "color": "RED", "comment": "here", "metadata": {},
                             "marked_range": span(24, 0, rate)}],
                "children": [
                    track("V1", "Video", [
                        dissolve(0, 8, "Fade"), clip1("V1", span(hour + 12, 24, rate), "red24.mp4",
                                                      span(hour, 96, rate), effects=[unknown]),
                        dissolve(4, 4), clip2("A1", span(48, 24, rate), "file:green24.mp4", span(0, 96, rate)),
                        gap(12), nested]),
                    track("V2", "Video", [gap(30), clip1("off", span(0, 24, rate), "gone.mp4", span(0, 24, rate))],
                          enabled=False),
                    track("Music 1", "Audio", [gap(24), clip2("mix", span(0, 24, rate), "tone.wav", span(0, 48, rate))])]}}


def test_otio(studio):
    footage(studio.folder / "red24.mp4", RED, "24000/1001", 4.004)
    footage(studio.folder / "green24.mp4", GREEN, "24000/1001", 4.004)
    footage(studio.folder / "blue film.mp4", BLUE, "24000/1001", 4.004)
    tone(studio.folder / "tone.wav", 4)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "color=0xebebeb:s=216x384", "-frames:v", "1",
                    str(studio.folder / "small.png")], check=True)
    made, report = imported(studio, otio_cut(studio.folder), "cut.otio")
    assert made["rate"] == [24000, 1001], made["rate"]
    film = studio.render(made)
    frames = studio.frames(film)
    assert len(frames) == 72, len(frames)
    assert max(pixel(frames[0], 100, 200)) < 20 and near(pixel(frames[12], 100, 200), RED, 8), "a fade in"
    # Media that begin at one hour: 12 frames behind it is frame 12 of 96.
    assert abs(bar(frames[12]) - WIDTH * 24 // 96) <= 4, bar(frames[12])
    mixed = pixel(frames[24], 100, 200)
    assert mixed[0] > 60 and mixed[1] > 60, mixed
    assert near(pixel(frames[30], 100, 200), GREEN, 8) and abs(bar(frames[30]) - WIDTH * 54 // 96) <= 4
    assert max(pixel(frames[54], 100, 200)) < 20, "the gap is empty"
    assert near(pixel(frames[61], 100, 200), BLUE, 8) and abs(bar(frames[61]) - WIDTH * 7 // 96) <= 4
    assert min(pixel(frames[66], 100, 200)) > 200, "the second track of the nest"
    assert loudness(film, 0.1, 0.9) < 10 and loudness(film, 1.1, 1.9) > 300
    lost = " | ".join(note["message"] for note in report["unsupported"])
    assert "Lens Flare" in lost and "switched off" in lost, lost
    # And back: what was not understood is there again, in its place.
    source = studio.folder / "cut.otio.timeline.json"
    tool = os.path.join(os.path.dirname(studio.render_program), "smos-media")
    again = json.loads(subprocess.run([tool, "export", source], check=True, capture_output=True, text=True,
                                      cwd=studio.folder).stdout)
    tracks = again["tracks"]["children"]
    assert [one["name"] for one in tracks] == ["V1", "V2", made["tracks"][1]["id"], "Music 1"], [one["name"] for one in tracks]
    first = tracks[0]["children"]
    assert [one["OTIO_SCHEMA"] for one in first] == ["Transition.1", "Clip.2", "Transition.1", "Clip.2", "Gap.1", "Clip.2"]
    assert first[1]["effects"][0]["effect_name"] == "Lens Flare" and first[1]["source_range"]["start_time"]["value"] == 86412
    assert tracks[1]["enabled"] is False and again["metadata"]["Editor"] == {"version": "9"}
    assert again["global_start_time"]["value"] == 86400


if __name__ == "__main__":
    run_tests(globals())
