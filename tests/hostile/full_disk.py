#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole line on a disk that fills up at one place after another: full_disk.py PROGRAMS SOURCE.
Every tool says so and dies with a status, nothing is half-posted or lost, and when there is room
again the same command finishes the production, which is paid and posted once."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for room in ("rules", "records"):
    sys.path.insert(0, os.path.join(HERE, "..", room))
from workshop import NOW, Workshop, dump  # noqa: E402

ITEM = {"id": "k1", "title": "A battery survives 3,000 cycles in a university test", "score": 9000,
        "num_comments": 700, "created_utc": 1795165200, "subreddit": "technology",
        "observed_at": "2026-11-20T11:00:00Z"}
ROOM_KIB = 200_000


def resize(folder, kib):
    subprocess.run(["mount", "-o", f"remount,size={kib}k", folder], check=True)


def size_kib(path):
    return int(subprocess.run(["du", "-sk", path], check=True, capture_output=True, text=True).stdout.split()[0])


def needed(programs, muse):
    """What one production takes: all of it, its film, its post, in KiB."""
    with Workshop(programs) as workshop:
        with open(workshop.config, "w", encoding="utf-8") as config:
            config.write("{}\n")
        workshop.fund("5")
        before = size_kib(workshop.folder)
        out, _ = run_line(workshop, muse)
        video = json.loads(out)["render"]["outputs"][0]["video"]["size_bytes"] // 1024
        return size_kib(workshop.folder) - before, video, size_kib(workshop.site)


def run_line(workshop, muse, until=None):
    """The line, or its beginning up to a tool."""
    programs = [
        ("smos-scout", "--now", NOW), ("smos-plan", "--now", NOW, "--muse", muse, "--min-moral", "0"),
        ("smos-cfo", "reserve"), ("smos-render", "--preset", "ultrafast", "--device", "cpu"),
        ("smos-critic", "--muse", muse),
        ("smos-publish", "--muse", muse, "--to", "site", "--site", workshop.site), ("smos-cfo", "settle")]
    if until:
        programs = programs[:[program[0] for program in programs].index(until) + 1]
    running = []
    for program in programs:
        source = running[-1].stdout if running else subprocess.PIPE
        running.append(workshop.start(workshop.argv(*program), stdin=source))
        if len(running) > 1:
            source.close()
    try:
        running[0].stdin.write(dump(ITEM) + b"\n")
        running[0].stdin.close()
    except BrokenPipeError:
        pass  # it could not even open its state
    out = running[-1].stdout.read()
    ends = []
    for process, program in zip(running, programs):
        error = process.stderr.read().decode()
        ends.append((program[0], process.wait(), error))
    return out, ends


def posts(workshop):
    muse = os.path.join(workshop.site, "ava")
    found = os.listdir(muse) if os.path.isdir(muse) else []
    return [os.path.join(muse, name) for name in found
            if os.path.isdir(os.path.join(muse, name)) and not name.startswith(".")]


def check_posts(workshop):
    whole = posts(workshop)
    assert len(whole) <= 1, whole
    for post in whole:
        names = set(os.listdir(post))
        assert {"index.html", "video.mp4"} <= names, names
        assert all(os.path.getsize(os.path.join(post, name)) > 0 for name in names), post


def check_ends(kib, out, ends):
    """None when settled, else the words of who met the end of the disk: a tool that died, or the line."""
    told = [f"{tool} {status}: {error.strip()}" for tool, status, error in ends if status]
    for tool, status, error in ends:
        assert status >= 0, f"{kib} KiB: {tool} died of signal {-status}: {error}"
        assert not status or error.strip(), f"{kib} KiB: {tool} ended with {status} and said nothing"
    records = [json.loads(line) for line in out.splitlines()]
    assert len(records) <= 1
    for record in records:
        if record["status"] == "settled":
            return None
        told += [f"{error['tool']}: {error['message']}" for error in record["errors"]]
        assert all(error["retryable"] for error in record["errors"]), record["errors"]
    full = [text for text in told if "No space left" in text or "is full" in text]
    assert full, f"{kib} KiB: nobody says that the disk is full: {told}"
    return full[0]


def main():
    if os.environ.get("SMOS_TEST_MOUNTS") != "own":
        apart = ["unshare", "--mount"] if os.geteuid() == 0 else [
            "unshare", "--user", "--map-root-user", "--mount"]
        os.environ["SMOS_TEST_MOUNTS"] = "own"
        os.execvp(apart[0], [*apart, sys.executable, *sys.argv])
    with Workshop(sys.argv[1]) as workshop:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM_KIB}k", "tmpfs", workshop.folder], check=True)
        with open(workshop.config, "w", encoding="utf-8") as config:
            config.write("{}\n")
        muse = os.path.join(os.path.abspath(sys.argv[2]), "examples", "first-light", "ava.yaml")
        whole, film, post = needed(sys.argv[1], muse)
        ends = {48: "smos-cfo", 400: "smos-render", whole - post - film // 2: "smos-render",
                whole - post // 2: "smos-publish"}
        try:
            workshop.fund("5")
            used = size_kib(workshop.folder)
            for kib, tool in ends.items():
                if tool == "smos-publish":
                    # Rendering needs more than what it leaves: the film is there before the disk fills.
                    resize(workshop.folder, ROOM_KIB)
                    run_line(workshop, muse, until="smos-render")
                resize(workshop.folder, used + kib)
                words = check_ends(kib, *run_line(workshop, muse))
                assert words and words.startswith(tool), f"{kib} KiB: not {tool} but {words}"
                check_posts(workshop)
                print(f"{kib:6} KiB: {words}"[:150])
            resize(workshop.folder, ROOM_KIB)
            out, ends = run_line(workshop, muse)
            assert all(status == 0 for _, status, _ in ends), ends
            record = json.loads(out)
            assert record["status"] == "settled", record["errors"]
            check_posts(workshop)
            assert len(posts(workshop)) == 1
            balance = workshop.balance()
            assert balance["reserved_micros"] == 0 and balance["available_micros"] == 5_000_000, balance
            workshop.run(workshop.argv("smos-cfo", "verify"))
        finally:
            subprocess.run(["umount", workshop.folder], check=False)


if __name__ == "__main__":
    main()
