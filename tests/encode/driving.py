# SPDX-License-Identifier: Apache-2.0
"""What the tests of the encoder share: running the driver, and looking at files with ffprobe."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

DRIVER = str(pathlib.Path(sys.argv[1]).resolve())
SIGKILLED = -9


def start(*arguments, **options):
    words = [DRIVER, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=300, **options)


def film(path, environment=None, directory=None, **settings):
    """Encodes a film and returns what the driver said of it."""
    words = [f"{key}={value}" for key, value in settings.items()]
    ended = start("film", path, *words, env={**os.environ, **(environment or {})}, cwd=directory)
    assert ended.returncode == 0, ended.stderr
    assert not ended.stderr, ended.stderr
    return json.loads(ended.stdout)


def killed(path, **settings):
    ended = start("film", path, *[f"{key}={value}" for key, value in settings.items()])
    assert ended.returncode == SIGKILLED, (ended.returncode, ended.stdout, ended.stderr)


def bytes_of(path):
    return pathlib.Path(path).read_bytes()


def needs(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"SKIPPED: no {program}")
            sys.exit(77)


def ffprobe(path, *arguments):
    return subprocess.run(["ffprobe", "-v", "error", *arguments, "-of", "json", path],
                          check=True, capture_output=True, text=True).stdout


def packets(path, stream="v:0"):
    return json.loads(ffprobe(path, "-select_streams", stream, "-show_packets"))["packets"]


def frame_hashes(path):
    """The hash of each decoded picture."""
    listed = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-f", "framehash", "-hash", "md5", "-"],
        check=True, capture_output=True, text=True)
    assert not listed.stderr, listed.stderr
    rows = [row for row in listed.stdout.splitlines() if not row.startswith("#")]
    return [row.split(",")[-1].strip() for row in rows]


def boxes(path):
    """The top-level boxes of an MP4: [(type, size)]."""
    data = bytes_of(path)
    at, found = 0, []
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8:at + 16], "big")
        assert size >= 8
        found.append((data[at + 4:at + 8].decode("ascii"), size))
        at += size
    assert at == len(data)
    return found


def run(tests):
    for name, test in sorted(tests.items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory(prefix="smos-encode-") as scratch:
                test(pathlib.Path(scratch))
            print(f"ok {name}")
