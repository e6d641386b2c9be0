#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Help, version, usage errors, values, colours and log formats."""
import json

from probing import ENV, PROBE, SMOS, check, conclude, expect, run

for tool in (SMOS, PROBE):
    name = tool.rsplit("/", 1)[1]
    expect(f"{name} --version", run([tool, "--version"]), 0, f"{name} 0.", "")
    for flag in ("--help", "-h"):
        expect(f"{name} {flag}", run([tool, flag]), 0, "Shared options:", "")
    expect(f"{name} unknown option", run([tool, "--sed=1"]), 64, "", "unknown option --sed")
with open("/dev/full", "wb") as full:
    import subprocess
    for flag in ("--help", "--version"):
        done = subprocess.run([SMOS, flag], stdout=full, stderr=subprocess.PIPE, env=ENV)
        check(f"{flag} to a full disk", done.returncode == 74, done)

expect("no verb", run([SMOS]), 64, "", "a command is missing")
expect("nearest option", run([PROBE, "--buget", "3"]), 64, "", "did you mean --budget?")
expect("nearest verb", run([SMOS, "docter"]), 64, "", "did you mean smos doctor?")
expect("nearest choice", run([PROBE, "--log-level", "wran"]), 64, "", "did you mean warn?")
expect("value missing", run([PROBE, "values", "--count"]), 64, "", "--count needs a value")
expect("positional missing", run([PROBE, "throw"]), 64, "", "WHAT is missing")
expect("too many", run([PROBE, "values", "x"]), 64, "", "unexpected argument 'x'")
expect("required", run([SMOS, "produce", "--muse", "x"]), 64, "", "option --intent is missing")
for option, value in (("count", "1.5"), ("count", "99999999999999999999"), ("ratio", "nan"),
                      ("ratio", "1e999"), ("budget", "-1"), ("budget", "1e3"), ("seed", "-1"),
                      ("since", "yesterday"), ("place", ""), ("bold", "maybe")):
    done = run([PROBE, "values", f"--{option}={value}"])
    expect(f"bad {option} {value}", done, 64, "", f"--{option}: ")
    check(f"bad {option}: two lines", done.stderr.count(b"\n") == 2, done.stderr)

done = run([PROBE, "-b", "--count", "-7", "values", "--ratio=2.5", "--tag", "a", "--tag", "b,c",
            "--since", "2020-11-25T22:54:02Z", "--budget", "0.53", "--seed", "9",
            "--now", "2021-01-01T00:00:00+01:00"])
values = json.loads(done.stdout)
wanted = {"count": -7, "ratio": 2.5, "tags": ["a", "b,c"], "budget": 530000, "bold": True,
          "since": "2020-11-25T22:54:02Z", "seed": 9, "now": "2020-12-31T23:00:00Z"}
check("values before and after the verb", wanted.items() <= values.items(), values)
done = run([PROBE, "values", "--count=1", "-c2"])
check("the last one counts", json.loads(done.stdout)["count"] == 2, done)
done = run([PROBE, "values", "--bold=false"])
check("a flag may be false", json.loads(done.stdout)["bold"] is False, done)
expect("a verb as an option's value", run([PROBE, "--place", "values", "values"]), 0, '"values"')
expect("behind --", run([PROBE, "throw", "--", "fatal"]), 69, "", "the service is away; try later")

expect("fatal", run([PROBE, "throw", "fatal"]), 69, "", "smos-probe: error: the service is away")
expect("bug", run([PROBE, "throw", "bug"]), 70, "", "a\\tbug\\x1b[31m")
expect("memory", run([PROBE, "throw", "memory"]), 70, "", "out of memory")

plain = run([PROBE, "throw", "fatal"])
check("no colour in a pipe", b"\033" not in plain.stderr, plain.stderr)
for env, colour in (({"CLICOLOR_FORCE": "1"}, True), ({"CLICOLOR_FORCE": "0"}, False),
                    ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False),
                    ({"SMOS_COLOR": "always", "NO_COLOR": "1"}, True)):
    done = run([PROBE, "throw", "fatal"], env=env)
    check(f"colour with {env}", (b"\033[31m" in done.stderr) == colour, done.stderr)

done = run([PROBE, "throw", "bug", "--log-format", "json"])
line = json.loads(done.stderr)
check("JSON log", {"lvl": "error", "tool": "smos-probe", "code": "bug"}.items() <= line.items()
      and "t" in line and "hint" in line and "\x1b" in line["msg"], line)
done = run([PROBE, "--nosuch", "--log-format=json"])
check("JSON usage error", json.loads(done.stderr)["msg"].startswith("unknown option"), done.stderr)
expect("quiet by default", run([PROBE, "values"]), 0, None, "")
expect("info on request", run([PROBE, "values", "--log-level=info"]), 0, None, "values printed")
expect("quiet wins", run([PROBE, "values", "--log-level=debug", "-q"]), 0, None, "")

events = [json.loads(e) for e in run([PROBE, "steps", "--progress=json"]).stderr.splitlines()]
check("progress: few", 0 < len(events) < 60, len(events))
check("progress: the last of each task",
      [e["fraction"] for e in events if e["task"] == "count"][-1] == 1.0
      and events[-1]["fraction"] == 0.5 and events[-1]["task"] == "other", events[-3:])
check("progress: shape", all(e["ev"] == "progress" and e["tool"] == "smos-probe" and "t" in e
                             for e in events), events[:1])
expect("no bar in a pipe", run([PROBE, "steps"]), 0, "", "")
for what in ("man", "bash", "zsh", "fish", "spec", "versions"):
    expect(f"generate {what}", run([PROBE, "--generate", what]), 0, "smos-probe", "")
    check(f"generate {what} twice", run([PROBE, "--generate", what]).stdout
          == run([PROBE, "--generate", what]).stdout)
conclude()
