# SPDX-License-Identifier: Apache-2.0
"""Where the processor time of short15 goes, in milliseconds a frame: a render under `perf record`,
its samples by what they were taken in. Encoding is listed, and left out of the sum. Then the kernels alone with
each vector unit: every frame drawn a second time, its pictures decoded (compose_bench)."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from render import FRAMES, inputs, timeline

# What a sample's library and function belong to; the first that fits.
GROUPS = [
    ("encode (not compositing)", r"libx264|libx265|libSvt"),
    ("place", r"kernels::.*(::along|::down|Placer|tap_table|plan_groups|phases)"),
    ("turn", r"kernels::.*(warp|Warp)|TurnedPicture|interleaved"),
    ("dissolve and blend", r"kernels::.*(mix_rows|::lay|Blend|Layer|BlockRows|settle|MixInside)"),
    ("shrink stills", r"kernels::.*(Shrink|shrink|wide_taps)"),
    ("decode pictures", r"libjpeg|libturbojpeg|libpng|libwebp|libz\.so|decode_layer|to_frame|upright"),
    ("decode video", r"libavcodec|libswscale|libavformat|VideoSource|libav_frame"),
    ("captions", r"libass|libfreetype|libharfbuzz|libfribidi|Caption|Glyph|glyph"),
    ("sound", r"libswresample|libebur128|[Ss]ound|Resampl|limiter|Limiter"),
    ("memory", r"memcpy|memmove|memset|malloc|free|clear_page|page_fault|\[k"),
]
NOT_COMPOSITING = {"encode (not compositing)", "sound"}


def samples(data):
    """(share of all samples, library and function) of each function."""
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--no-children", "-F",
                             "overhead,dso,symbol", "-g", "none", "--percent-limit", "0"],
                            check=True, capture_output=True, text=True).stdout
    for line in report.splitlines():
        found = re.match(r"\s*([0-9.]+)%\s+(.*)$", line)
        if found:
            yield float(found[1]) / 100, found[2]


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder = inputs(top)
    source = folder / "short15.timeline.json"
    source.write_text(json.dumps(timeline(folder)))
    with tempfile.TemporaryDirectory() as home:
        data = str(pathlib.Path(home, "perf.data"))
        env = dict(os.environ, XDG_DATA_HOME=home, XDG_STATE_HOME=home)
        subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-F", "2000", "-o", data, str(bin_dir / "smos-render"),
                        str(source), "-o", str(pathlib.Path(home, "o.mp4")), "--workers", "1", "--preset", "ultrafast"],
                       env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        header = subprocess.run(["perf", "report", "-i", data, "--stdio", "--header-only"], check=True,
                                capture_output=True, text=True).stdout
        count = subprocess.run(["perf", "script", "-i", data, "-F", "comm"], check=True, capture_output=True,
                               text=True).stdout.count("\n")
        shares = list(samples(data))
    total_ms = count / 2000 * 1000 / FRAMES
    groups, rest = {}, []
    for share, name in shares:
        group = next((group for group, pattern in GROUPS if re.search(pattern, name)), "other")
        groups[group] = groups.get(group, 0.0) + share * total_ms
        if group == "other":
            rest.append((share * total_ms, name))
    print(next((line for line in header.splitlines() if "cpudesc" in line), "").strip("# "))
    for group, ms in sorted(groups.items(), key=lambda each: -each[1]):
        print(f"{group:28}{ms:8.3f} ms a frame")
    sum_ms = sum(ms for group, ms in groups.items() if group not in NOT_COMPOSITING)
    print(f"{'compositing all in':28}{sum_ms:8.3f} ms a frame")
    for ms, name in sorted(rest, reverse=True)[:12]:
        print(f"    other: {ms:7.3f}  {name}")
    kernels_alone(bin_dir, source)


def kernels_alone(bin_dir, source):
    with tempfile.NamedTemporaryFile("w", suffix=".json") as resolved:
        subprocess.run([str(bin_dir / "smos-render"), "--resolve", str(source)], check=True, stdout=resolved,
                       stderr=subprocess.DEVNULL)
        line = subprocess.run([str(bin_dir.parent / "bench/compose_bench"), resolved.name], check=True,
                              capture_output=True, text=True).stdout
    for unit, ms in (each.split() for each in line.splitlines()):
        print(f"{'kernels alone, ' + unit:28}{float(ms):8.3f} ms a frame")


if __name__ == "__main__":
    main()
