#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The six rules of a filter, for every filter: six_rules.py PROGRAMS FILTER [RULE...]."""
import json
import os
import select
import signal
import sys
import threading
import traceback

from workshop import (NOW, PRICE_MICROS, Workshop, approved, dump, envelope, killed, members,
                      planned, scouted, tree)

PATIENCE_S = 120
MEBIBYTE = 1 << 20
ENVELOPE = {"schema", "task_id", "parent_id", "tenant_id", "persona_id", "state_version", "status",
            "confidence", "errors", "trace"}


# Lines that no filter may touch. Those with a task_id are productions even to smos-scout.
UNKNOWN_STATUS = b'{"task_id":"u1","status":"simmering"}'
OTHER_TYPE = b'{"task_id":"u2","type":"send_letter","status":"%s","payload":{"prompt":"x"}}'
NASTY = [
    rb'{"task_id":"n1","n":1e2,"m":1.10,"big":1e400,"i":9007199254740993123456789,"z":-0}',
    rb'{"task_id":"n2","k":1,"k":2,"k":{"k":1,"k":1},"status":7,"status":null}',
    '{ "task_id" :\t"n3" , "e":"\\u00e9 \\ud83d\\ude00 \\/ é 😀 \u202eright" ,"a":[ 1 , 2 ] }  '
    .encode(),
    rb'   {"task_id":"n4","lone":"\ud800","nul":"\u0000","deep":[[[[{"x":[]}]]]],"":""}',
    b'{"task_id":"n5","status":"settled","f":1E+2,"g":0.1e-7,"s":"status\\":\\"planned"}',
    b'{"task_id":"n6","type":"generate_video","status":{"of":"art"},"payload":[]}',
    b'{"schema":"smos.record/1","x":true}',
]
# Malformed for every filter: the bytes, and where the message has to say the fault lies.
MALFORMED = [b'nonsense', b'"a string"', b'{"task_id":"t","x":"bad \xff utf-8"}',
             b'{"task_id":"t","x":', b'{"task_id":"t"} trailing', b'{"task_id":"t",}',
             b'{"task_id":01}', b'{"task_id":"t","x":NaN}', b'\x00', b'{"a\tb":1}']


class Filter:
    """How one filter is started, what concerns it, and what its effect is."""
    section = ""
    acts_on = ""
    effect = None

    def __init__(self, workshop):
        self.workshop = workshop

    def prepare(self):
        pass

    def argv(self, *more):
        raise NotImplementedError

    def concerned(self, number, **more):
        """One line that this filter acts on, as bytes without newline."""
        raise NotImplementedError

    def effects(self, numbers):
        """A comparable account of what was done for these records."""
        return None


class Scout(Filter):
    section, acts_on = "scout", "raw"

    def argv(self, *more):
        return self.workshop.argv("smos-scout", "--now", NOW, *more)

    def concerned(self, number, **more):
        return dump({"id": str(number), "title": f"item {number}", "score": 5, "comments": 9,
                     "created_at": "2026-11-20T10:00:00Z",
                     "observed_at": "2026-11-20T11:00:00Z", **more})


class Plan(Filter):
    section, acts_on = "plan", "scouted"

    def prepare(self):
        source = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "first-light")
        self.muse = os.path.join(os.path.abspath(source), "ava.yaml")

    def argv(self, *more):
        return self.workshop.argv("smos-plan", "--now", NOW, "--muse", self.muse, *more)

    def concerned(self, number, **more):
        return dump(scouted(number, **more))


class Reserve(Filter):
    section, acts_on = "cfo", "planned"

    def prepare(self):
        self.workshop.fund("3")

    def argv(self, *more):
        return self.workshop.argv("smos-cfo", "reserve", *more)

    def concerned(self, number, **more):
        return dump(planned(number, **more))

    def effects(self, numbers):
        balance = self.workshop.balance()
        assert balance["reserved_micros"] == PRICE_MICROS * len(numbers), balance
        assert balance["spent_micros"] == 0, balance
        self.workshop.run(self.workshop.argv("smos-cfo", "verify"))


