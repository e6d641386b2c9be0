# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a timeline is told before anything is opened: place, cause, repair."""
import json
import sys

from studio import Studio, colour, timeline, video


def problems(studio, made, status):
    path = studio.folder / "x.json"
    path.write_text(json.dumps(made) if not isinstance(made, str) else made)
    done = studio.run("--check", path, expect=status)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    with Studio(sys.argv[1]) as studio:
        assert problems(studio, timeline([video(colour("a", 0, 5, "#102030"))]), 0) == []
        wrong = timeline([video(colour("a", 0, 5, "#102030"), colour("b", 3, 5, "red", fitt="cover"))])
        found = problems(studio, wrong, 65)
        assert {each["code"] for each in found} == {"wrong_type", "unknown_key"}, found
        key = next(each for each in found if each["code"] == "unknown_key")
        assert key["suggestedFix"] == [{"op": "move", "from": "/tracks/0/items/1/fitt",
                                        "path": "/tracks/0/items/1/fit"}], key
        overlap = timeline([video(colour("a", 0, 5, "#102030"), colour("b", 3, 5, "#102030"))])
        assert problems(studio, overlap, 65)[0]["code"] == "overlap"
        missing = timeline([video({"id": "a", "at": 0, "dur": 5, "asset": "nobody"})])
        done = studio.run("-o", studio.folder / "y.mp4", studio.folder / "x.json", expect=65)
        assert "overlap" not in done.stdout and "x.json" in done.stderr and not (studio.folder / "y.mp4").exists()
        assert problems(studio, missing, 65)[0]["at"] == "/tracks/0/items/0/asset"
        words = {"id": "cap", "kind": "caption", "style": "title", "items": [
            {"id": "q", "at": 0, "dur": 5, "words": [[0, 100, "word"]]}]}
        fine = timeline([video(colour("a", 0, 5, "#102030")), words])
        assert not [each for each in problems(studio, fine, 0) if each["severity"] == "error"]
        words["accent"] = "red"
        assert "/tracks/1/accent" in {each["at"] for each in problems(studio, fine, 65)}
        kind = timeline([video(colour("a", 0, 5, "#102030"))],
                        outputs=[{"id": "o", "preset": "shorts", "sidecar": ["doc"]}])
        assert any(each["at"].startswith("/outputs/0/sidecar") for each in problems(studio, kind, 65))
        for text in ("", "[]", "{", '{"schema":"smos.timeline/1","rate":[1e999,1]}', "null", '"x"'):
            path = studio.folder / "z.json"
            path.write_text(text)
            done = studio.run("--check", path, expect=65)
            assert done.stdout or "z.json" in done.stderr, text
        studio.run("--check", expect=64)
        studio.run("--check", studio.folder / "nowhere.json", expect=66)
        print("ok every problem is told, and nothing is made")


if __name__ == "__main__":
    main()
