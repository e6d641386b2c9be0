#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Where values come from, and what a project's file may not do."""
import json

from probing import HOME, PROBE, SMOS, WORK, check, conclude, expect, run

user = HOME / ".config/smos/smos.yaml"
system = HOME / "xdg/smos/smos.yaml"
project = WORK / "smos.yaml"
explicit = HOME / "given/mine.yaml"
for path in (user, system, explicit):
    path.parent.mkdir(parents=True)


def values(*arguments, env=None):
    done = run([PROBE, "values", *arguments], env=env)
    check(f"values {arguments}", done.returncode == 0, done.stderr)
    return json.loads(done.stdout) if done.returncode == 0 else {}


check("fallback", values()["budget"] == 5000000)
check("state by XDG", values()["state"] == f"{HOME}/.local/state/smos/state.db")
check("assets by XDG", values(env={"XDG_DATA_HOME": "/d"})["assets"] == "/d/smos/cas")
system.write_text("state: /sys/state.db\nprobe:\n  count: 1\n  budget: '7'\n  tag: [x, y]\n")
check("system", values()["count"] == 1 and values()["tags"] == ["x", "y"])
user.write_text("probe: {count: 2, place: here/it}\nmodels: {face: {path: /m}}\nstyle: {a: 1, b: 2}\n")
seen = values()
check("user over system", seen["count"] == 2 and seen["budget"] == 7000000, seen)
check("a path beside its file", seen["place"] == f"{user.parent}/here/it", seen)
check("trusted", seen["trusted"]["models"]["face"]["path"] == "/m", seen)
project.write_text("state: local.db\nstyle: {b: 3}\nprobe: {place: p}\n")
seen = values()
check("project over user", seen["state"] == "local.db" and seen["place"] == "p", seen)
check("style in layers", seen["style"] == {"a": 1, "b": 3}, seen)
check("environment over project", values(env={"SMOS_STATE": "/e"})["state"] == "/e")
check("empty environment is unset", values(env={"SMOS_STATE": ""})["state"] == "local.db")
check("environment of a tool's option", values(env={"SMOS_PROBE_COUNT": "3"})["count"] == 3)
check("a list in the environment", values(env={"SMOS_PROBE_TAG": "p,q"})["tags"] == ["p", "q"])
check("flag over environment", values("--state", "/f", env={"SMOS_STATE": "/e"})["state"] == "/f")
explicit.write_text("probe: {count: 4}\n")
seen = values("--config", explicit)
check("--config replaces user and system", seen["count"] == 4 and seen["budget"] == 5000000, seen)
check("SMOS_CONFIG", values(env={"SMOS_CONFIG": str(explicit)})["count"] == 4)

shown = run([SMOS, "config", "show", "--origin", "--seed", "4"], env={"SMOS_QUIET": "yes"}).stdout
shown = shown.decode()
for line in ("state = local.db", f"# {project.name}:1", "# flag --seed", "# environment SMOS_QUIET",
             "# default"):
    check(f"config show has {line}", line in shown, shown)
done = run([SMOS, "config", "show", "--json", "--state", "/x"])
state = [o for o in json.loads(done.stdout)["options"] if o["key"] == "state"]
check("config show --json", state == [{"key": "state", "value": "/x", "origin": "flag --state",
                                       "environment": "SMOS_STATE"}], state)
expect("config nosuch", run([SMOS, "config", "set"]), 64, "", "no such action")
expect("config of no tool", run([SMOS, "config", "show", "nosuch"]), 64, "", "no such tool")

project.write_text("probe:\n  exec: rm -rf /\n  count: 9\nbindings:\n  cap.text: {exec: evil}\n"
                   "channels: [x]\nsecrets: {k: v}\nlog-level: debug\nnosuch: 1\n")
done = run([PROBE, "values"])
seen = json.loads(done.stdout)
check("a project sets no exec", seen["exec"] == "" and seen["count"] == 2, seen)
check("a project adds nothing trusted", "bindings" not in seen["trusted"]
      and "channels" not in seen["trusted"] and "secrets" not in seen["trusted"], seen["trusted"])
text = done.stderr.decode()
for key, line in (("probe.exec", 2), ("probe.count", 3), ("bindings", 4), ("channels", 6),
                  ("secrets", 7), ("log-level", 8), ("nosuch", 9)):
    check(f"named: {key}", f"smos.yaml:{line}: {key}: may not be set" in text, text)
check("no debug from a project", "debug:" not in text and "info:" not in text, text)

for body, said in (("probe: {count: many}", "mine.yaml:1: probe.count: 'many' is not a whole"),
                   ("probe: {count: [1, 2]}", "takes one value"),
                   ("probe: {count: {a: 1}}", "not a map"), ("probe:\n  a: [", "mine.yaml:2: "),
                   ("a: 1\na: 2\n", "mine.yaml:2: a: given twice"), ("- list", "not a map"),
                   ("a: \xff", "not UTF-8"),
                   ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
                       f"{c}: &{c} [{','.join(['*' + p] * 10)}]\n" for p, c in zip("abcdef", "bcdefg")),
                    "too large")):
    explicit.write_bytes(body.encode("latin-1"))
    done = run([PROBE, "values", "--config", explicit])
    expect(f"config {body[:20]!r}", done, 78, "", said)
expect("no such config", run([PROBE, "values", "--config", "/nosuch"]), 78, "", "/nosuch: no such")
expect("bad environment", run([PROBE, "values"], env={"SMOS_PROBE_COUNT": "x"}), 78, "",
       "SMOS_PROBE_COUNT: 'x' is not a whole number")
project.unlink()
user.write_text("probe: {cuont: 1}\n")
expect("mistyped key", run([PROBE, "values"]), 0, None, "did you mean probe.count?")
conclude()
