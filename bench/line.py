# SPDX-License-Identifier: Apache-2.0
"""The whole line, from the first observation to the published page: wall time and peak memory of a
15 s video (x264 veryfast crf 20), against ffmpeg encoding the finished film's frames again."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from measure import machine, median

RUNS = 3


def one_line(top, bin_dir, home):
    sample = top / "examples/first-light"
    env = dict(os.environ, XDG_STATE_HOME=f"{home}/state", XDG_DATA_HOME=f"{home}/data",
               XDG_CONFIG_HOME=f"{home}/config", PATH=f"{bin_dir}:{os.environ['PATH']}")
    subprocess.run(["smos-cfo", "fund", "default/ava", "5"], env=env, check=True, stdout=subprocess.DEVNULL)
    script = f"""set -euo pipefail
smos-scout --now 2026-11-20T12:00:00Z --top 1 {sample}/trends.json |
 smos-plan --now 2026-11-20T12:00:00Z --muse {sample}/ava.yaml | smos-cfo reserve | smos-render |
 smos-critic --muse {sample}/ava.yaml | smos-publish --to site --site {home}/site |
 smos-cfo settle > {home}/run.jsonl"""
    started = time.perf_counter()
    run = subprocess.Popen(["bash", "-c", script], env=env)
    _, status, usage = os.wait4(run.pid, 0)
    if status != 0:
        raise SystemExit("bench line: the line failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def encode_again(video):
    """The peer: ffmpeg decodes and encodes the same picture with the same settings."""
    started = time.perf_counter()
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", video, "-an", "-c:v", "libx264", "-preset",
                    "veryfast", "-crf", "20", "-threads", "2", "-f", "null", "-"], check=True)
    return time.perf_counter() - started


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    print(f"machine: {machine()}; medians of {RUNS}")
    ours, peer, peaks_mb = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            seconds, peak_mb = one_line(top, bin_dir, home)
            ours.append(seconds)
            peaks_mb.append(peak_mb)
            video = next(pathlib.Path(home, "site").rglob("video.mp4"))
            peer.append(encode_again(str(video)))
    print(f"first observation to published page  {median(ours):6.2f} s")
    print(f"ffmpeg, encoding the same frames     {median(peer):6.2f} s   ratio {median(ours) / median(peer):.2f}")
    print(f"largest process                      {median(peaks_mb):6.0f} MB")


if __name__ == "__main__":
    main()