class Closing(Reserve):
    """Settle and release: each record was reserved before it comes here."""
    verb = ""
    after = ""

    def argv(self, *more):
        return self.workshop.argv("smos-cfo", self.verb, *more)

    def concerned(self, number, **more):
        out, _, _ = self.workshop.run(self.workshop.argv("smos-cfo", "reserve"),
                                      dump(planned(number, **more)))
        assert b'"status":"reserved"' in out, out
        return out.rstrip(b"\n").replace(b'"status":"reserved"',
                                         b'"status":"' + self.after.encode() + b'"')

    def effects(self, numbers):
        balance = self.workshop.balance()
        assert balance["reserved_micros"] == 0 and balance["spent_micros"] == 0, balance
        assert balance["available_micros"] == 3_000_000, balance
        self.workshop.run(self.workshop.argv("smos-cfo", "verify"))


class Settle(Closing):
    verb, after, acts_on = "settle", "published", "published"


class Release(Closing):
    verb, after, acts_on = "release", "reserved", "reserved"


class Render(Filter):
    """Records that lack a plan: the cheapest line that render acts on. Real films: tests/hostile."""
    section, acts_on = "render", "reserved"

    def argv(self, *more):
        return self.workshop.argv("smos-render", "--now", NOW, "--device", "cpu", *more)

    def concerned(self, number, **more):
        return dump(envelope(number, "reserved", **more))


class Critic(Filter):
    section, acts_on = "critic", "rendered"

    def prepare(self):
        Plan.prepare(self)

    def argv(self, *more):
        return self.workshop.argv("smos-critic", "--now", NOW, "--muse", self.muse, *more)

    def concerned(self, number, **more):
        return dump(envelope(number, "rendered", **more))


class Publish(Filter):
    section, acts_on = "publish", "approved"

    def prepare(self):
        self.film = self.workshop.film()

    def argv(self, *more):
        return self.workshop.argv("smos-publish", "--to", "site", "--site", self.workshop.site,
                                  "--to", "dir", "--dir", self.workshop.posts, *more)

    def concerned(self, number, **more):
        return dump({**approved(self.workshop, number, self.film, title=f"Title {number}"), **more})

    def effects(self, numbers):
        wanted = len(numbers)
        posts = [name for name in os.listdir(self.workshop.posts)]
        pages = [name for name in os.listdir(os.path.join(self.workshop.site, "ava"))
                 if os.path.isdir(os.path.join(self.workshop.site, "ava", name))]
        assert len(posts) == wanted and len(pages) == wanted, (posts, pages)
        assert not [name for name in posts + pages if name.startswith(".")], "something half-made"


FILTERS = {"scout": Scout, "plan": Plan, "cfo-reserve": Reserve, "cfo-settle": Settle,
           "cfo-release": Release, "render": Render, "critic": Critic, "publish": Publish}


def status_of(line):
    return json.loads(line).get("status")


def unconcerned(filter_):
    return [UNKNOWN_STATUS, OTHER_TYPE % filter_.acts_on.encode(), *NASTY]


def conservation(f):
    """Every well-formed line leaves, in order, exactly once."""
    lines, acted = [], {}
    streams = f.acts_on != "raw"  # what smos-scout makes of items comes at their end
    for number, line in enumerate(unconcerned(f) * 3):
        lines.append(line)
        if streams and number % 4 == 1:
            acted[len(lines)] = number
            lines.append(f.concerned(number))
    out, _, _ = f.workshop.run(f.argv(), b"\n".join(lines) + b"\n\n")
    left = out.split(b"\n")
    assert left.pop() == b"", "the last line has no end"
    assert len(left) == len(lines), (len(left), len(lines))
    for at, (before, after) in enumerate(zip(lines, left)):
        if at in acted:
            assert json.loads(before)["task_id"] == json.loads(after)["task_id"], at
            assert before != after, f"line {at} was to be acted on: {after[:200]}"
        else:
            assert before == after, (at, before, after)
    if not streams:
        items = [f.concerned(number) for number in range(5)]
        out, _, _ = f.workshop.run(f.argv(), b"\n".join(items))
        ids = [json.loads(line)["scout"]["native_id"] for line in out.splitlines()]
        assert ids == [str(number) for number in range(5)], ids


