#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The run loop of a filter: what leaves, what does not, and when."""
import os
import pty
import stat
import subprocess
import threading

from probing import ENV, HOME, PROBE, WORK, check, conclude, expect, run, start

PASSES = b'{"task_id":"a","status":"settled","n":1e400,"n":2, "u":"\xc3\xa4"}'
ACTS = b'{"task_id":"b","status":"planned","keep":1.10}'

done = run([PROBE], PASSES + b"\n\n" + ACTS)
check("untouched and acted on", done.stdout == PASSES + b"\n" + ACTS.replace(b"planned", b"reserved")
      + b"\n", done.stdout)
expect("nothing to say", done, 0, None, "")
expect("empty input", run([PROBE]), 0, "", "")

bad = b'\xef\xbb\xbf{"a":1}\r\nnot json\n[1]\n{"x":"\xff"}\n' + b"x" * (1 << 21) + b"\n" + PASSES
done = run([PROBE, "--rejects", "out.rej"], bad)
expect("malformed", done, 65, None, "smos-probe: error: standard input:2 (byte 12): ")
check("one message each", done.stderr.count(b"smos-probe: error: standard input:") == 4, done.stderr)
check("the others pass", done.stdout == b'{"a":1}\n' + PASSES + b"\n", done.stdout[:300])
kept = (WORK / "out.rej").read_bytes()
check("kept verbatim", kept == b'not json\n[1]\n{"x":"\xff"}\n' + b"x" * (1 << 21) + b"\n", len(kept))
check("kept private", stat.S_IMODE((WORK / "out.rej").stat().st_mode) == 0o600)
run([PROBE, "--rejects", "none.rej"], PASSES)
check("no rejects, no file", not (WORK / "none.rej").exists())
expect("rejects not to be made", run([PROBE, "--rejects", "/nosuch/x"], b"bad\n"), 73, "", "/nosuch/x")

(WORK / "good.jsonl").write_bytes(PASSES + b"\n")
(WORK / "empty.jsonl").write_bytes(b"")
done = run([PROBE, "missing.jsonl", ".", "good.jsonl", "empty.jsonl"])
expect("missing, directory, empty", done, 66, '"task_id":"a"', "missing.jsonl: No such file")
check("the directory is named", b".: is a directory" in done.stderr, done.stderr)
check("the empty one is named", b"empty.jsonl: empty" in done.stderr, done.stderr)
check("- is standard input", run([PROBE, "-", "good.jsonl"], ACTS).stdout.count(b"\n") == 2)

for outcome, status in (("refused", 1), ("failed", 1), ("reserved", 0)):
    expect(f"--fail {outcome}", run([PROBE, "--outcome", outcome, "--fail"], ACTS), status)
expect("no --fail", run([PROBE, "--outcome", "failed"], ACTS), 0)
expect("65 before 1", run([PROBE, "--outcome", "failed", "--fail"], ACTS + b"\nbad"), 65)
expect("summary", run([PROBE, "--log-level=info"], ACTS), 0, None, "records: 1 reserved")

with open("/dev/full", "wb") as full:
    done = subprocess.run([PROBE], input=PASSES, stdout=full, stderr=subprocess.PIPE, env=ENV)
check("full disk", done.returncode == 74 and b"No space left" in done.stderr, done)
done = subprocess.run([PROBE], input=PASSES, stderr=subprocess.PIPE, env=ENV,
                      preexec_fn=lambda: os.close(1))
check("stdout closed", done.returncode == 74, done)

child = start([PROBE])
for line in (PASSES, ACTS):
    child.stdin.write(line + b"\n")
    child.stdin.flush()
    check("prompt", child.stdout.readline().startswith(line[:14]))
child.stdin.write(PASSES + b"\n" + PASSES[:20])
child.stdin.flush()
check("prompt with half a line behind", child.stdout.readline() == PASSES + b"\n")
child.stdout.close()
child.stdin.write(PASSES[20:] + b"\n")
child.stdin.flush()
child.stdin.close()
check("reader gone: quiet", child.wait(60) == 0 and child.stderr.read() == b"", child.returncode)

many = (PASSES + b"\n") * 20000
child = start(["/bin/sh", "-c", f"'{PROBE}' | head -n 1"])
out, err = child.communicate(many, timeout=60)
check("head", out == PASSES + b"\n" and err == b"", err)

reader, writer = os.pipe()
child = start([PROBE], stdout=writer)
os.close(writer)
writing = threading.Thread(target=lambda: (child.stdin.write(many), child.stdin.close()))
writing.start()
slow = b""
while piece := os.read(reader, 777):
    slow += piece
writing.join()
check("a slow reader gets all", slow == many and child.wait(60) == 0, len(slow))

main, terminal = pty.openpty()
done = subprocess.run([PROBE], stdin=terminal, capture_output=True, env=ENV, timeout=60)
check("a terminal is no input", done.returncode == 64 and b"no input" in done.stderr, done)
conclude()
