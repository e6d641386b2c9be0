# SPDX-License-Identifier: Apache-2.0
"""A sound is as long as what it decodes to, where its header can only guess (a VBR MP3 without a Xing header, ADTS
AAC), says nothing (FLAC from a pipe) or lies (a cut file): what plays longer is refused before anything is made."""
import json
import subprocess

from studio import colour, run_tests, timeline, video

# Eight silent seconds and eight loud ones: what the first packets need says nothing of the rest.
NOISE = ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono:d=8", "-f", "lavfi", "-i", "anoisesrc=r=44100:d=8:a=0.6:seed=3",
         "-filter_complex", "[0:a][1:a]concat=n=2:v=0:a=1[o]", "-map", "[o]"]
KINDS = {"vbr.mp3": ["-c:a", "libmp3lame", "-q:a", "2", "-write_xing", "0"], "xing.mp3": ["-c:a", "libmp3lame"],
         "raw.aac": ["-c:a", "aac", "-b:a", "128k"], "whole.flac": ["-c:a", "flac"], "plain.wav": ["-c:a", "pcm_s16le"],
         "boxed.m4a": ["-c:a", "aac"], "boxed.ogg": ["-c:a", "libvorbis"], "boxed.mka": ["-c:a", "libopus"]}


def files(folder):
    for name, options in KINDS.items():
        subprocess.run(["ffmpeg", "-v", "error", "-y", *NOISE, *options, str(folder / name)], check=True)
        yield folder / name
    piped = folder / "piped.flac"
    piped.write_bytes(subprocess.run(["ffmpeg", "-v", "error", *NOISE, "-c:a", "flac", "-f", "flac", "-"], check=True,
                                     capture_output=True).stdout)
    yield piped
    cut = folder / "cut.mp3"
    cut.write_bytes((folder / "xing.mp3").read_bytes()[:40_000])
    yield cut


def decoded_samples(path):
    if path.suffix == ".m4a":
        return 16 * 48_000  # ffmpeg plays the padding of the last packet too, which the file says is not meant
    raw = subprocess.run(["ffmpeg", "-v", "quiet", "-i", str(path), "-f", "s16le", "-ac", "1", "-ar", "48000", "-"],
                         check=True, capture_output=True).stdout
    return len(raw) // 2


def sounding(path, samples, **asset):
    frames = max(1, samples // 1600)
    return timeline([video(colour("shot", 0, frames, "#101010")), {"id": "m", "kind": "audio", "role": "music", "items": [
        {"id": "s", "asset": "f", "at_samples": 0, "dur_samples": frames * 1600, "in_samples": samples - frames * 1600}]}],
        {"f": {"kind": "audio", "uri": f"file://{path}", "license": "own", **asset}})


def test_lengths_are_the_decoded_ones(studio):
    source = studio.folder / "t.json"

    def resolve(*made, expect=0, **asset):
        source.write_text(json.dumps(sounding(*made, **asset)))
        return studio.run("--resolve", source, expect=expect)

    for path in files(studio.folder):
        there = decoded_samples(path)
        form = json.loads(resolve(path, there).stdout)
        # A millisecond is what containers count in.
        assert abs(form["assets"]["f"]["avail"][1] - there) <= 96, (path.name, form["assets"]["f"], there)
        said = resolve(path, there + 1600, expect=65).stderr
        assert "source_overrun" in said or "takes" in said or "has" in said, (path.name, said)
        said = resolve(path, there, avail=[0, there + 1600], expect=65).stderr
        assert f"avail promises {there + 1600}" in said, (path.name, said)
        print("  ", path.name, there, form["assets"]["f"]["avail"][1])


def test_a_guess_is_no_reason_to_refuse(studio):
    """The first packets of this one let a reader guess that it lasts for over an hour."""
    path = studio.folder / "quiet_start.aac"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono:d=20", "-f", "lavfi",
                    "-i", "anoisesrc=r=44100:d=90:a=0.9:seed=3", "-filter_complex", "[0:a][1:a]concat=n=2:v=0:a=1[o]",
                    "-map", "[o]", "-c:a", "aac", "-b:a", "256k", str(path)], check=True)
    said = subprocess.run(["ffprobe", "-v", "quiet", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)],
                          check=True, capture_output=True, text=True).stdout
    assert float(said) > 3600, f"guessed {said}: the file is no test"
    source = studio.folder / "t.json"
    source.write_text(json.dumps(sounding(path, 48_000)))
    form = json.loads(studio.run("--resolve", source).stdout)
    assert abs(form["assets"]["f"]["avail"][1] - decoded_samples(path)) <= 96, form["assets"]


if __name__ == "__main__":
    run_tests(globals())
