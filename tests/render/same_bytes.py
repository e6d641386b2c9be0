# SPDX-License-Identifier: Apache-2.0
"""One timeline is one file: for any number of workers and vector unit, from another folder, with a
dirty heap; and an edited timeline rendered with what is left of the old one is what it is alone."""
import copy
import json
import os
import pathlib
import sys

from studio import Studio, timeline, video

SENTENCE = "nobody tells you this about old modems they sang all night".split()


def story():
    assets = {f"s{i}": {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": prompt,
                                                     "seed": 5 + i}}
              for i, prompt in enumerate(("hills at night", "a city", "the sea"))}
    assets["bed"] = {"kind": "audio", "request": {"capability": "cap.music.generate", "seed": 4}}
    shots = [{"id": f"c{i}", "at": 120 * i, "dur": 120, "asset": f"s{i}", "camera": camera}
             for i, camera in enumerate(("zoom_in", "pan", "tilt"))]
    cues = [{"id": f"q{i}", "at": 60 * i, "dur": 60,
             "words": [[0, 600, SENTENCE[2 * i]], [700, 1500, SENTENCE[2 * i + 1]]]} for i in range(5)]
    return timeline([
        video(shots[0], {"id": "t1", "trans": "dissolve", "at": "auto", "in_off": 6, "out_off": 6}, shots[1],
              {"id": "t2", "trans": "wipe", "at": "auto", "in_off": 6, "out_off": 6}, shots[2]),
        video({"id": "o", "at": 30, "dur": 200, "asset": "s2", "fit": "contain",
               "anim": {"scale": [[0, 0.2], [100, 0.5, "cubic-io"]], "rotation": [[0, 0], [199, 180]],
                        "opacity": 0.7}, "fx": [["vignette", {}], ["grain", {"amount": 0.3}]]}, name="over"),
        {"id": "cap", "kind": "caption", "style": "karaoke-pop", "items": cues},
        {"id": "m", "kind": "audio", "role": "music", "items": [
            {"id": "m1", "asset": "bed", "at_samples": 0, "dur_samples": "end"}]}], assets, name="story")


def has(unit):
    """Whether this processor has the vector unit; says so where it has not."""
    if unit == "scalar":
        return True
    flags = pathlib.Path("/proc/cpuinfo").read_text() if os.path.exists("/proc/cpuinfo") else ""
    wanted = {"avx2": ("avx2", "fma", "bmi2"), "avx512": ("avx512f", "avx512bw", "avx512dq", "avx512vl")}
    found = all(f" {flag}" in flags for flag in wanted[unit])
    if not found:
        print(f"SKIPPED: THIS PROCESSOR HAS NO {unit.upper()}, its frames were NOT compared", file=sys.stderr)
    return found


def gops(studio, assets):
    return set(os.listdir(studio.folder / assets / "gops"))


def main():
    with Studio(sys.argv[1]) as studio:
        first = studio.render(story(), "--workers", "1", assets="a").read_bytes()
        units = [["--simd", unit] for unit in ("scalar", "avx2", "avx512") if has(unit)]
        for number, options in enumerate((["--workers", "2"], ["--workers", "3"], ["--workers", "8"],
                                          *units)):
            other = studio.render(story(), *options, assets=f"b{number}").read_bytes()
            assert other == first, f"other bytes with {options}"
        for heap in ("85", "170"):
            os.environ["MALLOC_PERTURB_"] = heap
            assert studio.render(story(), assets="c" + heap).read_bytes() == first, "the heap shows"
        del os.environ["MALLOC_PERTURB_"]
        print("ok one timeline, one file")

        before = gops(studio, "a")
        edited = copy.deepcopy(story())
        edited["tracks"][2]["items"][2]["words"][0][2] = "everything"
        warm = studio.render(edited, assets="a").read_bytes()
        assert warm == studio.render(edited, assets="d").read_bytes(), "an edit shows what was there before"
        new = gops(studio, "a") - before
        assert warm != first and 1 <= len(new) <= 2, (len(new), len(before))
        print("ok one word, groups encoded again:", len(new), "of", len(before))

        longer = copy.deepcopy(story())
        longer["tracks"][2]["items"] = longer["tracks"][2]["items"][:2]
        longer["tracks"].pop(1)
        cut = copy.deepcopy(longer)
        for item in cut["tracks"][0]["items"]:
            if item["id"] == "c1":
                item["dur"] += 30
            if item["id"] == "c2":
                item["at"] += 30
        studio.render(longer, assets="e")
        before = gops(studio, "e")
        warm = studio.render(cut, assets="e").read_bytes()
        assert warm == studio.render(cut, assets="f").read_bytes()
        print("ok a second in the middle, groups encoded again:", len(gops(studio, "e") - before))

        picture = studio.folder / "p.ppm"
        shown = timeline([video({"id": "c", "at": 0, "dur": 4, "asset": "p"})],
                         {"p": {"kind": "image", "uri": f"file://{picture}", "license": "own"}})
        films = []
        for level in (40, 200, 40):
            picture.write_bytes(b"P6 8 8 255\n" + bytes([level]) * 192)
            films.append(studio.render(shown, assets="g").read_bytes())
        assert films[0] == films[2] != films[1], "a file that changed is taken for what it was"
        print("ok a file is known by what it holds")

        resolved = studio.run("--resolve", studio.folder / "1.json", "--assets", studio.folder / "a").stdout
        assert json.loads(resolved)["form"] == "resolved" and "." not in resolved.replace("cas:", "").split(
            '"tracks"')[1].split('"words"')[0], "a fraction in the resolved form"
        again = studio.folder / "resolved.json"
        again.write_text(resolved)
        assert studio.run("--resolve", again, "--assets", studio.folder / "a").stdout == resolved
        print("ok resolved, and resolved again")


if __name__ == "__main__":
    main()