def splice(f):
    """In a line that is acted on, everything but its own section and the envelope keeps its bytes."""
    if f.acts_on == "raw":
        return "makes lines, changes none"
    line = f.concerned(1)
    foreign = (rb'"n":1e2, "m":1.10,"big":1e400 ,"i":9007199254740993123456789,"k":1,"k":2,'
               rb'"e\u0061":"\u00e9\/\ud83d\ude00",  "x" : [ 1 ,{"y":1.0}],"")')[:-2] + b'":""'
    line = b"  {" + foreign + b" , " + line[1:-1] + b" }\t"
    out, _, _ = f.workshop.run(f.argv(), line + b"\n")
    assert out.count(b"\n") == 1 and out.rstrip(b"\n") != line, out[:300]
    own = ENVELOPE | {f.section}
    before = [m for m in members(line) if m[0] not in own]
    after = [m for m in members(out) if m[0] not in own]
    assert before == after, (before, after)
    assert out.startswith(b"  {" + foreign + b" , "), out[:300]
    assert json.loads(out)["status"] != f.acts_on
    version = json.loads(line).get("state_version", 0)
    assert json.loads(out)["state_version"] == version + 1


def earlier_errors(f):
    """An error more leaves the earlier ones as they were."""
    if f.section not in ("render", "critic"):
        return "tests/unit/records"
    line = f.concerned(2, errors=["MARK"]).replace(b'"MARK"', b'{"tool":"x","n":1e400,"v":1.10}')
    out, _, _ = f.workshop.run(f.argv(), line)
    raw = dict(members(out))["errors"]
    assert raw.startswith('[{"tool":"x","n":1e400,"v":1.10},{'), raw


def malformed(f):
    """Named with line and byte, kept verbatim, the others go on, exit status 65."""
    rejects = f.workshop.path("rejects")
    good = unconcerned(f)
    lines = []
    for at, bad in enumerate([*MALFORMED, b'{"x":"' + b"y" * MEBIBYTE + b'"}']):
        if f.acts_on == "raw" and (bad.startswith(b"{") and bad.rstrip(b"}").endswith(b":")
                                   or len(bad) > MEBIBYTE):
            continue  # smos-scout reads documents of many lines and more bytes: tests/scout
        lines += [good[at % len(good)], bad]
    lines.append(good[0])
    places, offset = {}, 0
    for number, line in enumerate(lines, 1):
        places[number] = offset
        offset += len(line) + 1
    source = f.workshop.path("mixed.jsonl")
    with open(source, "wb") as out:
        out.write(b"\n".join(lines) + b"\n")
    out, err, _ = f.workshop.run(f.argv("--rejects", rejects, source), expect=65)
    wanted = [line for line in lines if line in good]
    assert out == b"\n".join(wanted) + b"\n", "the good lines did not all go on"
    bad = [line for line in lines if line not in good]
    with open(rejects, "rb") as kept:
        assert kept.read() == b"\n".join(bad) + b"\n", "rejects are not verbatim"
    for number, line in enumerate(lines, 1):
        place = f"{source}:{number} (byte {places[number]})".encode()
        assert (place in err) == (line not in good), (place, line[:60], err[-1500:])
    out, err, _ = f.workshop.run(f.argv(), b"\n".join(bad[:3]), expect=65)
    assert out == b"" and b"standard input:2 (byte 9)" in err, err


def shapes_of_text(f):
    """BOM, CRLF, empty lines and a missing last newline are accepted; 1 MiB is not too long."""
    good = unconcerned(f)
    data = b"\xef\xbb\xbf" + good[0] + b"\r\n\r\n\n" + b"\r\n".join(good[1:])
    out, _, _ = f.workshop.run(f.argv(), data)
    assert out.replace(b"\r\n", b"\n") == b"\n".join(good) + b"\n", out
    head = b'{"task_id":"long","x":"'
    longest = head + b"y" * (MEBIBYTE - len(head) - 2) + b'"}'
    out, _, _ = f.workshop.run(f.argv(), longest)
    assert out == longest + b"\n"


