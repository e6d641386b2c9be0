#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the renderer's looks look like: one labelled contact sheet for each kind.

looks.py FOLDER [SHEET...]    sheets: transitions blends filters fits captions titles; all of them without a name

Needs smos-render (in SMOS_BIN_DIR, build/release/bin or PATH) and ffmpeg. Every picture is generated.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
WIDTH, HEIGHT = 270, 480
CELL = (180, 320)
LABEL = 22


def program():
    for folder in (os.environ.get("SMOS_BIN_DIR"), HERE.parents[1] / "build/release/bin"):
        if folder and os.access(pathlib.Path(folder) / "smos-render", os.X_OK):
            return str(pathlib.Path(folder) / "smos-render")
    return shutil.which("smos-render") or sys.exit("looks.py: smos-render is not built; set SMOS_BIN_DIR")


def ffmpeg(*words):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True, stdin=subprocess.DEVNULL)


def timeline(name, tracks, assets=None, size=(WIDTH, HEIGHT)):
    return {"schema": "smos.timeline/1", "id": name, "rate": [30, 1], "sample_rate": 48000,
            "canvas": {"w": size[0], "h": size[1], "bg": "#202024"}, "assets": assets or {}, "tracks": tracks}


def track(name, items):
    return {"id": f"{name}-track", "kind": "video", "items": items}


