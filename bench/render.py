# SPDX-License-Identifier: Apache-2.0
"""short15 (five moving stills with crossfades, picture in picture, a turning logo, 42 word captions,
voice over ducked music) with smos-render and with ffmpeg, cold, interleaved: wall and processor time,
peak memory, size, and quality beside that encode. The floor is ffmpeg encoding the same raw frames with libx264 threads=2."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from measure import back_memory, machine, median

RUNS = 5
STARTS = [0, 87, 174, 261, 348]
FRAMES = 450


def inputs(top):
    source = pathlib.Path(os.environ.get("SMOS_SHORT15", top.parent / "shared/bench/short15"))
    if not source.is_dir():
        raise SystemExit(f"bench render: {source} is not there; set SMOS_SHORT15")
    work = top / "build/bench/short15"
    if not (work / "in/words.json").exists():
        shutil.copytree(source, work, dirs_exist_ok=True)
        for path in [work, *work.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o700 if path.is_dir() or path.suffix == ".sh" else 0o644)
        subprocess.run(["bash", "gen_inputs.sh"], cwd=work, check=True, stdout=subprocess.DEVNULL)
    return work


def stills():
    items = []
    for i, start in enumerate(STARTS):
        at = start + 7 if i else 0  # the crossfade's frames lie about the cut
        end = STARTS[i + 1] + 7 if i < 4 else FRAMES
        if i:
            items.append({"id": f"x{i}", "trans": "dissolve", "at": at, "in_off": 7, "out_off": 8})
        items.append({"id": f"c{i}", "at": at, "dur": end - at, "asset": f"still{i}", "fit": "cover",
                      "anim": {"scale": [[start - at, 1.0], [start - at + 101, 1.2]]}})
    return {"id": "v", "kind": "video", "items": items}


def overlays():
    opacity = [[0, 0], [15, 0], [45, 0.8], [405, 0.8], [435, 0], [449, 0]]
    pip = {"id": "pip", "at": 60, "dur": 330, "asset": "pip", "fit": "none",
           "anim": {"pos": [540 / 1080, 1360 / 1920]}}
    logo = {"id": "logo", "at": 0, "dur": FRAMES, "asset": "logo", "fit": "none",
            "anim": {"pos": [920 / 1080, 180 / 1920], "rotation": [[0, 0], [449, 359.2]], "opacity": opacity}}
    return [{"id": "p", "kind": "video", "items": [pip]}, {"id": "l", "kind": "video", "items": [logo]}]


def captions(folder):
    cues = []
    words = json.loads((folder / "in/words.json").read_text())
    for group in range(words[-1]["group"] + 1):
        mine = [word for word in words if word["group"] == group]
        start = round(mine[0]["start"] * 30)
        end = max(start + 1, round(mine[-1]["end"] * 30))
        begin_ms = start * 1000 // 30
        cues.append({"id": f"q{group}", "at": start, "dur": end - start,
                     "words": [[max(0, round(word["start"] * 1000) - begin_ms),
                                round(word["end"] * 1000) - begin_ms, word["word"]] for word in mine]})
    for before, after in zip(cues, cues[1:]):
        before["dur"] = min(before["dur"], after["at"] - before["at"])
    return {"id": "cap", "kind": "caption", "style": "karaoke-pop", "items": cues}


def timeline(folder):
    kinds = {**{f"still{i}": ("image", f"still{i}.jpg") for i in range(5)}, "pip": ("video", "pip.mp4"),
             "logo": ("image", "logo.png"), "voice": ("audio", "voice.wav"), "music": ("audio", "music.wav")}
    assets = {name: {"kind": kind, "uri": f"file://{folder}/in/{file}", "license": "generated"}
              for name, (kind, file) in kinds.items()}
    sound = [{"id": "vo", "kind": "audio", "role": "voice", "items": [
                 {"id": "a", "asset": "voice", "at_samples": 4800, "dur_samples": 677376}]},
             {"id": "mu", "kind": "audio", "role": "music", "duck": {"key": "voice", "db": -12}, "items": [
                 {"id": "b", "asset": "music", "at_samples": 0, "dur_samples": 720000, "gain": -4.4}]}]
    return {"schema": "smos.timeline/1", "id": "short15", "rate": [30, 1], "sample_rate": 48000,
            "canvas": {"w": 1080, "h": 1920}, "assets": assets,
            "tracks": [stills(), *overlays(), captions(folder), *sound],
            "outputs": [{"id": "o", "preset": "shorts", "lufs": -14, "tp": -1.5}]}


def measured(argv, env=None, stdout=subprocess.DEVNULL):
    back_memory()
    started = time.perf_counter()
    process = subprocess.Popen(argv, env=env, stdout=stdout)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"bench render: failed: {argv}")
    return {"wall": time.perf_counter() - started, "cpu": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss / 1024}


def render(program, source, film, home, *options, stdout=subprocess.DEVNULL):
    env = dict(os.environ, XDG_DATA_HOME=home, XDG_STATE_HOME=home)
    return measured([program, str(source), "-o", str(film), "--workers", "2", *options], env, stdout)


def psnr(film, raw):
    """Mean luma PSNR of a film against the raw frames, in dB."""
    said = subprocess.run(["ffmpeg", "-v", "info", "-nostats", "-i", str(film), "-f", "rawvideo", "-s", "1080x1920",
                           "-r", "30", "-i", str(raw), "-lavfi", "[0:v]settb=1/30,setpts=N[a];[1:v]settb=1/30,"
                           "setpts=N[b];[a][b]psnr", "-an", "-f", "null", "-"],
                          check=True, capture_output=True, text=True).stderr
    return float(said.rsplit(" y:", 1)[1].split()[0])


def picture_bytes(film):
    """Of the video packets alone: the peers' encodes of raw frames have no sound."""
    said = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "packet=size", "-of", "csv=p=0",
                           str(film)], check=True, capture_output=True, text=True).stdout
    return sum(int(line.strip(",")) for line in said.split())


