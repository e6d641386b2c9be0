#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""smos finds its tools, and says what it knows of them."""
import json
import shutil
import subprocess

from probing import BIN, ENV, HOME, PROBE_DIR, SMOS, WORK, check, conclude, expect, run

alone = HOME / "alone"
alone.mkdir()
shutil.copy(SMOS, alone / "smos")
lone = str(alone / "smos")
expect("unknown tool", run([lone, "nosuch"]), 64, "", "no tool or command 'nosuch'")
path = {"PATH": f"{PROBE_DIR}:/usr/bin:/bin"}
expect("a tool on PATH", run([lone, "probe", "--version"], env=path), 0, "smos-probe 0.", "")
expect("its status", run([lone, "probe", "throw", "fatal"], env=path), 69, "", "away")
expect("its help", run([lone, "help", "probe"], env=path), 0, "Usage: smos-probe", "")
expect("help of a command", run([lone, "help", "produce"]), 0, "--intent", "")
expect("nearest tool", run([lone, "prob"], env=path), 64, "", "did you mean smos probe?")
for argv in (["--help"], ["help"], ["-h"]):
    expect(f"{argv} lists it", run([lone, *argv], env=path), 0, "  probe ", "")
expect("a relative PATH runs nothing", run([lone, "probe", "--version"],
                                           env={"PATH": f"../probe:.:{BIN}"}, ), 64, "")
done = run([lone, "config", "show", "probe", "--origin"], env={**path, "SMOS_PROBE_COUNT": "8"})
check("config of a tool", b"probe.count = 8" in done.stdout
      and b"environment SMOS_PROBE_COUNT" in done.stdout, done)

for tool in sorted(BIN.glob("smos-*")):
    spec = json.loads(run([tool, "--generate", "spec"]).stdout)
    listed = run([SMOS, "--help"]).stdout.decode()
    check(f"{tool.name}: smos --help has the summary of its spec",
          f"{tool.name[5:]:<24}{spec['summary']}" in listed, spec["summary"])

names = run([SMOS, "schema"]).stdout.split()
check("schemas", b"record" in names and len(names) >= 7, names)
for name in names:
    check(f"schema {name}", "$schema" in json.loads(run([SMOS, "schema", name.decode()]).stdout))
expect("no schema", run([SMOS, "schema", "plam"]), 64, "", "did you mean plan?")

secret = HOME / "c.yaml"
model = HOME / "model.onnx"
model.write_bytes(b"abc")
secret.write_text(f"secrets: {{gemini: hunter2}}\nmodels:\n  good: {{path: {model}, sha256: "
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}\n"
                  f"  other: {{path: {model}, sha256: '00'}}\n  gone: /nosuch/m\n")
done = run([lone, "doctor", "--config", secret])
text = done.stdout.decode()
expect("doctor", done, 0, "sqlite")
check("keys by name only", "gemini" in text and "hunter2" not in text, text)
for line in ("ok   model good", "fail model other", "fail model gone", "fail smos-scout"):
    check(f"doctor says {line}", line in text, text)
checks = json.loads(run([lone, "doctor", "--json", "--config", secret]).stdout)["checks"]
check("doctor --json", {"name", "health", "text"} <= set(checks[0]), checks[:1])
expect("doctor --fail", run([lone, "doctor", "--fail"]), 1)
state = HOME / "broken.db"
state.write_bytes(b"no database at all, but longer than a header" * 100)
check("broken state", b"fail state" in run([lone, "doctor", "--state", state]).stdout)
expect("produce without tools", run([lone, "produce", "--intent", "x", "--muse", "m"]), 69, "",
       "smos-plan is neither beside smos nor on PATH")
expect("--to alone", run([lone, "produce", "--intent", "x", "--muse", "m", "--to", "dir"]), 64)
conclude()
