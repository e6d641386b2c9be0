# SPDX-License-Identifier: Apache-2.0
"""What the fault tests share: a folder with the tools and a state file, what is in that state told
in a form that two runs agree on, and calls of the system that strace makes fail."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "store"))
from money import PAINTER, planned  # noqa: E402,F401

skipped = 77
PAGE = 4096

# A stage that does nothing but advance the status, and notes every call under its lease.
STAGE = """#!/bin/sh
echo "$SMOS_LEASE_PRODUCTION $SMOS_LEASE_TOKEN" >> "$STAGE_LOG"
exec sed 's/"payload"/"status":"planned","payload"/'
"""

# Times, random ids and hashes differ from run to run; everything else has to be the same.
TOLD = {
    "wallet": "name, funded, spent, pending, owed, state, hour_total, day_total, month_total, tree_pending",
    "entry": "chain_id, seq, kind, wallet_id, res_id, debit, credit, amount, idem",
    "reservation": "res_id, task_id, round, amount, drawn, spent, overrun, state, outcome, opened_seq, closed_seq",
    "spend": "spend_id, res_id, number, spend_key, ceiling, actual, state, attempt",
    "effect": "effect_id, state, attempt, external_id, receipt",
    "unit_wallet": "tenant, wallet, balance",
    "unit_move": "tenant, reference_id, delta, balance",
    "period": "name, from_us, to_us",
    "production": "task_id, state, stage, verdict, record, attempt, crashes, state_version",
    "audit": "task_id, action, state_before, state_after, state_version",
    "stage_output": "production_id, stage, input_hash, record",
    "switch": "name, paused",
}


class Broken(AssertionError):
    """A promise of the state that did not hold."""


class Yard:
    def __init__(self, programs, memory=True):
        """memory: the folder may lie in memory, where nothing is waited for."""
        place = "/dev/shm" if memory and os.access("/dev/shm", os.W_OK) else None
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="smos-faults-", dir=place)
        self.bin = os.path.join(self.folder, "bin")
        self.home = os.path.join(self.folder, "home")
        self.kept = os.path.join(self.folder, "kept")
        os.mkdir(self.bin)
        os.mkdir(self.home)
        for name in ("smos-cfo", "smos-run", "smos-state"):
            shutil.copy(os.path.join(programs, name), self.bin)
        modules = os.path.join(programs, "..", "lib")
        if os.path.isdir(modules):
            os.symlink(os.path.abspath(modules), os.path.join(self.folder, "lib"))
        self.stage(STAGE)
        self.state = os.path.join(self.home, "state.db")
        self.config = os.path.join(self.home, "config.yaml")
        self.log = os.path.join(self.home, "calls")
        self.line("plan")
        self.environment = dict(os.environ, XDG_STATE_HOME=self.home, XDG_CONFIG_HOME=self.home,
                                HOME=self.home, STAGE_LOG=self.log, LC_ALL="C.UTF-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def stage(self, text, name="smos-plan"):
        """In place of the one before, which a shell may still be reading."""
        path = os.path.join(self.bin, name)
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path + ".new", 0o755)
        os.replace(path + ".new", path)

    def line(self, *stages):
        """The stages that a production has to go through, in the configuration (JSON is YAML)."""
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump({"prices": [PAINTER], "run": {"line": stages}}, file)

    def arguments(self, tool, *words):
        own = ["--state", self.state] + (["--config", self.config] if tool != "smos-state" else [])
        return [os.path.join(self.bin, tool), *words, *own]

    def run(self, tool, *words, text="", status=0, before=(), environment=None):
        """status None: whatever it is."""
        done = subprocess.run([*before, *self.arguments(tool, *words)], input=text, text=True, timeout=60,
                              capture_output=True, env=dict(self.environment, **(environment or {})))
        if status is not None and done.returncode != status:
            raise Broken(f"{tool} {' '.join(words)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self, tool, *words, before=(), environment=None, **options):
        return subprocess.Popen([*before, *self.arguments(tool, *words)], text=True,
                                env=dict(self.environment, **(environment or {})), **options)

    def cfo(self, *words, **options):
        return self.run("smos-cfo", *words, **options)

    def queue(self, *words, **options):
        return self.run("smos-run", *words, **options)

    def filter(self, verb, *records, **options):
        text = "".join(json.dumps(record) + "\n" for record in records)
        return [json.loads(line) for line in self.cfo(verb, text=text, **options).stdout.splitlines()]

    def fund(self, dollars="100", key="first", wallet="default/ava"):
        self.cfo("fund", wallet, dollars, "--key", key)

    def balance(self, wallet="default/ava"):
        return json.loads(self.cfo("balance", wallet, "--json").stdout)

    def show(self, task):
        return json.loads(self.queue("show", task, "--json").stdout)

    def put(self, task, *words, **payload):
        line = json.dumps({"task_id": task, "payload": payload}, separators=(",", ":")) + "\n"
        self.queue("enqueue", *words, text=line)

    def keep(self):
        """Remembers all files of the state as they are."""
        shutil.rmtree(self.kept, ignore_errors=True)
        shutil.copytree(self.home, self.kept)

    def put_back(self):
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)

    def check(self, named=None):
        """The ledger with its chain and balances, the file, its references and the queue. named: findings that may be."""
        done = self.run("smos-state", "verify", "--json", status=None if named else 0)
        kinds = {finding["kind"] for finding in json.loads(done.stdout)["findings"]}
        if kinds - {named}:
            raise Broken(f"smos-state verify: {done.stdout}")

    def sql(self, text, *values):
        file = sqlite3.connect(self.state, isolation_level=None, timeout=30)
        try:
            return file.execute(text, values).fetchall()
        finally:
            file.close()

    def told(self, tables=tuple(TOLD)):
        """Rows as text, without the times that reservations are named by, and calls after them."""
        file = sqlite3.connect(self.state, isolation_level=None, timeout=30)
        try:
            calls = {name: f"call {key} {attempt} of {undated(res_id)}" for name, res_id, key, attempt in
                     file.execute("SELECT spend_id, res_id, spend_key, attempt FROM spend")}

            def plain(row):
                text = undated(repr(row))
                for name, meant in calls.items():
                    text = text.replace(name, meant)
                return text

            return {table: sorted(map(plain, file.execute(f"SELECT {TOLD[table]} FROM {table}")))
                    for table in tables}
        finally:
            file.close()

    def lapse(self):
        """Every lease is over, as if its time had passed."""
        self.sql("UPDATE production SET lease_until_us = 0, lease_boot_until_us = 0 WHERE state = 'leased'")

    def calls(self):
        try:
            with open(self.log, encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []


def undated(text):
    """Reservations are named by their time and a hash: the hash alone."""
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f]{4}-8(?=[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})", "-8", text)


def difference(one, other):
    """The first rows that only one of two states has."""
    lines = []
    for table in one:
        lines += [f"- {table} {row}" for row in one[table] if row not in other[table]]
        lines += [f"+ {table} {row}" for row in other[table] if row not in one[table]]
    return "\n".join(lines[:12])


def calls_of(yard, names, tool, *words, text=""):
    """The calls of one clean run: (name, number among its kind, concerns the state, the line)."""
    log = os.path.join(yard.folder, "trace")
    yard.run(tool, *words, text=text, before=["strace", "-y", "-s", "0", "-o", log, "-e", "trace=" + names])
    numbers = {}
    found = []
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\w+)\(", line)
            if not match:
                continue
            name = match[1]
            numbers[name] = numbers.get(name, 0) + 1
            ours = yard.home in line or name.startswith("sem") or line.startswith("write(1<")
            found.append((name, numbers[name], ours, line.rstrip()))
    return found


def injected(name, number, fault):
    """The words before a command whose call `number` of the name meets the fault."""
    return ["strace", "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={number}"]


def sample(points, count):
    """At most `count` of them, spread evenly, the last one always among them."""
    if len(points) <= count:
        return points
    return [points[(index + 1) * len(points) // count - 1] for index in range(count)]


def arguments():
    """(programs, long, names): TEST PROGRAMS [long] [NAME...]"""
    words = sys.argv[2:]
    return os.path.abspath(sys.argv[1]), "long" in words, [word for word in words if word not in ("long", "short")]


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"no {program} here")
            sys.exit(skipped)
