#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same thing delivered several times at once, and poison: delivery.py PROGRAMS [long] [SCENE...]

One entry, one paid call, one production, one visible post, the same receipt each time."""
import json
import os
import shutil
import subprocess
import sys

from yard import PAINTER, Broken, Yard, arguments, planned

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "rules"))

times = 5


def together(commands, text, environment, cwd=None):
    """All started before any gets its input: (status, output, messages) of each."""
    running = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                env=environment, cwd=cwd) for words in commands]
    for process in running:
        process.stdin.write(text.encode())
    ends = []
    for process in running:
        out, error = process.communicate(timeout=120)
        ends.append((process.returncode, out.decode(), error.decode()))
    return ends


def plain(text):
    """The line without what says when and for how long a tool worked."""
    record = json.loads(text)
    for name in ("at", "elapsed_ms", "anchor"):
        record["cfo"].pop(name, None)
    return json.dumps(record)


def money(yard, rounds):
    """Reservations and closings of one record, five at a time."""
    yard.fund()
    for number in range(rounds):
        line = json.dumps(planned(f"t{number}", 40000)) + "\n"
        for verb in ("reserve", "settle"):
            ends = together([yard.arguments("smos-cfo", verb)] * times, line, yard.environment)
            if any(status != 0 for status, _, _ in ends) or len({plain(out) for _, out, _ in ends}) != 1:
                raise Broken(f"{verb} of one record {times} times: {ends}")
            line = json.dumps(dict(json.loads(ends[0][1]), status="published")) + "\n"
    kinds = dict(yard.sql("SELECT kind, count(*) FROM entry GROUP BY kind"))
    if kinds != {"fund": 1, "reserve": rounds, "settle": rounds}:
        raise Broken(f"entries: {kinds}")
    yard.check()
    print(f"ok money: {rounds} records, each verb {times} times at once, 1 entry each", flush=True)


def calls(yard, rounds):
    """A paid call that five processes want at once is made once."""
    yard.fund()
    config = os.path.join(yard.home, "binding.json")
    provider = os.path.join(HERE, "..", "store", "provider.py")
    log = os.path.join(yard.home, "provider-calls")
    with open(config, "w", encoding="utf-8") as file:
        json.dump({"prices": [PAINTER], "bindings": {"cap.image.generate": {
            "dialect": "exec", "provider": "acme", "model": "painter-2", "timeout_ms": 30000,
            "command": [sys.executable, provider, "good", log]}}}, file)
    driver = os.path.join(yard.programs, "..", "tests", "store_driver")
    for number in range(rounds):
        line = json.dumps(yard.filter("reserve", planned(f"c{number}", 40000))[0]) + "\n"
        ends = together([[driver, "pay", yard.state, config]] * times, line, yard.environment)
        made = sum(error.startswith("made ") for _, _, error in ends)
        with open(log, encoding="utf-8") as file:
            asked = len(file.read().split())
        if made != 1 or asked != number + 1 or any(status != 0 for status, _, _ in ends):
            raise Broken(f"{asked - number} calls, {made} made: {ends}")
        settled = yard.filter("settle", dict(json.loads(line), status="published"))[0]
        if settled["cfo"]["settled_micros"] != 30000:
            raise Broken(f"settled: {settled['cfo']}")
    yard.check()
    print(f"ok calls: {rounds} wanted {times} times at once, each made and paid once", flush=True)


def productions(yard, rounds):
    """One production however often it is put in, one run of its stage however many workers."""
    for number in range(rounds):
        line = json.dumps({"task_id": f"p{number}", "payload": {}}, separators=(",", ":")) + "\n"
        ends = together([yard.arguments("smos-run", "enqueue")] * times, line, yard.environment)
        created = [json.loads(out)["created"] for _, out, _ in ends]
        if created.count(True) != 1:
            raise Broken(f"{created.count(True)} of {times} say that they made it")
    workers = [yard.arguments("smos-run", "work", "--drain", "--stages", "plan")] * times
    ends = together(workers, "", yard.environment)
    if any(status != 0 for status, _, _ in ends):
        raise Broken(f"a worker failed: {ends}")
    states = dict(yard.sql("SELECT state, count(*) FROM production GROUP BY state"))
    ran = yard.calls()
    if states != {"done": rounds} or len(set(ran)) != len(ran) or len(ran) != rounds:
        raise Broken(f"{states}: {yard.calls()}")
    yard.check()
    print(f"ok productions: {rounds} put in {times} times at once, {times} workers, each run once", flush=True)


POISON = """#!/bin/sh
line=$(cat)
case $line in *poison139*) exit 139;; *poison137*) exit 137;; *killed*) kill -9 $$;; esac
echo "$SMOS_LEASE_PRODUCTION" >> "$STAGE_LOG"
printf '%s\\n' "$line" | sed 's/"payload"/"status":"planned","payload"/'
"""


def poison(yard, rounds):
    """What takes its stage down is quarantined after three; all others are done, once."""
    yard.stage(POISON)
    bad = ("poison139", "poison137", "killed")
    for number in range(rounds):
        yard.put(f"good{number}")
    for name in bad:
        yard.put(name, "--priority", "-1")
    yard.queue("work", "--drain", "--stages", "plan", "--backoff", "0", "-j", "2")
    for name in bad:
        shown = yard.show(name)
        if (shown["state"], shown["crashes"], shown["attempt"]) != ("quarantined", 3, 0):
            raise Broken(f"poison: {shown}")
    states = dict(yard.sql("SELECT state, count(*) FROM production GROUP BY state"))
    if states != {"done": rounds, "quarantined": 3} or len(yard.calls()) != rounds:
        raise Broken(f"{states}: {yard.calls()}")
    yard.check()
    print(f"ok poison: 3 quarantined after 3 crashes each, {rounds} neighbours done", flush=True)


def posts(yard, rounds):
    """One approved record to five publishers at once: one post on each channel, one receipt."""
    from workshop import Workshop, approved, dump
    if not shutil.which("ffmpeg") or not os.path.exists(os.path.join(yard.programs, "smos-publish")):
        print("no posts: ffmpeg or smos-publish is missing", flush=True)
        return
    with Workshop(yard.programs) as workshop:
        words = workshop.argv("smos-publish", "--to", "site", "--to", "dir", "--site", workshop.site,
                              "--dir", workshop.posts)
        for number in range(rounds):
            line = dump(approved(workshop, number, title=f"Post {number}")).decode()
            ends = together([words] * times, line + "\n", workshop.environment, workshop.folder)
            last, _, _ = workshop.run(words, line.encode())
            receipts = json.loads(last)["publish"]["receipts"]
            for status, out, error in ends:
                if status not in (0, 75) or not (out or error):
                    raise Broken(f"a publisher ended with {status}: {error}")
                for receipt in json.loads(out)["publish"]["receipts"] if out else ():
                    if receipt["status"] == "published" and receipt not in receipts:
                        raise Broken(f"two receipts of one post: {receipt} {receipts}")
            if [receipt["status"] for receipt in receipts] != ["published"] * 2:
                raise Broken(f"after all it is not published: {receipts}")
            for place in (os.path.join(workshop.site, "ava"), workshop.posts):
                seen = [name for name in os.listdir(place) if os.path.isdir(os.path.join(place, name))
                        and not name.startswith(".")]
                if len(seen) != number + 1:
                    raise Broken(f"{len(seen)} posts of {number + 1} in {place}")
        late(workshop, words, rounds)
    print(f"ok posts: {rounds} published {times} times at once, 1 visible each", flush=True)


def late(workshop, words, number):
    """A publisher whose lease another has now: nothing is sent."""
    from workshop import approved, dump
    line = dump(approved(workshop, number, title="Late"))
    workshop.run(workshop.argv("smos-run", "enqueue"), b'{"task_id":"late","payload":{}}\n')
    under = dict(workshop.environment, SMOS_LEASE_PRODUCTION="1", SMOS_LEASE_TOKEN="1")
    before = os.listdir(workshop.posts)
    (status, out, error), = together([words], line.decode() + "\n", under, workshop.folder)
    if os.listdir(workshop.posts) != before or "another worker has this production" not in out + error:
        raise Broken(f"a late publisher ended with {status}: {out}{error}")


def main():
    programs, long, names = arguments()
    scenes = {money: (4, 100), calls: (3, 100), productions: (8, 300), poison: (6, 200), posts: (1, 20)}
    for scene, (short_rounds, long_rounds) in scenes.items():
        if not names or scene.__name__ in names:
            with Yard(programs) as yard:
                scene(yard, long_rounds if long else short_rounds)


if __name__ == "__main__":
    sys.exit(main())
