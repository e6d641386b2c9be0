#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""At most one visible effect: repeats, refusals, and kill -9 at many points. once.py PROGRAMS."""
import json
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rules"))
from workshop import Workshop, approved, dump, tree  # noqa: E402

# Calls around which a post comes to be; at each, some of their occurrences are the last instant.
CALLS = ["openat", "renameat2", "rename", "fsync", "fdatasync", "pwrite64", "write", "mkdir",
         "sendfile", "unlink", "chmod", "flock"]
POINTS_PER_CALL = 5


def argv_of(workshop, *more):
    return workshop.argv("smos-publish", "--to", "site", "--to", "dir", "--site", workshop.site,
                         "--dir", workshop.posts, *more)


def folders_of(path):
    if not os.path.isdir(path):
        return []
    return sorted(name for name in os.listdir(path) if os.path.isdir(os.path.join(path, name)))


def visible(workshop):
    """The posts that can be seen; each has to be whole."""
    seen = []
    for parent, files in ((os.path.join(workshop.site, "ava"), {"index.html", "captions.vtt"}),
                          (workshop.posts, {"captions.vtt"})):
        names = [name for name in folders_of(parent) if not name.startswith(".")]
        for name in names:
            there = set(os.listdir(os.path.join(parent, name)))
            assert there == files | {"video.mp4", "poster.jpg", "post.json"}, there
        seen.append(names)
    return seen


def publish(workshop, line, *more, expect=0):
    out, err, _ = workshop.run(argv_of(workshop, *more), line, expect=expect)
    return json.loads(out), err.decode()


def same_receipt(workshop):
    line = dump(approved(workshop, 1, title="Once"))
    first, _ = publish(workshop, line)
    before = tree(workshop.site)
    second, _ = publish(workshop, line)
    assert first["publish"]["receipts"] == second["publish"]["receipts"]
    assert len(first["publish"]["receipts"]) == 2
    assert tree(workshop.site) == before, "nothing on the site changes"
    for receipt in first["publish"]["receipts"]:
        assert receipt["status"] == "published" and receipt["attempt"] == 1
        assert os.path.isfile(receipt["external_id"]), receipt
        assert len(receipt["content_sha256"]) == 64 and len(receipt["receipt_sha256"]) == 64
    assert first["publish"]["disclosure"]["digital_source_type"].endswith("/algorithmicMedia")
    assert [len(names) for names in visible(workshop)] == [1, 1]


def second_post(workshop):
    first, _ = publish(workshop, dump(approved(workshop, 1, title="The same title")))
    second, _ = publish(workshop, dump(approved(workshop, 2, title="The same title")))
    places = {receipt["external_id"] for record in (first, second)
              for receipt in record["publish"]["receipts"]}
    assert len(places) == 4 and all(os.path.isfile(place) for place in places)
    with open(os.path.join(workshop.site, "ava", "index.html"), encoding="utf-8") as page:
        assert page.read().count('class="card"') == 2
    other = dump({**approved(workshop, 3, title="Third"), "persona_id": "kai"})
    publish(workshop, other)
    with open(os.path.join(workshop.site, "index.html"), encoding="utf-8") as page:
        text = page.read()
    assert "ava/index.html" in text and "kai/index.html" in text


def refusals(workshop):
    silent = workshop.film(comment="no word about machines")
    record, _ = publish(workshop, dump(approved(workshop, 1, silent)))
    assert record["status"] == "failed" and record["errors"][0]["code"] == "no_disclosure", record
    nameless = approved(workshop, 2)
    del nameless["task_id"]
    record, _ = publish(workshop, dump(nameless))
    assert record["status"] == "failed" and "task_id" in record["errors"][0]["message"], record
    missing = approved(workshop, 3)
    missing["render"]["outputs"][0]["video"]["uri"] = "cas:sha256:" + "0" * 64
    record, _ = publish(workshop, dump(missing))
    assert record["status"] == "failed" and record["errors"][0]["code"] == "missing_file", record
    for uri in ("cas:sha256:../../../../etc/passwd", "https://example.org/x.mp4", "data:,x",
                "/etc/passwd"):
        missing["render"]["outputs"][0]["video"]["uri"] = uri
        record, _ = publish(workshop, dump(missing))
        assert record["status"] == "failed", (uri, record["status"])
    assert visible(workshop) == [[], []] or visible(workshop) == [[]], "nothing may be visible"


def other_content(workshop):
    publish(workshop, dump(approved(workshop, 1)))
    changed = workshop.film(comment="cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia two")
    record, _ = publish(workshop, dump(approved(workshop, 1, changed)))
    assert record["errors"][0]["code"] == "content_differs", record["errors"]
    assert [len(names) for names in visible(workshop)] == [1, 1]


def one_channel_fails(workshop):
    with open(workshop.posts, "w", encoding="utf-8") as taken:
        taken.write("a file stands where the folder should be")
    line = dump(approved(workshop, 1))
    record, _ = publish(workshop, line)
    assert record["status"] == "partial" and len(record["publish"]["receipts"]) == 1, record
    os.remove(workshop.posts)
    record, _ = publish(workshop, dump(record))
    assert record["status"] == "published" and len(record["publish"]["receipts"]) == 2, record
    assert [len(names) for names in visible(workshop)] == [1, 1]


