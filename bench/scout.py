# SPDX-License-Identifier: Apache-2.0
"""smos-scout over 84,051 real observations, stateless and with state, against `jq -c .` on the same lines."""
import gzip
import os
import pathlib
import sys
import tempfile

from measure import machine, median, timed

RUNS = 3


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    data = pathlib.Path(os.environ.get("SMOS_TESTDATA", top.parent / "shared/testdata"))
    packed = data / "trends/wsb-2020.jsonl.gz"
    if not packed.exists():
        sys.exit(f"bench scout: {packed} is not there; set SMOS_TESTDATA")
    print(f"machine: {machine()}; medians of {RUNS}")
    with tempfile.TemporaryDirectory() as home:
        lines = pathlib.Path(home, "lines.jsonl")
        lines.write_bytes(gzip.decompress(packed.read_bytes()))
        stateless, stateful, jq = [], [], []
        for run in range(RUNS):
            env = dict(os.environ, XDG_STATE_HOME=f"{home}/state{run}")
            scout = str(bin_dir / "smos-scout")
            stateless.append(timed([scout, "--stateless", str(lines)], env=env))
            stateful.append(timed([scout, str(lines)], env=env))
            jq.append(timed(["jq", "-c", ".", str(lines)]))
    for name, times in (("stateless", stateless), ("with state", stateful), ("jq -c .", jq)):
        print(f"{name:12} {median(times):6.2f} s   ratio to jq {median(times) / median(jq):.2f}")


if __name__ == "__main__":
    main()
