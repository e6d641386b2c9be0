#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Moving stills of the work short15 against ffmpeg's zoompan `hq`: the six frames and drawn ones.

short15.py SAMPLING SOURCE_DIR
Needs the work's folder (SMOS_SHORT15, or ../shared/bench/short15 beside the sources), ffmpeg, sox
and espeak-ng; without them it says so and is skipped (77).
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SAMPLING, SOURCE = sys.argv[1:3]
WORK = pathlib.Path(os.environ.get("SMOS_SHORT15", f"{SOURCE}/../shared/bench/short15"))
SEED = "20260731"
TO_420 = ("scale=2160:3840:in_range=pc:out_range=tv:in_color_matrix=bt601:out_color_matrix=bt709"
          ":flags=bicubic+accurate_rnd+bitexact+full_chroma_int,format=yuv420p")


def skip(why):
    print(f"SKIPPED, the six named frames were NOT measured: {why}", file=sys.stderr)
    sys.exit(77)


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *map(str, words)],
                   check=True)


def zoompan(graph, still):
    """The filters of one still in the peer's graph, cut to the frames that are compared."""
    line = graph.splitlines()[still]
    filters = re.sub(r",setsar.*$", "", re.sub(r"^\[\d+:v\]", "", line))
    chosen = "+".join(rf"eq(n\,{n})" for n in (17, 50, 87))
    return f"{filters},select='{chosen}',extractplanes=y"


def main():
    if not (WORK / "gen_inputs.sh").is_file():
        skip(f"{WORK} is not there (SMOS_SHORT15 names the folder)")
    lacking = [name for name in ("ffmpeg", "sox", "espeak-ng") if shutil.which(name) is None]
    if lacking:
        skip(f"{', '.join(lacking)} not installed (packaging/setup test)")
    with tempfile.TemporaryDirectory(prefix="smos-short15-") as folder:
        here = pathlib.Path(folder)
        for name in ("gen_inputs.sh", "gen_ass.py"):
            shutil.copy(WORK / name, here / name)  # it writes beside itself
        subprocess.run(["bash", here / "gen_inputs.sh", here / "in"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        graph = subprocess.run([sys.executable, WORK / "ffmpeg_graph.py", "hq", "kb"], check=True,
                               capture_output=True, text=True).stdout
        status = 0
        for still in (0, 2):
            picture, ours, theirs = here / f"in/still{still}.jpg", here / "still.yuv", here / "hq.gray"
            ffmpeg("-i", picture, "-vf", TO_420, "-frames:v", 1, "-f", "rawvideo", ours)
            ffmpeg("-i", picture, "-vf", zoompan(graph, still), "-fps_mode", "passthrough",
                   "-f", "rawvideo", theirs)
            done = subprocess.run([SAMPLING, "film", f"still{still}", ours, theirs, SEED], check=False)
            status = status or done.returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
