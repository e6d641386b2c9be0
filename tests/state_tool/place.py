# SPDX-License-Identifier: Apache-2.0
"""What the tests of smos-state share: a folder with a state that has money, productions and observations."""
import json
import os
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from money import Money, planned  # noqa: E402

YEAR_US = 366 * 86_400_000_000


class Place(Money):
    """programs: the folder of the binaries."""

    def __init__(self, programs, folder):
        super().__init__(os.path.join(programs, "smos-cfo"), folder)
        self.programs = programs

    def tool(self, name, *words, status=0, text="", state=None):
        done = subprocess.run([os.path.join(self.programs, name), *words, "--state", state or self.state],
                              input=text, capture_output=True, text=True, timeout=120)
        assert done.returncode == status, (name, words, done.returncode, done.stdout, done.stderr)
        return done

    def keep(self, *words, status=0, state=None):
        return self.tool("smos-state", *words, status=status, state=state)

    def json(self, *words, status=0, state=None):
        return json.loads(self.keep(*words, "--json", status=status, state=state).stdout)

    def fill(self, reservations=6):
        """Wallets in a tree, reservations open and settled, productions in several states."""
        self.run("fund", "default/ava/spring", "5", "--key", "k1")
        self.run("fund", "other/bob", "2", "--key", "k2")
        lines = self.filter("reserve", *(planned(f"t{i}", 40000) for i in range(reservations)),
                            options=("--wallet", "default/ava/spring"))
        self.filter("settle", *(dict(line, status="published") for line in lines[::2]))
        records = "".join(json.dumps({"task_id": f"p{i}", "payload": {"prompt": "it's \u202e<b>\U0001f600"}}) + "\n"
                          for i in range(4))
        self.tool("smos-run", "enqueue", text=records)
        self.tool("smos-run", "cancel", "p1")
        self.tool("smos-run", "pause", "p2")

    def sql(self, text, *values):
        """Past the tools, its triggers in force."""
        file = sqlite3.connect(self.state, isolation_level=None)
        try:
            return file.execute(text, values).fetchall()
        finally:
            file.close()

    def now_us(self):
        return int(self.sql("SELECT CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)")[0][0])

    def grow_old(self, observations=2500):
        """Observations, an output, history and a node of more than a year ago, beside new ones."""
        now = self.now_us()
        old = now - YEAR_US
        file = sqlite3.connect(self.state, isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        file.executemany("INSERT INTO observation(platform, native_id, observed_us, upvotes) VALUES('hn', ?, ?, 1)",
                         [(f"id{i}", at) for i in range(observations) for at in (old, now)])
        for task, state, at in (("old-done", "done", old), ("new-done", "done", now), ("old-dead", "dead", old)):
            file.execute("INSERT INTO production(tenant, task_id, queue, record, state, run_at_us, max_attempts,"
                         " max_crashes, actor, created_us, updated_us) VALUES('default', ?, 'default', '{}', ?, ?, 5,"
                         " 3, 'test', ?, ?)", (task, state, at, at, at))
            file.execute("INSERT INTO stage_output SELECT id, 'plan', 'h', '{}', 0, ? FROM production"
                         " WHERE task_id = ?", (at, task))
            file.execute("INSERT INTO board SELECT id, 'render', 'handover', 'plan', '{}', 'w', 1, 'h', 0, ?"
                         " FROM production WHERE task_id = ?", (at, task))
        for at in (old, now):
            for version, before, after in ((1, "", "queued"), (2, "queued", "done")):
                file.execute("INSERT INTO audit(tenant, task_id, actor, action, state_before, state_after,"
                             " state_version, at_us) VALUES('default', ?, 'test', 'x', ?, ?, ?, ?)",
                             (f"purged-{at}", before, after, version, at))
            file.execute("INSERT INTO node VALUES(?, 'host', '{}', ?, ?, ?)", (f"n{at}", at, at, at))
        file.execute("COMMIT")
        file.close()
