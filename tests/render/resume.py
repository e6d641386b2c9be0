# SPDX-License-Identifier: Apache-2.0
"""Killed at an instant, a render leaves nothing under the film's name, and the next one goes on behind the last
finished group of pictures to the very file of a render that nobody disturbed: with one output and with two."""
import json
import os
import signal
import subprocess
import sys

from studio import Studio, timeline, video

SHOTS, FRAMES = 8, 45
SETTINGS = ["--preset", "medium", "--crf", "24", "--workers", "2"]


def story(outputs):
    shots = [{"id": f"c{n}", "at": n * FRAMES, "dur": FRAMES, "gen": ["noise", {"seed": n, "size": 4}]}
             for n in range(SHOTS)]
    return timeline([video(*shots)], outputs=outputs)


def films(studio, name):
    return sorted(studio.folder.glob(f"{name}*.mp4"))


def killed(studio, source, name, posters):
    """Kills the render with the first groups in the store and others still to come; how many are there."""
    groups = studio.folder / name / "gops"
    env = dict(os.environ, XDG_STATE_HOME=str(studio.folder), XDG_DATA_HOME=str(studio.folder))
    process = subprocess.Popen(
        [studio.render_program, str(source), "-o", str(studio.folder / f"{name}.mp4"), "--assets",
         str(studio.folder / name), "--progress", "json", *SETTINGS], env=env, cwd=studio.folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    for _ in process.stderr:
        # One of them is the sound, and one a poster for each output.
        if groups.is_dir() and sum(each.suffix == ".gop" for each in groups.iterdir()) >= 2 + posters:
            break
    process.send_signal(signal.SIGKILL)
    process.stderr.close()
    assert process.wait() == -signal.SIGKILL, "it ended before it was killed"
    assert not films(studio, name), "a killed render leaves a film"
    return sum(each.suffix == ".gop" for each in groups.iterdir())


def resumed(studio, outputs):
    source = studio.folder / "t.json"
    source.write_text(json.dumps(story(outputs)))
    name = f"killed{len(outputs)}"
    there = killed(studio, source, name, len(outputs)) - len(outputs)

    def render(store):
        done = studio.run(source, "-o", studio.folder / f"{store}.mp4", "--assets", studio.folder / store, *SETTINGS)
        return [each["video"]["metadata"]["work"] for each in json.loads(done.stdout)["outputs"]]

    work = render(name)
    reused, encoded = (sum(each[key] for each in work) for key in ("gops_reused", "gops_encoded"))
    assert 0 < reused < SHOTS * len(outputs) and reused >= there - 1 and reused + encoded == SHOTS * len(outputs), work
    render(f"whole{len(outputs)}")
    for one, other in zip(films(studio, name), films(studio, f"whole{len(outputs)}")):
        assert one.read_bytes() == other.read_bytes(), (one, other)
    assert len(films(studio, name)) == len(outputs)
    print(f"ok {len(outputs)} output(s): {reused} groups were there, {encoded} were encoded")


def main():
    with Studio(sys.argv[1]) as studio:
        resumed(studio, [{"id": "tall", "preset": "shorts"}])
        resumed(studio, [{"id": "tall", "preset": "shorts"}, {"id": "sq", "preset": "square"}])


if __name__ == "__main__":
    main()
