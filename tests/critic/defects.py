#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each check proves itself: a clean film passes all, and a film with one fault fails exactly one.

defects.py SMOS_CRITIC SMOS_RENDER [CASE...]
"""
import copy
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

CRITIC, RENDER = sys.argv[1], sys.argv[2]
WIDTH, HEIGHT = 540, 960
LINES = {
    "l1": "Twelve thousand people stopped scrolling for one battery.",
    "l2": "It charged to 80% in 94 seconds, and the lab says it did so 3,000 times.",
    "l3": "I like numbers that can be checked. This one can, so I will.",
}
PROMPTS = ["neon chip circuit board, close up", "rising stock chart", "city skyline at dusk"]
CAMERAS = ["zoom_in", "pan", "zoom_out"]


def timeline():
    assets = {}
    for n, prompt in enumerate(PROMPTS, 1):
        request = {"capability": "cap.image.generate", "prompt": prompt, "style": "neon night tech",
                   "mood": "futuristic", "shot_type": "wide_shot", "seed": 10 + n}
        assets[f"s{n}"] = {"kind": "image", "request": request, "ai": True}
    for name, text in LINES.items():
        request = {"capability": "cap.speech.tts", "text": text, "voice": "en-us", "rate_wpm": 160,
                   "pitch": 50}
        assets[name] = {"kind": "audio", "request": request, "ai": True}
    music = {"capability": "cap.music.generate", "mood": "energetic", "seed": 5}
    assets["bed"] = {"kind": "audio", "request": music, "ai": True}
    shots = [{"id": f"c{n}", "at": "auto", "dur": "auto", "asset": f"s{n}", "fit": "cover",
              "lines": [f"l{n}"], "camera": camera} for n, camera in enumerate(CAMERAS, 1)]
    cues = [{"id": f"q{n}", "at": "auto", "dur": "auto", "asset": f"l{n}"} for n in (1, 2, 3)]
    voices = [{"id": f"a{n}", "asset": f"l{n}", "at_samples": "auto", "gain": 0} for n in (1, 2, 3)]
    bed = {"id": "m1", "asset": "bed", "at_samples": 0, "dur_samples": "end", "gain": -9,
           "fade": [4800, 48000]}
    duck = {"key": "voice", "db": -12, "attack_ms": 120, "release_ms": 450}
    return {
        "schema": "smos.timeline/1", "id": "clean", "rate": [30, 1], "sample_rate": 48000,
        "canvas": {"w": WIDTH, "h": HEIGHT, "bg": "#0b0d12", "safe": "shorts"}, "assets": assets,
        "tracks": [
            {"id": "v1", "kind": "video", "items": shots},
            {"id": "cap", "kind": "caption", "style": "karaoke-pop", "lang": "en", "items": cues},
            {"id": "vo", "kind": "audio", "role": "voice", "items": voices},
            {"id": "music", "kind": "audio", "role": "music", "duck": duck, "items": [bed]}],
        "outputs": [{"id": "short", "preset": "shorts", "burn": True, "sidecar": ["srt", "vtt"],
                     "lufs": -14.0, "tp": -1.0, "encoder": ["libx264"]}]}


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


class Corpus:
    """The clean film and its record, and variations of both."""

    def __init__(self, folder):
        self.folder = folder
        self.clean = folder / "clean.mp4"
        (folder / "timeline.json").write_text(json.dumps(timeline()))
        out = run([RENDER, str(folder / "timeline.json"), "-o", str(self.clean), "--assets",
                   str(folder / "cas"), "--state", str(folder / "state.db"), "--crf", "23"])
        self.render = json.loads(out)
        self.comment = run(["ffprobe", "-v", "error", "-show_entries", "format_tags=comment", "-of",
                            "csv=p=0", str(self.clean)]).strip().strip('"')
        self.boxes = self.render["outputs"][0]["captions"][0]["metadata"]["boxes"]
        self.duration = self.render["outputs"][0]["video"]["metadata"]["duration_ms"] / 1000
        self.cases = []

    def record(self, name, film, **changes):
        """A rendered record of the film; `changes` may replace boxes, missing, script, payload."""
        render = copy.deepcopy(self.render)
        output = render["outputs"][0]
        data = film.read_bytes()
        output["video"].update(uri=film.as_uri(), size_bytes=len(data),
                               checksum="sha256:" + hashlib.sha256(data).hexdigest())
        if "checksum" in changes:
            output["video"]["checksum"] = changes["checksum"]
        for sidecar in output["captions"]:
            sidecar["metadata"] = {"boxes": changes.get("boxes", self.boxes),
                                   "missing": changes.get("missing", [])}
        script = {"title": "One battery", "hook": LINES["l1"], "caption": "94 seconds to 80%",
                  "lines": [{"id": key, "text": text} for key, text in LINES.items()],
                  "hashtags": ["battery"]}
        script.update(changes.get("script", {}))
        stamp = {"tool": "smos-plan", "version": "0.1.0", "at": "2026-11-20T12:00:00Z"}
        plan = dict(stamp, decision="produce", reasons=[],
                    muse={"persona_id": "ava", "dna_sha256": "0" * 64},
                    moral={"score": 0.9, "veto": False}, script=script, timeline=timeline())
        return {"schema": "smos.record/1", "task_id": name, "type": "generate_video",
                "tenant_id": "default", "persona_id": "ava", "state_version": 3,
                "status": "rendered", "errors": [],
                "payload": changes.get("payload", {"prompt": "x"}), "plan": plan, "render": render}

    def add(self, name, film, fails, verdict="reject", **changes):
        self.cases.append((self.record(name, film, **changes), set(fails), verdict))

    def film(self, name, *options, comment=None, video=True):
        """The clean film through ffmpeg; what is not named is copied, the disclosure too."""
        path = self.folder / f"{name}.mp4"
        options = list(options)
        if "-c:a" not in options:
            options += ["-c:a", "copy"]
        options += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20"] if video else [
            "-c:v", "copy"]
        if "-movflags" not in options:
            options += ["-movflags", "+faststart"]
        text = self.comment if comment is None else comment
        run(["ffmpeg", "-v", "error", "-y", "-i", str(self.clean), *options, "-metadata",
             f"comment={text}", str(path)], stdin=subprocess.DEVNULL)
        return path

    def band(self):
        """The rows that captions are drawn in, with their shadow."""
        top = min(box["y"] for box in self.boxes) - 12
        bottom = max(box["y"] + box["h"] for box in self.boxes) + 12
        return top - top % 2, (bottom - top + 1) // 2 * 2


def add_pictures(corpus):
    film = corpus.film
    corpus.add("black", film("black", "-vf", "drawbox=c=black:t=fill:enable='between(t,5,6)'"),
               {"black_frames"})
    corpus.add("one_black_frame_in_ten",
               film("flicker", "-vf", "drawbox=c=black:t=fill:enable='between(n,150,153)'"),
               {"black_frames"})
    freeze = "[0:v]split[a][b];[a][b]freezeframes=first=120:last=170:replace=120"
    corpus.add("freeze", film("freeze", "-filter_complex", freeze), {"frozen_frames"})
    under = "[0:v]split[a][b];[a][b]freezeframes=first=120:last=175:replace=120[f0]"
    shown = [box for box in corpus.boxes if box["end_ms"] > 3900 and box["start_ms"] < 6000]
    for n, box in enumerate(shown):
        under += (f";[0:v]crop={box['w']}:{box['h']}:{box['x']}:{box['y']}:exact=1[t{n}];"
                  f"[f{n}][t{n}]overlay={box['x']}:{box['y']}:enable='between(t,"
                  f"{box['start_ms'] / 1000},{box['end_ms'] / 1000})'[f{n + 1}]")
    under += f";[f{len(shown)}]null"
    corpus.add("freeze_under_moving_captions", film("under", "-filter_complex", under),
               {"frozen_frames"})
    corpus.add("wrong_size", film("size", "-vf", "scale=720:1280"), {"resolution"})
    corpus.add("wrong_rate", film("rate", "-vf", "fps=25"), {"frame_rate"})
    short = corpus.film("short", "-t", "9", "-c:a", "aac", "-b:a", "160k")
    corpus.add("wrong_length", short, {"duration"})
    corpus.add("not_as_declared", corpus.film("less", "-t", f"{corpus.duration - 1:.3f}", "-c:a",
                                              "aac", "-b:a", "160k"), {"duration"})
    corpus.add("other_length_asked", corpus.clean, {"duration"}, payload={"length_seconds": 40})


def add_sounds(corpus):
    def sound(name, filters):
        return corpus.film(name, "-af", filters, "-c:a", "aac", "-b:a", "192k", video=False)

    corpus.add("mute_section", sound("mute", "volume=0:enable='between(t,5,8)'"), {"silence"})
    clip = "volume=24dB,asoftclip=type=hard:threshold=0.25,volume=-1dB"
    loudness = run(["bash", "-c", f'ffmpeg -hide_banner -i "$0" -af "{clip},ebur128" -f null - 2>&1',
                    str(corpus.clean)], stdin=subprocess.DEVNULL)
    lufs = float(loudness.rsplit("I:", 1)[1].split()[0])
    corpus.add("clip", sound("clip", f"{clip},volume={-14 - lufs}dB"), {"clipping"})
    corpus.add("quiet", sound("quiet", "volume=-4dB"), {"loudness"})
    corpus.add("sound_too_short", sound("early", f"atrim=0:{corpus.duration - 0.4}"),
               {"audio_video_length"})
    mute = corpus.folder / "no_sound.mp4"
    run(["ffmpeg", "-v", "error", "-y", "-i", str(corpus.clean), "-an", "-c:v", "copy", "-movflags",
         "+faststart", "-metadata", f"comment={corpus.comment}", str(mute)],
        stdin=subprocess.DEVNULL)
    corpus.add("no_sound", mute, {"silence"})


def add_captions(corpus):
    top, height = corpus.band()
    low = HEIGHT - height - 10
    moved = f"[0:v]split[a][b];[b]crop={WIDTH}:{height}:0:{top}[t];[a][t]overlay=0:{low}"
    film = corpus.film("moved", "-filter_complex", moved)
    boxes = [dict(box, y=box["y"] - top + low) for box in corpus.boxes]
    corpus.add("caption_outside", film, {"caption_safe_area"}, boxes=boxes)
    corpus.add("caption_outside_unsaid", film, {"caption_safe_area"})
    wash = (f"[0:v]split[a][b];[b]crop={WIDTH}:{height}:0:{top},lutyuv=y='150+val/4'[t];"
            f"[a][t]overlay=0:{top}")
    corpus.add("low_contrast", corpus.film("wash", "-filter_complex", wash), {"caption_contrast"})
    corpus.add("missing_glyph", corpus.clean, {"missing_glyphs"}, missing=["U+1F680"])


def add_files(corpus):
    slow = corpus.film("slow", "-movflags", "0", video=False)
    corpus.add("index_last", slow, {"index_first"})
    data = corpus.clean.read_bytes()
    cut = corpus.folder / "cut.mp4"
    cut.write_bytes(data[: len(data) * 2 // 3])
    corpus.add("truncated", cut, {"decodable"})
    noise = corpus.folder / "noise.mp4"
    noise.write_bytes(b"not a film at all\n" * 100)
    corpus.add("not_a_film", noise, {"decodable"})
    corpus.add("undisclosed", corpus.film("undisclosed", comment="", video=False), {"disclosure"})
    corpus.add("other_bytes", corpus.clean, {"checksum"}, checksum="sha256:" + "0" * 64)


def add_words(corpus):
    def words(name, fails, verdict, **script):
        corpus.add(name, corpus.clean, fails, verdict, script=script)

    words("link", {"text_policy"}, "reject", caption="More at https://example.org/x")
    words("email", {"text_policy"}, "reject", caption="Write to someone@example.org today")
    words("phone", {"text_policy"}, "reject", hook="Call +49 30 1234567 now")
    words("coarse", {"text_policy"}, "review", title="This b1tch of a battery")
    words("domain", {"text_policy"}, "review", title="What Booking.com did")
    words("never_said", {"do_not_say"}, "reject", caption="A Game-Changer, they say")
    words("numbers_are_fine", set(), "approve",
          caption="2020-11-25: 1,234,567,890 views, 12 000 000 000 users, $3.50, v1.2.3, e.g. this")


def failed(record):
    return {check["name"] for check in record["critic"]["checks"]
            if not check["passed"] and "skipped" not in check}


def judge(corpus):
    muse = corpus.folder / "ava.yaml"
    muse.write_text("persona_id: ava\nname: Ava\nmoral_graph: {ego: 0.5, empathy: 0.5, chaos: 0.5}\n"
                    "do_not_say: [game changer]\n")
    lines = "".join(json.dumps(case[0]) + "\n" for case in corpus.cases)
    out = run([CRITIC, "--muse", str(muse), "--assets", str(corpus.folder / "cas")], input=lines)
    return [json.loads(line) for line in out.splitlines()]


STATUS = {"approve": "approved", "review": "review", "reject": "rejected"}


def problems(case, judged):
    """What is wrong with one verdict."""
    record, fails, verdict = case
    found = failed(judged)
    critic = judged["critic"]
    if judged["task_id"] != record["task_id"]:
        yield "lines came in another order"
    if found != fails:
        yield f"failed {sorted(found)}, wanted {sorted(fails)}"
    if critic["verdict"] != verdict or judged["status"] != STATUS[verdict]:
        yield f"{critic['verdict']} and {judged['status']}, wanted {verdict}"
    least = min(check["confidence"] for check in critic["checks"] if "skipped" not in check)
    if judged["confidence"] != critic["confidence"] or abs(least - critic["confidence"]) > 1e-9:
        yield "the confidence is not the least of its checks"
    if judged["state_version"] != 4:
        yield "state_version did not go up by one"
    if verdict == "approve" and critic["confidence"] <= 0.9:
        yield f"approved at {critic['confidence']}"
    if critic["safety_report"]["aggregate_confidence"] != critic["confidence"]:
        yield "the safety report has another aggregate"
    if critic["safety_report"]["requires_human_review"] != (verdict == "review"):
        yield "requires_human_review is wrong"


def main():
    only = sys.argv[3:]  # names of cases, to look at one of them
    with tempfile.TemporaryDirectory(prefix="smos-critic-") as folder:
        corpus = Corpus(pathlib.Path(folder))
        corpus.add("clean", corpus.clean, set(), "approve")
        corpus.add("clean_again", corpus.film("again", "-vf", "null"), set(), "approve")
        add_pictures(corpus)
        add_sounds(corpus)
        add_captions(corpus)
        add_files(corpus)
        add_words(corpus)
        bad = 0
        corpus.cases = [case for case in corpus.cases if not only or case[0]["task_id"] in only]
        judged = judge(corpus)
        assert len(judged) == len(corpus.cases), "a line was lost"
        for case, verdict in zip(corpus.cases, judged):
            for problem in problems(case, verdict):
                bad += 1
                print(f"{case[0]['task_id']}: {problem}")
                for check in verdict.get("critic", {}).get("checks", []):
                    relevant = check["name"] in case[1] or not check["passed"]
                    if relevant and "skipped" not in check:
                        print("   ", json.dumps(check))
        print(f"{len(corpus.cases)} films, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