def next_line(process):
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    assert ready, "no line came while the input was open"
    return process.stdout.readline()


def promptness(f):
    """A line leaves as soon as it is done."""
    lines = [unconcerned(f)[0], f.concerned(1), unconcerned(f)[2]]
    options = ["--each"] if f.acts_on == "raw" else []
    process = f.workshop.start(f.argv(*options))
    for line in lines:
        process.stdin.write(line + b"\n")
        process.stdin.flush()
        answer = next_line(process)
        assert answer.endswith(b"\n") and json.loads(answer), answer
    process.stdin.close()
    assert process.stdout.read() == b"" and process.wait() == 0, process.stderr.read()


def slow_reader(f):
    """A reader that takes little by little gets everything."""
    line = b'{"task_id":"slow","x":"' + b"y" * 1000 + b'"}\n'
    process = f.workshop.start(f.argv())
    writer = threading.Thread(target=lambda: (process.stdin.write(line * 3000),
                                              process.stdin.close()))
    writer.start()
    got = 0
    while piece := os.read(process.stdout.fileno(), 700):
        got += len(piece)
    writer.join()
    assert got == len(line) * 3000 and process.wait() == 0


def gone_reader(f):
    """A reader that has gone ends the tool quietly."""
    ours, theirs = os.pipe()
    source = f.workshop.path("many.jsonl")
    with open(source, "wb") as out:
        out.write(NASTY[0] + b"\n")
        out.write((b'{"task_id":"g","x":"' + b"y" * 1000 + b'"}\n') * 2000)
    process = f.workshop.start(f.argv(source), stdout=theirs)
    os.close(theirs)
    assert os.read(ours, 10) == NASTY[0][:10]
    os.close(ours)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0 and err == b"", (process.returncode, err)


def full_disk(f):
    """/dev/full is an error of input and output that says so."""
    with open("/dev/full", "wb") as full:
        process = f.workshop.start(f.argv(), stdout=full)
        _, err = process.communicate(unconcerned(f)[0] + b"\n", timeout=PATIENCE_S)
    assert process.returncode == 74, (process.returncode, err)
    assert b"standard output" in err and b"No space left" in err, err


def interrupts(f):
    """SIGINT and SIGTERM: what is done is written; 130 and 143."""
    for number, (which, status) in enumerate([(signal.SIGINT, 130), (signal.SIGTERM, 143)]):
        process = f.workshop.start(f.argv())
        process.stdin.write(unconcerned(f)[0] + b"\n")
        process.stdin.flush()
        assert next_line(process) == unconcerned(f)[0] + b"\n"
        process.stdin.write(f.concerned(100 + number) + b"\n")
        process.stdin.flush()
        if f.acts_on != "raw":
            assert json.loads(next_line(process))["status"] != f.acts_on
        process.send_signal(which)
        assert process.wait(timeout=PATIENCE_S) == status, (which, process.returncode)
        process.stdin.close()
        rest = process.stdout.read()
        assert f.acts_on == "raw" or rest == b"", rest
        assert b"bug" not in process.stderr.read()


def killed_and_run_again(f):
    """kill -9 between two lines, then the whole input again: nothing lost, nothing twice."""
    if f.section not in ("cfo", "publish"):
        return "has no effect that could happen twice"
    numbers = range(200, 206)
    lines = [f.concerned(number) for number in numbers]
    for stop in (1, 3):
        process = f.workshop.start(f.argv())
        process.stdin.write(b"\n".join(lines) + b"\n")
        process.stdin.flush()
        for _ in range(stop):
            next_line(process)
        killed(process)
    out, _, _ = f.workshop.run(f.argv(), b"\n".join(lines) + b"\n")
    done = out.splitlines()
    assert len(done) == len(lines)
    assert {status_of(line) for line in done} <= {"reserved", "settled", "refused", "published"}
    if f.acts_on in ("planned", "approved", "published"):
        assert len({status_of(line) for line in done}) == 1, [status_of(line) for line in done]
    f.effects(numbers)


