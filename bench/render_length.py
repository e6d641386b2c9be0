# SPDX-License-Identifier: Apache-2.0
"""Peak memory by the length of the film: short15 once, four times and forty times over (ten minutes), cold, two workers."""
import json
import pathlib
import sys
import tempfile

from edit import longer
from measure import machine
from render import inputs, render

COPIES = [1, 4, 40]


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder = inputs(top)
    source = folder / "length.timeline.json"
    print(f"machine: {machine()}; one run each")
    print(f"{'film':>8} {'wall s':>8} {'CPU s':>8} {'MB peak':>8}")
    for copies in COPIES:
        source.write_text(json.dumps(longer(folder, copies, 0.004)))
        with tempfile.TemporaryDirectory() as home:
            made = render(str(bin_dir / "smos-render"), source, pathlib.Path(home, "o.mp4"), home)
        print(f"{15 * copies:>6} s {made['wall']:8.2f} {made['cpu']:8.2f} {made['peak']:8.0f}", flush=True)


if __name__ == "__main__":
    main()
