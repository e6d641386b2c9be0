# SPDX-License-Identifier: Apache-2.0
"""What FFmpeg, and not our own code, says of a finished film."""
import json
import re
import subprocess


def probe(path):
    text = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path],
                          check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def loudness(path):
    """Integrated LUFS and true peak in dBTP of the decoded sound."""
    said = subprocess.run(["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f",
                           "null", "-"], check=True, capture_output=True, text=True).stderr
    summary = said[said.rindex("Summary:"):]
    return (float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary).group(1)),
            float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary).group(1)))


def check_film(path):
    """1080x1920, 30 fps, H.264 and AAC, 12 to 18 s, index first, mastered, says that it is AI."""
    info = probe(path)
    streams = {stream["codec_type"]: stream for stream in info["streams"]}
    video, audio = streams["video"], streams["audio"]
    assert (video["width"], video["height"]) == (1080, 1920), video
    assert video["avg_frame_rate"] == "30/1" and video["codec_name"] == "h264", video
    assert audio["codec_name"] == "aac" and audio["sample_rate"] == "48000", audio
    duration_s = float(info["format"]["duration"])
    assert 12 <= duration_s <= 18, duration_s
    with open(path, "rb") as film:
        head = film.read(1 << 20)
    assert 0 <= head.find(b"moov") < head.find(b"mdat"), "the index does not come first"
    assert "digitalsourcetype" in info["format"]["tags"]["comment"], info["format"]
    lufs, peak_dbtp = loudness(path)
    assert -14.5 <= lufs <= -13.5 and peak_dbtp < -1.0, (lufs, peak_dbtp)
    return duration_s, lufs, peak_dbtp