def idempotence(f):
    """The same record twice has one effect and one answer."""
    first = f.concerned(300)
    once, _, _ = f.workshop.run(f.argv(), first)
    assert once, "nothing came out"
    twice, _, _ = f.workshop.run(f.argv(), first + b"\n" + first)
    answers = [json.loads(line) for line in [once, *twice.splitlines()]]
    own = {"at", "elapsed_ms", "cached"}
    kept = [{key: value for key, value in (answer.get(f.section) or {}).items() if key not in own}
            for answer in answers]
    assert all(one == kept[0] for one in kept), kept
    assert len({answer["status"] for answer in answers}) == 1
    if f.section in ("cfo", "publish"):
        f.effects([300])
    again, _, _ = f.workshop.run(f.argv(), once)
    if f.acts_on != "approved":
        assert again == once, "its own answer concerns it no more"


def input_errors(f):
    """What cannot be read is named; nothing to read is no error."""
    _, err, _ = f.workshop.run(f.argv("/nowhere/at-all.jsonl"), expect=66)
    assert b"/nowhere/at-all.jsonl" in err and b"No such file" in err, err
    _, err, _ = f.workshop.run(f.argv(f.workshop.folder), expect=66)
    assert f.workshop.folder.encode() in err and b"directory" in err, err
    out, _, _ = f.workshop.run(f.argv(), b"")
    assert out == b""
    empty = f.workshop.path("empty.jsonl")
    with open(empty, "wb"):
        pass
    out, err, _ = f.workshop.run(f.argv(empty))
    assert out == b"" and b"empty.jsonl" in err, err
    _, err, _ = f.workshop.run(f.argv("--no-such-option"), expect=64)
    assert b"no-such-option" in err


def contents(f):
    """Every file but those by which SQLite's readers keep out of each other's way."""
    found = tree(f.workshop.folder)
    found.pop("state.db-shm", None)
    wal = f.workshop.path("state.db-wal")
    if os.path.exists(wal) and os.path.getsize(wal) == 0:
        found.pop("state.db-wal")
    return found


def dry_run(f):
    """--dry-run writes nothing and leaves the status as it was."""
    line = f.concerned(400)
    before = contents(f)
    out, _, _ = f.workshop.run(f.argv("--dry-run"), line)
    after = contents(f)
    assert before == after, sorted(set(after.items()) ^ set(before.items()))
    record = json.loads(out)
    if f.section in record:
        assert record[f.section]["dry_run"] is True
    if f.acts_on != "raw":
        assert record["status"] == f.acts_on, record["status"]
        assert record["state_version"] == json.loads(line)["state_version"]
        broken = dump(envelope(401, f.acts_on))
        out, _, _ = f.workshop.run(f.argv("--dry-run"), broken)
        assert json.loads(out)["status"] == f.acts_on, "a record that would fail keeps its status"
        assert contents(f) == after


RULES = [conservation, splice, earlier_errors, malformed, shapes_of_text, promptness, slow_reader,
         gone_reader, full_disk, interrupts, killed_and_run_again, idempotence, input_errors,
         dry_run]


def main():
    programs, name, *wanted = sys.argv[1:]
    failures = 0
    for rule in RULES:
        if wanted and rule.__name__ not in wanted:
            continue
        with Workshop(programs) as workshop:
            filter_ = FILTERS[name](workshop)
            try:
                filter_.prepare()
                elsewhere = rule(filter_)
                print(f"{'-' if elsewhere else 'ok':5} {name}: {elsewhere or rule.__doc__}")
            except Exception:  # every rule is tried, whatever became of the one before
                failures += 1
                print(f"FAILED {name}: {rule.__name__}: {rule.__doc__}\n{traceback.format_exc()}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
