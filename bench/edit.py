# SPDX-License-Identifier: Apache-2.0
"""One word of one caption changed in a 60 s timeline (short15 four times over, each time with other moves): process start to
closed file with a warm cache, every word tried, against the cold render of the same timeline.
SMOS_BENCH_WORDS=N tries N words spread over the film instead of all."""
import copy
import json
import os
import pathlib
import sys
import tempfile

from measure import machine, median
from render import FRAMES, inputs, render, timeline

COPIES = 4
SAMPLES = 720000


def moved(item, copy_of, zoom):
    item = copy.deepcopy(item)
    item["id"] += f".{copy_of}"
    if "at" in item:
        item["at"] += copy_of * FRAMES
    if "at_samples" in item:
        item["at_samples"] += copy_of * SAMPLES
    for key in item.get("anim", {}).get("scale", [])[1:]:
        key[1] += zoom * copy_of  # else the groups of all copies would be the same
    return item


def longer(folder, copies, zoom=0.04):
    """short15 so many times over, each copy with stills that move otherwise."""
    whole = timeline(folder)
    whole["id"] = f"short{15 * copies}"
    for track in whole["tracks"]:
        track["items"] = [moved(item, n, zoom) for n in range(copies) for item in track["items"]]
    return whole


def words_of(whole):
    captions = next(track for track in whole["tracks"] if track["kind"] == "caption")
    return [word for cue in captions["items"] for word in cue["words"]]


def chosen(count):
    wanted = int(os.environ.get("SMOS_BENCH_WORDS", count))
    return [i * count // wanted for i in range(min(wanted, count))]


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    folder = inputs(top)
    program = str(bin_dir / "smos-render")
    source = folder / "edit.timeline.json"
    whole = longer(folder, COPIES)
    with tempfile.TemporaryDirectory() as home:
        source.write_text(json.dumps(whole))
        film = pathlib.Path(home, "o.mp4")
        cold = render(program, source, film, home)
        edits = []
        for index in chosen(len(words_of(whole))):
            edited = copy.deepcopy(whole)
            words_of(edited)[index][2] += "ly"
            source.write_text(json.dumps(edited))
            with open(pathlib.Path(home, "record"), "w+", encoding="utf-8") as record:
                edit = render(program, source, film, home, stdout=record)
                record.seek(0)
                work = json.loads(record.read())["outputs"][0]["video"]["metadata"]["work"]
            edits.append({**edit, "groups": work["gops_encoded"]})
    walls, cpus = [e["wall"] for e in edits], [e["cpu"] for e in edits]
    print(f"machine: {machine()}; {len(edits)} edits of one word each, warm cache")
    print(f"cold render     {cold['wall']:7.2f} s wall {cold['cpu']:7.2f} s CPU {cold['peak']:5.0f} MB")
    print(f"edit, median    {median(walls):7.2f} s wall {median(cpus):7.2f} s CPU")
    print(f"edit, worst     {max(walls):7.2f} s wall {max(cpus):7.2f} s CPU")
    print(f"groups encoded  {min(e['groups'] for e in edits)} to {max(e['groups'] for e in edits)}")
    allowed = 0.05 * cold["cpu"] + 0.5
    print(f"5 % of the cold CPU + 0.5 s = {allowed:.2f} s; {sum(c > allowed for c in cpus)} edits above it")


if __name__ == "__main__":
    main()
