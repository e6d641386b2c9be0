# SPDX-License-Identifier: Apache-2.0
"""What is drawn where: colours, places, turns, opacity, blends, transitions, videos by time."""
import subprocess
import sys

from studio import HEIGHT, WIDTH, Studio, colour, near, pixel, timeline, video

RED, GREEN, BLUE, WHITE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)


def expect(frame, places):
    for (x, y), wanted in places.items():
        assert near(pixel(frame, x, y), wanted), ((x, y), pixel(frame, x, y), wanted)


def colours_and_places(studio):
    over = [colour("o1", 0, 2, "#ff0000", anim={"scale": 0.5}),
            colour("o2", 2, 2, "#00ff00", anim={"scale": 0.25, "pos": [0.25, 0.75]}),
            colour("o3", 4, 2, "#ffffff", anim={"opacity": 0.5}),
            colour("o4", 6, 2, "#ffffff", anim={"scale": 0.5, "rotation": 90}),
            colour("o5", 8, 2, "#ff0000", blend="multiply"),
            colour("o6", 10, 2, "#00ff00", blend="screen"),
            colour("o7", 12, 2, "#ff0000", fx=[["region", {"box": [0, 0, 0.5, 1]}], ["hue", {"degrees": 180}]])]
    frames = studio.frames(studio.render(timeline([
        video(colour("b", 0, 14, "#0000ff"), name="below"), video(*over, name="over")])))
    middle = (WIDTH // 2, HEIGHT // 2)
    expect(frames[0], {middle: RED, (10, 10): BLUE, (WIDTH // 4 + 3, HEIGHT // 4 + 3): RED,
                       (WIDTH // 4 - 3, HEIGHT // 4 - 3): BLUE})
    expect(frames[2], {(WIDTH // 4, HEIGHT * 3 // 4): GREEN, middle: BLUE})
    expect(frames[4], {middle: (128, 128, 255)})
    # Turned by 90 degrees the box is as wide as it was high.
    expect(frames[6], {(8, HEIGHT // 2): BLUE, (WIDTH // 2, HEIGHT // 2 + 60): BLUE, (16, HEIGHT // 2): WHITE,
                       (WIDTH // 2, HEIGHT // 2 + 48): WHITE})
    expect(frames[8], {middle: BLACK})
    expect(frames[10], {middle: (0, 255, 255)})
    assert near(pixel(frames[12], WIDTH * 3 // 4, 100), RED)
    assert not near(pixel(frames[12], WIDTH // 4, 100), RED, 60)


def transitions(studio):
    def cut(kind, **params):
        return timeline([video(colour("a", 0, 20, "#ff0000"),
                               {"id": "x", "trans": kind, "at": 20, "in_off": 10, "out_off": 10, "params": params},
                               colour("b", 20, 20, "#0000ff"))], name=kind + str(params))

    left, right, top, bottom = (4, 200), (WIDTH - 5, 200), (100, 4), (100, HEIGHT - 5)
    frames = studio.frames(studio.render(cut("dissolve")))
    expect(frames[9], {left: RED})
    expect(frames[30], {left: BLUE})
    assert near(pixel(frames[20], *left), (121, 0, 134), 8)
    frames = studio.frames(studio.render(cut("wipe", direction="right", softness=0.05)))
    expect(frames[20], {left: BLUE, right: RED})
    frames = studio.frames(studio.render(cut("push", direction="up")))
    expect(frames[20], {top: RED, bottom: BLUE})
    frames = studio.frames(studio.render(cut("slide", direction="left")))
    expect(frames[20], {left: RED, right: BLUE})
    frames = studio.frames(studio.render(cut("dip", colour="#00ff00")))
    assert near(pixel(frames[19], *left), GREEN, 30) and near(pixel(frames[20], *left), GREEN, 30)
    for kind in ("zoom", "whip"):
        frames = studio.frames(studio.render(cut(kind)))
        expect(frames[9], {left: RED})
        expect(frames[30], {left: BLUE})


def videos(studio):
    """A video whose frame n is grey 6 n: by time, backwards, faster, frozen."""
    film = studio.folder / "grey.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                    f"color=black:s={WIDTH}x{HEIGHT}:r=30:d=1.2,format=gray,geq=lum='6*N'", "-c:v", "ffv1",
                    "-color_range", "pc", str(film)], check=True)
    assets = {"g": {"kind": "video", "uri": f"file://{film}", "avail": [0, 36], "license": "own"}}
    items = [{"id": "n", "at": 0, "dur": 4, "asset": "g", "in": 5},
             {"id": "f", "at": 4, "dur": 4, "asset": "g", "in": 0, "speed": [3, 1]},
             {"id": "r", "at": 8, "dur": 4, "asset": "g", "in": 20, "speed": [-2, 1]},
             {"id": "s", "at": 12, "dur": 4, "asset": "g", "in": 30, "speed": [0, 1]}]
    frames = studio.frames(studio.render(timeline([video(*items)], assets)))
    found = [pixel(frame, 100, 100)[0] for frame in frames]
    wanted = [6 * n for n in (5, 6, 7, 8, 0, 3, 6, 9, 20, 18, 16, 14, 30, 30, 30, 30)]
    assert all(abs(a - b) <= 3 for a, b in zip(found, wanted)), (found, wanted)


def texts(studio):
    """Words in their box, and nowhere else."""
    title = {"id": "t", "at": 0, "dur": 2, "gen": ["text", {
        "text": "Three things", "style": "title", "box": [0.1, 0.2, 0.8, 0.2]}]}
    frames = studio.frames(studio.render(timeline([
        video(colour("b", 0, 2, "#000000")), video(title, name="over")])))
    bright = [(at // 3 % WIDTH, at // 3 // WIDTH) for at in range(0, len(frames[0]), 3) if frames[0][at] > 200]
    assert len(bright) > 200, len(bright)
    assert all(0.1 * WIDTH - 2 <= x <= 0.9 * WIDTH + 2 and 0.2 * HEIGHT - 2 <= y <= 0.4 * HEIGHT + 2
               for x, y in bright), "outside of its box"


def sounds(studio):
    """A source that begins with a second of silence, heard from behind it."""
    wave = studio.folder / "late.wav"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                    "sine=frequency=440:duration=2,adelay=1000:all=1", "-ar", "48000", str(wave)], check=True)
    film = studio.render(timeline([
        video(colour("b", 0, 30, "#000000")),
        {"id": "m", "kind": "audio", "role": "music", "items": [
            {"id": "a", "asset": "w", "at_samples": 0, "dur_samples": 48000, "in_samples": 48000}]}],
        {"w": {"kind": "audio", "uri": f"file://{wave}", "license": "own"}}))
    said = subprocess.run(["ffmpeg", "-hide_banner", "-nostats", "-t", "0.5", "-i", str(film), "-af", "volumedetect",
                           "-f", "null", "-"], check=True, capture_output=True, text=True).stderr
    level_db = float(said.split("mean_volume:")[1].split("dB")[0])
    assert level_db > -30, level_db


def main():
    with Studio(sys.argv[1]) as studio:
        for part in (colours_and_places, transitions, videos, texts, sounds):
            part(studio)
            print("ok", part.__name__)


if __name__ == "__main__":
    main()
