#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos-scout as a process: promptness, very long lines, readers that go, signals, kill -9."""
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile

SCOUT = os.path.abspath(sys.argv[1])
NOW = ["--now", "2026-11-20T12:00:00Z"]
RECORD = b'{"schema":"smos.record/1","task_id":"t","x":1e2}\n'


def item(number, at="2026-11-20T11:00:00Z", score=5):
    return (b'{"id":"%d","title":"item %d","score":%d,"comments":9,'
            b'"created_at":"2026-11-20T10:00:00Z","observed_at":"%s"}\n'
            % (number, number, score, at.encode()))


def start(*options, stdout=subprocess.PIPE):
    return subprocess.Popen([SCOUT, *NOW, *options], stdin=subprocess.PIPE, stdout=stdout,
                            stderr=subprocess.PIPE)


def line_within(process, limit_s=30):
    assert select.select([process.stdout], [], [], limit_s)[0], "no line came"
    return process.stdout.readline()


def send(process, data):
    process.stdin.write(data)
    process.stdin.flush()


def prompt():
    with start("--stateless") as scout:
        send(scout, item(1) + RECORD)
        assert line_within(scout) == RECORD, "a record of ours has to pass before the input ends"
        scout.stdin.close()
        assert b'"native_id":"1"' in scout.stdout.read(), "the item has to come at the end"
    with start("--stateless", "--each") as scout:
        for number in range(3):
            send(scout, item(number))
            assert b'"native_id":"%d"' % number in line_within(scout)
        scout.stdin.close()
    assert scout.returncode == 0


def long_line(folder):
    rejects = os.path.join(folder, "rejects")
    block = b"x" * (1 << 20)
    with start("--stateless", "--rejects", rejects) as scout:
        send(scout, item(1) + b'{"id":"')
        for _ in range(300):
            scout.stdin.write(block)
        send(scout, b'"}\n' + item(2))
        out, err = scout.communicate()
    assert scout.returncode == 65 and out.count(b"\n") == 2, (scout.returncode, err)
    assert b"standard input:2 (byte %d)" % len(item(1)) in err, err
    assert os.path.getsize(rejects) == (300 << 20) + len(b'{"id":""}\n'), "not kept verbatim"
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert peak_kib < 100 * 1024, f"a line of 300 MiB took {peak_kib} KiB"


def listing_in_one_line():
    children = b",".join(b'{"kind":"t3","data":%s}' % item(n)[:-1].replace(
        b'"title"', b'"selftext":"%s","title"' % (b"a" * 3000)) for n in range(1000))
    with start("--stateless") as scout:
        out, err = scout.communicate(b'{"kind":"Listing","data":{"children":[' + children + b"]}}\n")
    assert scout.returncode == 0 and out.count(b"\n") == 1000, err


def gone_reader():
    with start("--stateless", "--each") as scout:
        scout.stdout.close()
        try:
            for number in range(100000):
                send(scout, item(number))
        except BrokenPipeError:
            pass
        err = scout.stderr.read()
        try:
            scout.stdin.close()
        except BrokenPipeError:
            pass
    assert scout.returncode == 0 and err == b"", (scout.returncode, err)
    with open("/dev/full", "wb") as full, start("--stateless", stdout=full) as scout:
        _, err = scout.communicate(item(1))
    assert scout.returncode == 74 and b"No space left" in err, (scout.returncode, err)


def interrupted(folder):
    state = ["--state", os.path.join(folder, "i.db")]
    with start(*state) as scout:
        send(scout, item(1) + RECORD)
        line_within(scout)  # so the item before it has been read
        scout.send_signal(signal.SIGINT)
        out, err = scout.communicate()
    assert scout.returncode == 130 and b'"native_id":"1"' in out, (scout.returncode, out, err)
    with start(*state) as scout:
        out, _ = scout.communicate(item(1, "2026-11-20T12:00:00Z", 8))
    assert b'"observations":2' in out and b'"upvotes":3' in out, out


def killed(folder):
    state = ["--state", os.path.join(folder, "k.db")]
    with start(*state, "--each") as scout:
        send(scout, item(1))
        line_within(scout)
        scout.kill()
    with start(*state) as scout:
        out, _ = scout.communicate(item(1, "2026-11-20T12:00:00Z", 8))
    assert b'"observations":2' in out, "what had left was not remembered"


def usage():
    for words in (["--top", "1", "--each"], ["--top", "0"], ["--min-vvs", "much"], ["--nonsense"]):
        done = subprocess.run([SCOUT, *words], input=b"", capture_output=True)
        assert done.returncode == 64 and done.stderr and not done.stdout, (words, done)


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        prompt()
        long_line(folder)
        listing_in_one_line()
        gone_reader()
        interrupted(folder)
        killed(folder)
        usage()
    print("prompt, long lines, listing, gone reader, full disk, interrupt, kill, usage: all kept")


if __name__ == "__main__":
    main()
