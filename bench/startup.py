# SPDX-License-Identifier: Apache-2.0
"""Start-up of every tool: --version, --help, a usage error, one unconcerned line; against /bin/true."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from measure import machine, median

RUNS = 40
LINE = b'{"schema":"smos.record/1","task_id":"t","status":"settled"}\n'


def run_once(command, line=b""):
    """A usage error is a result here too, so the status is not looked at."""
    started = time.perf_counter()
    subprocess.run(command, input=line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def main():
    bin_dir = pathlib.Path(sys.argv[2])
    tools = ["smos", "smos-scout", "smos-plan", "smos-cfo", "smos-muse", "smos-publish", "smos-render",
             "smos-critic", "smos-media"]
    muse = pathlib.Path(sys.argv[1]) / "examples/first-light/ava.yaml"
    passes = {
        "smos-scout": ["--stateless"],
        "smos-plan": ["--muse", str(muse)],
        "smos-cfo": ["settle"],
        "smos-publish": [],
        "smos-render": [],
        "smos-critic": [],
    }
    print(f"machine: {machine()}; medians of {RUNS}, milliseconds")
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(XDG_STATE_HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)
        floor = median([run_once(["/bin/true"]) for _ in range(RUNS)]) * 1000
        print(f"{'tool':14} {'--version':>10} {'--help':>10} {'usage':>10} {'pass':>10}   (/bin/true {floor:.1f})")
        for tool in tools:
            path = str(bin_dir / tool)
            cells = []
            for arguments in (["--version"], ["--help"], ["--no-such-option"]):
                cells.append(median([run_once([path, *arguments]) for _ in range(RUNS)]) * 1000)
            if tool in passes:
                cells.append(median([run_once([path, *passes[tool]], LINE) for _ in range(RUNS)]) * 1000)
            print(f"{tool:14} " + " ".join(f"{cell:10.1f}" for cell in cells))


if __name__ == "__main__":
    main()