def peers(folder, raw):
    """Name, command, runs. melt needs a display: xvfb-run gives it one."""
    encode = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-s", "1080x1920", "-r", "30", "-i", str(raw), "-c:v",
              "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "2"]
    rows = [("ffmpeg x264 of the same frames", [*encode, str(folder / "floor.mp4")], RUNS),
            ("  the same, keyint 60", [*encode, "-g", "60", str(folder / "keyint.mp4")], 1),
            ("ffmpeg fast", ["bash", str(folder / "ffmpeg_job.sh"), "fast", str(folder / "fast.mp4")], RUNS),
            ("ffmpeg hq", ["bash", str(folder / "ffmpeg_job.sh"), "hq", str(folder / "hq.mp4")], 2)]
    if shutil.which("melt") and shutil.which("xvfb-run"):
        rows.append(("melt qtblend", ["xvfb-run", "-a", "bash", "-c",
                                      f"exec bash {folder}/melt_job.sh qtblend -2 {folder}/melt.mp4"], 2))
    else:
        print("melt and xvfb-run are not installed: no row for them", file=sys.stderr)
    return rows


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder = inputs(top)
    program = str(bin_dir / "smos-render")
    source = folder / "short15.timeline.json"
    source.write_text(json.dumps(timeline(folder)))
    raw = folder / "frames.yuv"
    with tempfile.TemporaryDirectory() as home:
        film = pathlib.Path(home, "exact.mp4")
        render(program, source, film, home, "--preset", "ultrafast", "--crf", "0")  # no loss
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", str(film), "-f", "rawvideo", str(raw)], check=True)
    others = peers(folder, raw)
    ours = "smos-render"
    rows = {ours: [], **{name: [] for name, _, _ in others}}
    for run in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            film = pathlib.Path(home, "o.mp4")
            rows[ours].append(render(program, source, film, home))
            shutil.copyfile(film, folder / "ours.mp4")
        for name, command, runs in others:
            if run < runs:
                rows[name].append(measured(command))
    files = {ours: folder / "ours.mp4", **{name: pathlib.Path(command[-1].split()[-1])
                                           for name, command, _ in others}}
    floor = others[0][0]
    quality = {name: psnr(files[name], raw) for name in (ours, floor, others[1][0])}
    raw.unlink()
    print(f"machine: {machine()}; medians, cold, interleaved")
    base = median([row["wall"] for row in rows[floor]])
    print(f"{'':32}{'runs':>5}{'wall s':>8}{'ratio':>7}{'CPU s':>8}{'MB peak':>9}{'MB file':>9}{'MB video':>9}{'luma dB':>9}")
    for name, runs in rows.items():
        wall, cpu, peak = (median([run[key] for run in runs]) for key in ("wall", "cpu", "peak"))
        size = files[name].stat().st_size / 1e6 if files[name].exists() else 0
        video = picture_bytes(files[name]) / 1e6 if files[name].exists() else 0
        decibels = f"{quality[name]:9.2f}" if name in quality else ""
        print(f"{name:32}{len(runs):5}{wall:8.2f}{wall / base:7.2f}{cpu:8.2f}{peak:9.0f}{size:9.2f}{video:9.2f}{decibels}")


if __name__ == "__main__":
    main()