def foreign_things(workshop):
    """What somebody else keeps in the folders is left alone and breaks nothing."""
    os.makedirs(os.path.join(workshop.site, "ava", "drafts"))
    os.makedirs(os.path.join(workshop.posts, "mine"))
    record, _ = publish(workshop, dump(approved(workshop, 1, title="Mine")))
    assert record["status"] == "published" and record["errors"] == [], record["errors"]
    name = next(n for n in folders_of(workshop.posts) if n != "mine")
    shutil.rmtree(os.path.join(workshop.posts, name))
    os.symlink("/etc", os.path.join(workshop.posts, name))
    again, _ = publish(workshop, dump(approved(workshop, 1, title="Mine")))
    assert again["publish"]["receipts"] == record["publish"]["receipts"]
    shutil.rmtree(workshop.site)
    again, err = publish(workshop, dump(approved(workshop, 1, title="Mine")))
    assert again["status"] == "published", (again["errors"], err)


def taken_name(workshop):
    """A name that is taken by something else is an error, never overwritten."""
    line = dump(approved(workshop, 1, title="Taken"))
    with Workshop(workshop.programs) as other:
        record, _ = publish(other, dump(approved(other, 1, title="Taken")))
        name = os.path.basename(os.path.dirname(record["publish"]["receipts"][0]["external_id"]))
    place = os.path.join(workshop.site, "ava", name)
    os.makedirs(place)
    with open(os.path.join(place, "precious"), "w", encoding="utf-8") as out:
        out.write("keep me")
    record, _ = publish(workshop, line)
    assert record["status"] == "partial" and record["errors"][0]["code"] == "exists", record
    assert os.listdir(place) == ["precious"]


def dry_run(workshop):
    line = dump(approved(workshop, 1))
    before = tree(workshop.folder)
    record, _ = publish(workshop, line, "--dry-run")
    assert tree(workshop.folder) == before
    assert record["status"] == "approved" and record["publish"]["dry_run"] is True
    assert set(record["publish"]["disclosure"]["flags"]) == {"site", "dir"}


def counts(workshop, line):
    """How often each call happens in an undisturbed run."""
    log = workshop.path("calls")
    with Workshop(workshop.programs) as fresh:
        argv = ["strace", "-f", "-qq", "-o", log, "-e", "trace=" + ",".join(CALLS), *argv_of(fresh)]
        shutil.copytree(workshop.assets, fresh.assets)
        fresh.run(argv, line)
    with open(log, encoding="utf-8", errors="replace") as calls:
        text = calls.read()
    return {call: len(re.findall(rf"^\d+ +{call}\(", text, re.M)) for call in CALLS}


def killed_at(workshop, line, call, number):
    inject = f"inject={call}:signal=KILL:when={number}"
    process = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", inject,
         *argv_of(workshop)], input=line, env=workshop.environment, cwd=workshop.folder,
        capture_output=True, timeout=120, check=False)
    visible(workshop)
    record, _ = publish(workshop, line)
    where = f"killed at {call} number {number}"
    assert record["status"] == "published", (where, record["errors"])
    assert [len(names) for names in visible(workshop)] == [1, 1], where
    again, _ = publish(workshop, line)
    assert again["publish"]["receipts"] == record["publish"]["receipts"], where
    left = [name for folder in (os.path.join(workshop.site, "ava"), workshop.posts)
            for name in os.listdir(folder) if name.startswith(".")]
    with open(os.path.join(workshop.site, "ava", "index.html"), encoding="utf-8") as page:
        assert page.read().count('class="card"') == 1, where
    return process.returncode != 0, left


def killed_anywhere(workshop):
    line = dump(approved(workshop, 1))
    assets = workshop.assets
    points = hit = 0
    for call, count in counts(workshop, line).items():
        wanted = sorted({1 + at * (count - 1) // max(1, POINTS_PER_CALL - 1)
                         for at in range(min(count, POINTS_PER_CALL))}) if count else []
        for number in wanted:
            with Workshop(workshop.programs) as fresh:
                os.rename(assets, fresh.assets)
                try:
                    died, left = killed_at(fresh, line, call, number)
                finally:
                    os.rename(fresh.assets, assets)
                assert not left, f"killed at {call} number {number} leaves {left}"
                points += 1
                hit += died
    assert hit >= points * 3 // 4, f"only {hit} of {points} kills hit"
    print(f"      killed at {hit} of {points} points in {len(CALLS)} system calls")


def main():
    for test in (same_receipt, second_post, refusals, other_content, one_channel_fails,
                 foreign_things, taken_name, dry_run, killed_anywhere):
        with Workshop(sys.argv[1]) as workshop:
            test(workshop)
            print(f"ok    {test.__name__}")


if __name__ == "__main__":
    main()
