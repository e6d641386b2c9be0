#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Videos by time: rates, variable PTS, jumps and going back, threads, and files that lie."""
import random
from fractions import Fraction

from chart import ffmpeg, main

CODECS = [("a.mp4", ["-c:v", "libx264", "-g", "12", "-bf", "2"]),
          ("b.mkv", ["-c:v", "libx264", "-g", "12", "-bf", "3", "-x264-params", "open-gop=1"]),
          ("c.webm", ["-c:v", "libvpx-vp9", "-g", "15", "-deadline", "realtime", "-cpu-used", "8"]),
          ("d.mp4", ["-c:v", "libx265", "-g", "12", "-preset", "ultrafast",
                     "-x265-params", "log-level=error"]),
          ("e.ts", ["-c:v", "mpeg2video", "-g", "12", "-bf", "2", "-q:v", "3"]),
          ("f.avi", ["-c:v", "mjpeg", "-q:v", "3"])]


def film(path, words, rate="30", frames=60, vf="null"):
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=96x64:rate={rate}", "-vf", vf, "-frames:v", frames,
           "-pix_fmt", "yuv420p" if "mjpeg" not in words else "yuvj420p", *words, path)


def play(check, path, times, threads=1, cache=1 << 26):
    done = check.run("play", path, threads, cache, *times)
    return [line.split() for line in done.stdout.splitlines()]


def orders(check):
    dice = random.Random(5)
    for name, words in CODECS:
        path = check.path / name
        film(path, words)
        straight = play(check, path, [f"{i}/30" for i in range(60)])
        check.that([row[0] for row in straight] == [str(i) for i in range(60)],
                   f"{name}: every picture in order: {straight[:3]}")
        sums = {row[0]: row[1] for row in straight}
        check.that(len(set(sums.values())) >= 55, f"{name}: the pictures differ")
        plain = check.run("scalar", path, 1, 1 << 26, *[f"{i}/30" for i in range(60)])
        check.that([line.split()[1] for line in plain.stdout.splitlines()]
                   == [row[1] for row in straight], f"{name}: the same bits without SIMD")
        jumps = [f"{dice.randrange(60)}/30" for _ in range(40)]
        back = [f"{i}/30" for i in range(59, -1, -1)]
        for what, times in (("jumps", jumps), ("backwards", back)):
            for threads, cache in ((1, 1 << 26), (4, 1 << 26), (1, 1), (2, 50000)):
                rows = play(check, path, times, threads, cache)
                check.that(len(rows) == len(times)
                           and all(f"{row[0]}/30" == time and sums[row[0]] == row[1]
                                   for row, time in zip(rows, times)),
                           f"{name}: {what}, {threads} threads, {cache} bytes: {rows[-1:]}")
        ends = play(check, path, ["-1/2", "0", "59/30", "2", "1000"])
        check.that([(row[0], row[2], row[3]) for row in ends]
                   == [("0", "before", "-"), ("0", "-", "-"), ("59", "-", "-"),
                       ("59", "-", "past"), ("59", "-", "past")], f"{name}: ends {ends}")


def rates(check):
    for rate in ("24000/1001", "30000/1001", "25", "60", "10"):
        for name in ("r.mp4", "r.mkv"):
            path = check.path / name
            film(path, ["-c:v", "libx264"], rate, 40)
            pace = Fraction(rate)
            times = [Fraction(i, 1) / pace for i in range(40)]
            rows = play(check, path, [f"{t.numerator}/{t.denominator}" for t in times])
            check.that([row[0] for row in rows] == [str(i) for i in range(40)],
                       f"{name} at {rate}: {[row[0] for row in rows]}")
            _, info = check.video(path)
            check.that(info["variable"] == "false" and Fraction(info["rate"]) == pace,
                       f"{name} at {rate}: {info['rate']}")
            late = [f"{(t + 1 / pace - Fraction(1, 10**6)).numerator}/"
                    f"{(t + 1 / pace - Fraction(1, 10**6)).denominator}" for t in times]
            rows = play(check, path, late)
            check.that([row[0] for row in rows] == [str(i) for i in range(40)],
                       f"{name} at {rate}: just before the next")


def variable(check):
    path = check.path / "v.mp4"
    # Pictures at 0, 1, 4, 9, 16 ... hundredths of a second.
    film(path, ["-c:v", "libx264", "-vsync", "passthrough", "-enc_time_base", "1/100",
                "-video_track_timescale", "100",
                "-bf", "2"], "25", 12, "settb=1/100,setpts=N*N")
    _, info = check.video(path)
    check.that(info["variable"] == "true" and info["frames"] == "12", f"variable: {info}")
    for hundredth in range(0, 130):
        shown = max(n for n in range(12) if n * n <= hundredth)
        if hundredth % 7 == 0 or hundredth in (0, 1, 3, 4, 8, 9, 120, 121):
            rows = play(check, path, [f"{hundredth}/100"])
            check.that(rows and rows[0][0] == str(shown), f"at {hundredth}: {rows}, not {shown}")
    rows = play(check, path, ["121/100", "25/100", "81/100", "0", "99/100"])
    check.that([row[0] for row in rows] == ["11", "5", "9", "0", "9"], f"variable jumps: {rows}")


def liars(check):
    def said(path, words):
        done = check.run("play", path, 1, 1000000, *[f"{i}/30" for i in range(60)])
        text = done.stdout.strip().splitlines()[-1] if done.stdout else ""
        check.that(done.returncode == 1 and path.name in text
                   and any(word in text for word in words),
                   f"{path.name}: {done.returncode} {text} {done.stderr[-200:]}")

    sound = check.path / "sound.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", sound)
    said(sound, ["no_video"])
    film(check.path / "w.mp4", ["-c:v", "libx264", "-movflags", "faststart"])
    data = (check.path / "w.mp4").read_bytes()
    cut = check.path / "cut.mp4"
    cut.write_bytes(data[:len(data) * 6 // 10])
    said(cut, ["truncated"])
    film(check.path / "w.mkv", ["-c:v", "libx264"], frames=120)
    data = (check.path / "w.mkv").read_bytes()
    cut = check.path / "cut.mkv"
    cut.write_bytes(data[:len(data) // 2])
    said(cut, ["truncated"])
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=30", "-t", "0", "-c:v", "libx264",
           "-f", "mp4", check.path / "none.mp4")
    said(check.path / "none.mp4", ["empty", "not_media", "no_video"])
    for name, data in (("text.mp4", b"hello\n" * 50), ("zero.mp4", b"")):
        (check.path / name).write_bytes(data)
        said(check.path / name, ["not_media"])
    said(check.path / "absent.mp4", ["cannot_read"])
    # Two films of another size behind each other, in a container that does not mind.
    film(check.path / "one.ts", ["-c:v", "mpeg2video"], frames=20)
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=128x64:rate=30", "-frames:v", "20", "-c:v",
           "mpeg2video", check.path / "two.ts")
    (check.path / "list").write_text("file one.ts\nfile two.ts\n")
    both = check.path / "both.ts"
    ffmpeg("-f", "concat", "-i", check.path / "list", "-c", "copy", both)
    said(both, ["unsupported_media"])


def body(check):
    for part in (orders, rates, variable, liars):
        part(check)


if __name__ == "__main__":
    main(body)
