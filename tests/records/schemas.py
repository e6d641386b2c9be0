#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Schemas are those committed, and what the tools write keeps to them: schemas.py PROGRAMS SOURCE."""
import copy
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rules"))
from json_schema import problems  # noqa: E402
from workshop import NOW, Workshop, approved, dump, envelope, planned  # noqa: E402

NAMES = ["record", "scout", "plan", "cfo", "render", "critic", "publish", "sidecar", "timeline"]


def schema_of(workshop, name):
    out, _, _ = workshop.run([os.path.join(workshop.programs, "smos"), "schema", name])
    return out


def fresh(workshop, source):
    for name in NAMES:
        path = os.path.join(source, "libsmos", "records", "schema", name + ".schema.json")
        with open(path, "rb") as committed:
            assert committed.read() == schema_of(workshop, name), (
                f"{path} is not what the types say; run: smos schema {name} > {path}")
    _, err, _ = workshop.run([os.path.join(workshop.programs, "smos"), "schema", "nothing"],
                             expect=64)
    assert b"nothing" in err, err


def lines_of_tools(workshop, source):
    """Real lines, as far as they can be had without a film."""
    muse = os.path.join(source, "examples", "first-light", "ava.yaml")
    plan = workshop.argv("smos-plan", "--now", NOW, "--muse", muse)
    item = {"id": "a1", "title": "New battery keeps 80% after 3000 cycles", "score": 900,
            "comments": 90, "created_at": "2026-11-20T08:00:00Z",
            "observed_at": "2026-11-20T11:00:00Z", "subreddit": "technology"}
    scouted, _, _ = workshop.run(workshop.argv("smos-scout", "--now", NOW), dump(item))
    yield scouted
    produced, _, _ = workshop.run(plan, scouted)
    yield produced
    grim = dump({"payload": {"prompt": "a massacre with forty dead children"}})
    yield workshop.run(plan, grim)[0]
    reserve = workshop.argv("smos-cfo", "reserve")
    refused, _, _ = workshop.run(reserve, produced + dump(planned(1)))
    assert b'"refused"' in refused
    yield refused
    workshop.fund("5")
    reserved, _, _ = workshop.run(reserve, produced + dump(planned(2)))
    assert b'"reserved"' in reserved
    yield reserved
    yield workshop.run(workshop.argv("smos-cfo", "release"), reserved)[0]
    yield workshop.run(workshop.argv("smos-render", "--device", "cpu"),
                       dump(envelope(3, "reserved")))[0]
    yield workshop.run(workshop.argv("smos-critic", "--muse", muse),
                       dump(envelope(4, "rendered")))[0]
    publish = workshop.argv("smos-publish", "--to", "dir", "--dir", workshop.posts)
    yield workshop.run(publish, dump(approved(workshop, 5)))[0]
    yield workshop.run([*publish, "--dry-run"], dump(approved(workshop, 6)))[0]


def wrong(schema, record, change):
    other = copy.deepcopy(record)
    change(other)
    assert problems(schema, other), "the schema lets everything pass"


def main():
    with Workshop(sys.argv[1]) as workshop:
        source = os.path.abspath(sys.argv[2])
        fresh(workshop, source)
        schema = json.loads(schema_of(workshop, "record"))
        count = 0
        for text in lines_of_tools(workshop, source):
            for line in text.splitlines():
                record = json.loads(line)
                found = problems(schema, record)
                assert not found, (record.get("status"), found[:5])
                count += 1
        assert count >= 12, count
        wrong(schema, record, lambda r: r.pop("task_id"))
        wrong(schema, record, lambda r: r.update(status="simmering"))
        wrong(schema, record, lambda r: r.update(confidence=1.5))
        wrong(schema, record, lambda r: r["plan"].pop("decision"))
        wrong(schema, record, lambda r: r["plan"]["estimate"].update(total_micros=0.5))
        wrong(schema, record, lambda r: r["render"]["outputs"][0]["video"].update(size_bytes="7"))
        print(f"ok    {len(NAMES)} schemas are fresh; {count} real lines keep to them")


if __name__ == "__main__":
    main()