class Workshop:
    """Renders timelines and lays their frames side by side."""

    def __init__(self, folder, out):
        self.folder, self.out, self.render_program = folder, out, program()

    def film(self, made):
        source, film = self.folder / f"{made['id']}.json", self.folder / f"{made['id']}.mp4"
        source.write_text(json.dumps(made))
        env = dict(os.environ, XDG_STATE_HOME=str(self.folder), XDG_DATA_HOME=str(self.folder))
        done = subprocess.run([self.render_program, str(source), "-o", str(film), "--preset", "ultrafast", "--crf",
                               "4", "-q"], env=env, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"looks.py: smos-render refused {made['id']}:\n{done.stderr}")
        return film

    def still(self, name, *layers, size=(WIDTH, HEIGHT)):
        """A picture made by generators, as an asset."""
        tracks = [track(f"l{n}", [{"id": f"i{n}", "at": 0, "dur": 2, **layer}]) for n, layer in enumerate(layers)]
        film = self.film(timeline(name, tracks, size=size))
        path = self.folder / f"{name}.png"
        ffmpeg("-i", film, "-frames:v", 1, path)
        return {"kind": "image", "uri": f"file://{path}", "license": "own"}

    def sheet(self, name, film, cells, columns):
        """`cells` are (frame, label); drawn in their order, row by row."""
        picked = self.folder / f"{name}-frames"
        picked.mkdir()
        ffmpeg("-i", film, "-vf", f"scale={CELL[0]}:{CELL[1]}:flags=lanczos", "-fps_mode", "passthrough",
               picked / "%04d.png")
        laid = self.folder / f"{name}-cells"
        laid.mkdir()
        for number, (frame, label) in enumerate(cells):
            words = label.replace("\\", "").replace("'", "").replace(":", " ").replace("%", "")
            ffmpeg("-i", picked / f"{frame + 1:04d}.png", "-vf",
                   f"pad={CELL[0] + 4}:{CELL[1] + LABEL + 4}:2:{LABEL}:0x101014,drawtext=text='{words}':x=4:y=5:"
                   "fontsize=12:fontcolor=white", laid / f"{number:04d}.png")
        rows = -(-len(cells) // columns)
        target = self.out / f"{name}.png"
        ffmpeg("-framerate", 1, "-i", laid / "%04d.png", "-vf", f"tile={columns}x{rows}:color=0x101014", "-frames:v", 1,
               target)
        print(target)


def gradient(start, end, degrees=90):
    return {"gen": ["gradient", {"from": start, "to": end, "degrees": degrees}]}


def backdrop(prompt, seed):
    return {"gen": ["backdrop", {"prompt": prompt, "seed": seed}]}


def words(text, style="title", box=(0.08, 0.3, 0.84, 0.3)):
    return {"gen": ["text", {"text": text, "style": style, "box": list(box)}]}


def transitions(shop):
    assets = {"a": shop.still("day", backdrop("sunny mountains and a lake", 3), words("ONE")),
              "b": shop.still("night", backdrop("city at night with neon", 5), words("TWO")),
              "matte": shop.still("matte", gradient("#000000", "#ffffff", 45),
                                  {"gen": ["noise", {"amount": 1, "size": 48}], "blend": "soft_light"})}
    kinds = [("dissolve", {}), ("dip", {}), ("dip", {"colour": "#ffffff"})]
    for name in ("wipe", "push", "slide", "whip"):
        kinds += [(name, {"direction": direction}) for direction in ("left", "right", "up", "down")]
    kinds += [("wipe", {"direction": "right", "softness": 0}), ("zoom", {}), ("zoom", {"amount": 3}),
              ("luma", {"asset": "matte"}), ("luma", {"asset": "matte", "softness": 0.5})]
    items, cells = [], []
    for number, (name, params) in enumerate(kinds):
        at = 40 * number
        items += [{"id": f"a{number}", "at": at, "dur": 20, "asset": "a"},
                  {"id": f"x{number}", "trans": name, "at": at + 20, "in_off": 10, "out_off": 10, "params": params},
                  {"id": f"b{number}", "at": at + 20, "dur": 20, "asset": "b"}]
        said = " ".join([name, *(str(value) for value in params.values())])
        cells += [(at + frame, f"{said} {frame - 10}/20") for frame in (11, 15, 19, 20, 24, 28)]
    shop.sheet("transitions", shop.film(timeline("transitions", [track("v", items)], assets)), cells, 12)


def blends(shop):
    assets = {"below": shop.still("below", backdrop("sunny mountains and a lake", 3)),
              "above": shop.still("above", gradient("#ff2040", "#2040ff", 0),
                                  {**gradient("#ffffff", "#000000"), "anim": {"scale": 0.5}})}
    over, cells = [], []
    for number, blend in enumerate(("normal", "add", "multiply", "screen", "overlay", "soft_light")):
        for half, opacity in enumerate((1, 0.5)):
            at = 2 * (2 * number + half)
            over.append({"id": f"o{at}", "at": at, "dur": 2, "asset": "above", "blend": blend,
                         "anim": {"scale": 0.75, "opacity": opacity}})
            cells.append((at, f"{blend} {opacity}"))
    under = [{"id": "u", "at": 0, "dur": 24, "asset": "below"}]
    shop.sheet("blends", shop.film(timeline("blends", [track("u", under), track("o", over)], assets)), cells, 6)


def cube(folder):
    """Warm lights, teal shadows."""
    path, size = folder / "warm.cube", 17
    lines = [f"LUT_3D_SIZE {size}"]
    for b in range(size):
        for g in range(size):
            for r in range(size):
                light = (r + g + b) / 3 / (size - 1)
                mixed = (r / (size - 1) * 0.8 + 0.2 * light, g / (size - 1),
                         b / (size - 1) * 0.75 + 0.25 * (0.45 - 0.3 * light))
                lines.append(" ".join(f"{min(1, max(0, value)):.5f}" for value in mixed))
    path.write_text("\n".join(lines) + "\n")
    return {"kind": "lut", "uri": f"file://{path}", "license": "own"}


def filters(shop):
    chips = [{**gradient(low, high, 0), "anim": {"scale": [[0, 0.18]], "pos": [[0, [0.2 + 0.2 * n, 0.75]]]}}
             for n, (low, high) in enumerate((("#802020", "#ff6060"), ("#206020", "#60e060"), ("#203080", "#6080ff"),
                                              ("#101010", "#f0f0f0")))]
    assets = {"p": shop.still("scene", gradient("#f4e4c8", "#5a8cc0"), *chips, words("Ag", "hook-xl")),
              "k": shop.still("backing", gradient("#20d040", "#10b030"),
                              {**gradient("#e0b090", "#804020", 60), "anim": {"scale": 0.5}}),
              "warm": cube(shop.folder)}
    kinds = [("exposure", "stops", (-2, -1, 1, 2)), ("contrast", "amount", (0.4, 0.8, 1.4, 2.5)),
             ("saturation", "amount", (0, 0.5, 1.5, 3)), ("hue", "degrees", (-90, 30, 90, 180)),
             ("gamma", "amount", (0.4, 0.7, 1.5, 2.5)), ("temperature", "amount", (-1, -0.4, 0.4, 1)),
             ("tint", "amount", (-1, -0.4, 0.4, 1)), ("blur", "radius", (1, 3, 8, 24)),
             ("sharpen", "amount", (0.5, 1, 2, 4)), ("vignette", "amount", (0.2, 0.5, 0.8, 1)),
             ("grain", "amount", (0.1, 0.3, 0.6, 1)), ("lut", "amount", (0.25, 0.5, 0.75, 1))]
    fx, labels = [[]], ["none"]
    for name, key, values in kinds:
        for value in values:
            fx.append([[name, {key: value, **({"asset": "warm"} if name == "lut" else {})}]])
            labels.append(f"{name} {value}")
    for shape, feather in (("rectangle", 0), ("ellipse", 0), ("ellipse", 0.1)):
        fx.append([["region", {"shape": shape, "box": [0.2, 0.2, 0.6, 0.5], "feather": feather}],
                   ["saturation", {"amount": 0}]])
        labels.append(f"region {shape} {feather}")
    items = [{"id": f"i{n}", "at": 2 * n, "dur": 2, "asset": "p", "fx": each} for n, each in enumerate(fx)]
    keys = [{}, {"similarity": 0.3}, {"similarity": 0.1, "smoothness": 0.4}, {"similarity": 0.2, "spill": 0}]
    under = [{"id": "u", "at": 0, "dur": 2 * (len(items) + len(keys)), **gradient("#3050a0", "#102040")}]
    for key in keys:
        at = 2 * len(items)
        items.append({"id": f"i{at}", "at": at, "dur": 2, "asset": "k",
                      "fx": [["chroma_key", {"colour": "#18c038", **key}]]})
        labels.append("key " + " ".join(f"{name[:4]} {value}" for name, value in key.items()))
    cells = [(2 * number, label) for number, label in enumerate(labels)]
    shop.sheet("filters", shop.film(timeline("filters", [track("u", under), track("p", items)], assets)), cells, 12)


def fits(shop):
    assets = {}
    for name, size in (("wide", (480, 270)), ("tall", (160, 400)), ("small", (120, 120))):
        assets[name] = shop.still(name, gradient("#d04060", "#4060d0", 30), words(name, "hook-xl", (0, 0.25, 1, 0.5)),
                                  size=size)
    items, cells = [], []
    for name in assets:
        for fit in ("cover", "contain", "fill", "none"):
            items.append({"id": f"i{len(items)}", "at": 2 * len(items), "dur": 2, "asset": name, "fit": fit})
            cells.append((items[-1]["at"], f"{name} {fit}"))
    shop.sheet("fits", shop.film(timeline("fits", [track("v", items)], assets)), cells, 12)


def captions(shop):
    styles = ("karaoke-pop", "karaoke-box", "karaoke-sweep", "underline", "bounce", "minimal", "big-word", "neon",
              "typewriter")
    said = ["The", "fastest", "charge", "ever", "measured", "was", "ninety", "seconds"]
    spoken = [[250 * n, 250 * n + 230, word] for n, word in enumerate(said)]
    films, cells = [], []
    for number, style in enumerate(styles):
        made = timeline(f"caption-{style}", [
            track("v", [{"id": "b", "at": 0, "dur": 60, **gradient("#e8c8a0", "#305878", 60)}]),
            {"id": "c", "kind": "caption", "style": style,
             "items": [{"id": "q", "at": 0, "dur": 60, "words": spoken}]}],
            size=(540, 960))
        films.append(shop.film(made))
        cells += [(60 * number + frame, f"{style} {frame / 30:.2f} s") for frame in (2, 12, 27, 42)]
    joined = shop.folder / "captions.mkv"
    listing = shop.folder / "captions.txt"
    listing.write_text("".join(f"file '{film}'\n" for film in films))
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-an", "-c:v", "copy", joined)
    shop.sheet("captions", joined, cells, 12)


def titles(shop):
    items, cells = [], []
    for style in ("hook-xl", "title", "lower-third", "quote"):
        for text, box in (("Three things", (0.08, 0.12, 0.84, 0.2)),
                          ("A longer line that has to be broken", (0.1, 0.4, 0.8, 0.3)),
                          ("Ελληνικά, русский", (0.08, 0.65, 0.84, 0.2))):
            items.append({"id": f"i{len(items)}", "at": 2 * len(items), "dur": 2, **words(text, style, box)})
            cells.append((items[-1]["at"], f"{style}"))
    under = [{"id": "u", "at": 0, "dur": 2 * len(items), **gradient("#e8c8a0", "#305878", 60)}]
    film = shop.film(timeline("titles", [track("u", under), track("t", items)], size=(540, 960)))
    shop.sheet("titles", film, cells, 12)


SHEETS = {"transitions": transitions, "blends": blends, "filters": filters, "fits": fits, "captions": captions,
          "titles": titles}


def main():
    if len(sys.argv) < 2 or any(name not in SHEETS for name in sys.argv[2:]):
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or SHEETS:
        with tempfile.TemporaryDirectory(prefix="smos-looks-") as folder:
            SHEETS[name](Workshop(pathlib.Path(folder), out))


if __name__ == "__main__":
    main()
