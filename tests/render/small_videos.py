# SPDX-License-Identifier: Apache-2.0
"""A video that is shown small has no patterns that it had not: stripes finer than the film can show
become grey, at rest and while the layer grows, and turned."""
import statistics
import subprocess
import sys

from studio import Studio, pixel, timeline, video

# Stripes of 2.2 pixels across and 2.6 down: shown at a third, they would fold to broad bars.
STRIPES = "128+90*sin(2*PI*X/2.2)*sin(2*PI*Y/2.6)"


def made(folder):
    film = folder / "stripes.mp4"
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i",
                    "color=gray:s=648x1152:r=30:d=0.3,format=yuv420p", "-vf",
                    f"geq=lum='{STRIPES}':cb=128:cr=128", "-c:v", "libx264", "-qp", "0",
                    "-preset", "ultrafast", "-colorspace", "bt709", "-color_primaries", "bt709",
                    "-color_trc", "bt709", "-color_range", "tv", str(film)], check=True)
    return film


def spread(frame, x0, y0, x1, y1):
    """The deviation of the green channel in a rectangle."""
    return statistics.pstdev(pixel(frame, x, y)[1] for y in range(y0, y1) for x in range(x0, x1))


def main():
    with Studio(sys.argv[1]) as studio:
        assets = {"v": {"kind": "video", "uri": f"file://{made(studio.folder)}", "license": "own"}}
        for name, anim, box in (
                ("at rest", {"scale": 0.9}, (60, 110, 156, 274)),
                ("growing", {"scale": [[0, 0.6], [8, 0.9]]}, (76, 130, 140, 250)),
                ("turned", {"scale": 0.8, "rotation": 20}, (80, 140, 136, 240))):
            layer = video({"id": "c", "at": 0, "dur": 9, "asset": "v", "fit": "contain", "anim": anim})
            frames = studio.frames(studio.render(timeline([layer], assets, name=name.replace(" ", "_"))))
            worst = max(spread(frame, *box) for frame in (frames[0], frames[4], frames[8]))
            assert worst < 3, f"{name}: bars of {worst:.1f} levels where there should be grey"
            print(f"ok {name}: {worst:.2f} levels from grey")


if __name__ == "__main__":
    main()
