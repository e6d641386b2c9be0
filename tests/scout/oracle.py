#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recomputes every field of smos-scout over real observations, from the contract's words."""
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

NOW = "2021-01-01T00:00:00Z"
BIDI = set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A)) | {0x200E, 0x200F, 0x061C}
TOLERANCE = 1.1e-6  # both sides round to six decimals


def seconds(text):
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def instant(value):
    return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def one_line(text):
    kept = []
    for c in text:
        o = ord(c)
        gap = o <= 0x20 or 0x7F <= o <= 0xA0 or o in (0x2028, 0x2029, 0xFEFF) or o in BIDI
        kept.append(" " if gap else c)
    return " ".join(part for part in "".join(kept).split(" ") if part)


def many_lines(text):
    lines = [one_line(line) for line in text.split("\n")]
    return "\n".join(line for line in lines if line)[:2000] or None


def hours(begin, end):
    return max(0.1, (end - begin) / 3600)


def velocities(row, earlier):
    """(velocity, hours, change, basis) of each interval, creation to the oldest one included."""
    points = [(e["at"], e["score"]) for e in earlier[-24:]] + [(row["at"], row["score"])]
    first = points[0]
    spans = []
    if row["created"] <= first[0]:
        h = hours(row["created"], first[0])
        spans.append((first[1] / h, h, first[1], "creation"))
    for (t0, s0), (t1, s1) in zip(points, points[1:]):
        spans.append(((s1 - s0) / hours(t0, t1), hours(t0, t1), s1 - s0, "observation"))
    return spans


def phase_of(spans, age):
    v = spans[-1][0]
    if len(spans) == 1:
        if abs(v) < 1:
            return "dormant"
        return "emerging" if age <= 6 and v > 0 else None
    best = max(s[0] for s in spans[:-1])
    if abs(v) < max(1, 0.02 * best):
        return "dormant"
    if v < 0 or best > 0 and v < 0.75 * best:
        return "declining"
    if best <= 0 or v > 1.1 * best:
        return "emerging" if age <= 6 else "rising"
    return "peaking"


def peak_of(spans):
    if len(spans) < 2:
        return 0.4
    v, best, n = spans[-1][0], max(s[0] for s in spans[:-1]), len(spans)
    q = 0 if v <= 0 else 1 if v >= best else (v / best) ** 2 / 2
    return (n * q + 0.4) / (n + 1)


def expected(row, earlier):
    """The scout section of `row`, given the strictly earlier observations in ascending order."""
    d = row["data"]
    spans = velocities(row, earlier)
    v, h, change, basis = spans[-1]
    engagement = d["num_comments"] + d["num_crossposts"]
    out = {
        "platform": "reddit",
        "source": "r/" + d["subreddit"],
        "native_id": d["id"],
        "title": one_line(d["title"])[:500],
        "text": many_lines(d["selftext"]) if d["selftext"] not in ("[removed]", "[deleted]") else None,
        "url": "https://www.reddit.com" + d["permalink"],
        "tags": [one_line(d["link_flair_text"])] if d["link_flair_text"] else None,
        "created_at": instant(row["created"]),
        "observed_at": row["retrieved_at"],
        "first_seen_at": instant(earlier[0]["at"] if earlier else row["at"]),
        "observations": len(earlier) + 1,
        "metrics": {"upvotes": d["score"], "comments": d["num_comments"],
                    "shares": d["num_crossposts"], "upvote_ratio": d["upvote_ratio"]},
        "engagement": engagement,
        "delta": {"upvotes": change, "hours": h, "basis": basis},
        "vvs": v * math.log10(engagement + 1),
        "velocity_per_hour": v,
        "acceleration_per_hour2": None,
        "phase": phase_of(spans, hours(row["created"], row["at"])),
        "peak_probability": peak_of(spans),
        "confidence": len(spans) / (len(spans) + 2),
    }
    if d["over_18"]:
        out["tags"] = (out["tags"] or []) + ["nsfw"]
    if len(spans) > 1:
        out["acceleration_per_hour2"] = (v - spans[-2][0]) / ((h + spans[-2][1]) / 2)
    out["decidable"] = out["phase"] is not None
    return out


def same(a, b):
    if isinstance(a, dict) and isinstance(b, dict):
        return all(same(a.get(k), b.get(k)) for k in set(a) | set(b))
    if isinstance(a, float) or isinstance(b, float):
        if a is None or b is None:
            return False
        return abs(a - b) <= TOLERANCE * max(1.0, 1e-9 * abs(a))
    return a == b


