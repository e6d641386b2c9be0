# SPDX-License-Identifier: Apache-2.0
"""Three shapes of short15 from one timeline: processor time of each output's planning and drawing, that is
decoding of stills and video, captions and compositing without the encoders, as the render section counts it
(planning_cpu_ms + drawing_cpu_ms of outputs[].video.metadata.work: the drawing thread's own clock). Cold, each run with an empty
store; and the same three each rendered alone."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from measure import machine, median
from render import inputs, timeline

RUNS = 3
OUTPUTS = [{"id": "tall", "preset": "shorts"}, {"id": "square", "preset": "square"},
           {"id": "wide", "preset": "youtube"}]


def drawn(program, made, options):
    """Milliseconds by output, and the films' checksums."""
    with tempfile.TemporaryDirectory() as home:
        source = pathlib.Path(home, "t.json")
        source.write_text(json.dumps(made))
        env = dict(os.environ, XDG_DATA_HOME=home, XDG_STATE_HOME=home)
        line = subprocess.run([program, str(source), "-o", str(pathlib.Path(home, "o.mp4")), "--workers", "2",
                               *options], env=env, check=True, capture_output=True, text=True).stdout
    outputs = json.loads(line)["outputs"]
    work = {each["id"]: each["video"]["metadata"]["work"] for each in outputs}
    return ({name: spent["planning_cpu_ms"] + spent["drawing_cpu_ms"] for name, spent in work.items()},
            {each["id"]: each["video"]["checksum"] for each in outputs})


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    program = str(bin_dir / "smos-render")
    options = sys.argv[3:] or ["--preset", "ultrafast"]
    made = timeline(inputs(top))
    together, alone = {each["id"]: [] for each in OUTPUTS}, {each["id"]: [] for each in OUTPUTS}
    for _ in range(RUNS):
        spent, films = drawn(program, dict(made, outputs=OUTPUTS), options)
        for name, ms in spent.items():
            together[name].append(ms)
        for output in OUTPUTS:
            spent, single = drawn(program, dict(made, outputs=[output]), options)
            alone[output["id"]].append(spent[output["id"]])
            if single[output["id"]] != films[output["id"]]:
                raise SystemExit(f"bench render_aspects: {output['id']} is another film alone")
    print(f"machine: {machine()}; medians of {RUNS}, cold")
    first = median(together[OUTPUTS[0]["id"]])
    print(f"{'output':10}{'CPU ms':>9}{'ms/frame':>10}{'of the first':>14}{'alone ms':>10}{'of alone':>10}")
    for name, runs in together.items():
        ms, single = median(runs), median(alone[name])
        print(f"{name:10}{ms:9.0f}{ms / 450:10.2f}{ms / first:14.0%}{single:10.0f}{ms / single:10.0%}")


if __name__ == "__main__":
    main()