def compare(name, records, wanted):
    ours = {"tool", "version", "at", "elapsed_ms", "fingerprint"}
    assert len(records) == len(wanted), f"{name}: {len(records)} records, {len(wanted)} expected"
    tasks = {}
    for record, want in zip(records, wanted):
        got = {k: v for k, v in record["scout"].items() if k not in ours}
        for key in sorted(set(got) | set(want)):
            if not same(got.get(key), want.get(key)):
                sys.exit(f"{name}: {want['native_id']} at {want['observed_at']}: {key} is "
                         f"{got.get(key)!r}, the oracle says {want.get(key)!r}")
        assert record["status"] == "scouted" and record["state_version"] == 1, record
        assert tasks.setdefault(got["native_id"], record["task_id"]) == record["task_id"]
    assert len(set(tasks.values())) == len(tasks), f"{name}: two items share a task_id"
    print(f"{name}: {len(records)} records of {len(tasks)} items agree in every field")


def insert(trail, row):
    """Ascending by time; the first observation of an instant stays."""
    at = len(trail)
    while at > 0 and trail[at - 1]["at"] > row["at"]:
        at -= 1
    if at == 0 or trail[at - 1]["at"] != row["at"]:
        trail.insert(at, row)


def last_of_each(rows, trails):
    """One record per item in order of first appearance; `trails` is what is remembered."""
    last = {}
    for row in rows:
        key = row["data"]["id"]
        insert(trails.setdefault(key, []), row)
        if key not in last or last[key]["at"] < row["at"]:
            last[key] = row
    return [expected(row, [e for e in trails[k] if e["at"] < row["at"]]) for k, row in last.items()]


def every(rows):
    trails, out = {}, []
    for row in rows:
        trail = trails.setdefault(row["data"]["id"], [])
        insert(trail, row)
        out.append(expected(row, [e for e in trail if e["at"] < row["at"]]))
    return out


def run(scout, lines, *options):
    done = subprocess.run([scout, "--now", NOW, *options], input=b"".join(lines), capture_output=True)
    assert done.returncode == 0, (options, done.returncode, done.stderr[-2000:])
    return done.stdout


def read(out):
    return [json.loads(line) for line in out.splitlines()]


def main():
    scout, source = sys.argv[1:3]
    data = os.environ.get("SMOS_TESTDATA") or os.path.join(source, "..", "shared", "testdata")
    path = os.path.join(data, "trends", "wsb-2020.jsonl.gz")
    if not os.path.exists(path):
        print(f"SKIPPED: {path} is missing; set SMOS_TESTDATA. NOTHING WAS CHECKED.")
        return 77
    lines = gzip.open(path).readlines()
    rows = [json.loads(line) for line in lines]
    for row in rows:
        row["at"] = seconds(row["retrieved_at"])
        row["created"] = int(row["data"]["created_utc"])
        row["score"] = row["data"]["score"]
    assert len(rows) == 84051, len(rows)
    one_run = last_of_each(rows, {})
    stateless = run(scout, lines, "--stateless")
    compare("stateless", read(stateless), one_run)
    compare("each", read(run(scout, lines, "--stateless", "--each")), every(rows))
    assert sorted(run(scout, lines[::-1], "--stateless").splitlines()) == sorted(
        stateless.splitlines()), "the order of the input changed a record"
    print("reversed: the same records")
    with tempfile.TemporaryDirectory() as state:
        kept = ["--state", os.path.join(state, "one.db")]
        first = run(scout, lines, *kept)
        assert first == stateless, "an empty state gives another output than none"
        assert run(scout, lines, *kept) == first, "the same input again gave another output"
        print("with state, twice: the same bytes")
        kept = ["--state", os.path.join(state, "two.db")]
        half = len(lines) // 2
        trails = {}
        early = last_of_each(rows[:half], trails)
        dry = run(scout, lines[half:], *kept, "--dry-run")
        assert not os.path.exists(kept[1]), "a dry run made a state file"
        compare("first half", read(run(scout, lines[:half], *kept)), early)
        late = last_of_each(rows[half:], trails)
        second = read(run(scout, lines[half:], *kept))
        compare("second half", second, late)
        assert dry.count(b'"dry_run":true') == len(second), "a dry run does not say so"
        whole = {want["native_id"]: want for want in one_run}
        agree = sum(whole[w["native_id"]] == w for w in late)
        newest = {w["native_id"]: w["observed_at"] for w in one_run}
        due = sum(newest[w["native_id"]] == w["observed_at"] for w in late)
        assert agree == due, f"{agree} of {due} items are as in one run"
        print(f"two runs: {due} items that end in the second half are as in one run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
