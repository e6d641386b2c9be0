# SPDX-License-Identifier: Apache-2.0
"""What the tests of smos-run share: a folder with the program beside stages that do as told."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
STAGES = ["plan", "reserve", "render", "critic", "publish", "settle"]


class Yard:
    """A folder with smos-run beside stages of ours, a state file and a log of calls."""

    state = None
    config = None

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="smos-queue-")
        self.bin = os.path.join(self.folder, "bin")
        os.mkdir(self.bin)
        shutil.copy(sys.argv[1], self.bin)
        library = os.path.join(os.path.dirname(os.path.dirname(sys.argv[1])), "lib")
        os.symlink(os.path.abspath(library), os.path.join(self.folder, "lib"))
        for name in ("plan", "cfo", "render", "critic", "publish", "voice", "mix"):
            shutil.copy(os.path.join(HERE, "stage.py"), os.path.join(self.bin, "smos-" + name))
        self.log = os.path.join(self.folder, "calls")
        open(self.log, "w").close()
        self.started = []
        self.environment = dict(os.environ, STAGE_LOG=self.log, HOME=self.folder,
                                XDG_CONFIG_HOME=self.folder, XDG_STATE_HOME=self.folder)

    def arguments(self, *words):
        state = self.state or os.path.join(self.folder, "state.db")
        config = ["--config", self.config] if self.config else []
        return [os.path.join(self.bin, "smos-run"), *words, "--state", state, *config]

    def configure(self, config):
        self.config = os.path.join(self.folder, "config.yaml")  # JSON is YAML
        with open(self.config, "w") as file:
            json.dump(config, file)

    def refused(self, *words, status):
        """What it says on stderr."""
        end = subprocess.run(self.arguments(*words), env=self.environment, capture_output=True,
                             text=True, timeout=120)
        assert end.returncode == status, (words, end.returncode, end.stdout, end.stderr)
        return end.stderr

    def run(self, *words, given="", status=0):
        end = subprocess.run(self.arguments(*words), input=given, env=self.environment,
                             capture_output=True, text=True, timeout=120)
        assert end.returncode == status, (words, end.returncode, end.stdout, end.stderr)
        return end.stdout

    def start(self, *words):
        with open(os.path.join(self.folder, "said"), "a") as said:
            worker = subprocess.Popen(self.arguments(*words), env=self.environment,
                                      stdin=subprocess.DEVNULL, stderr=said)
        self.started.append(worker)
        return worker

    def put(self, task, tell=None, *words):
        line = json.dumps({"task_id": task, "payload": {"prompt": "it's", "tell": tell or {}}})
        return json.loads(self.run("enqueue", *words, given=line + "\n"))

    def show(self, task):
        return json.loads(self.run("show", task, "--json"))

    def work(self, *words):
        return self.run("work", "--drain", "--backoff", "0", *words)

    def calls(self, task=None):
        lines = [line.split() for line in open(self.log)]
        return [line[1] for line in lines if task in (None, line[0])]

    def pids(self, task):
        return [int(line.split()[2]) for line in open(self.log) if line.split()[0] == task]

    def said(self):
        """What all workers wrote to stderr."""
        return open(os.path.join(self.folder, "said")).read()

    def close(self):
        for worker in self.started:
            worker.kill()
            worker.wait()
        shutil.rmtree(self.folder)


def until(condition, what):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def alive(pid):
    try:
        state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def main(tests):
    """Each in a yard of its own; names behind the programs choose some. --server: their states are
    databases of one PostgreSQL server."""
    words = [word for word in sys.argv[2:] if "/" not in word]
    if "--server" not in words:
        return run_all(tests, words, lambda _: None)
    sys.path.insert(0, os.path.join(HERE, "..", "store"))
    from postgres_server import Server
    with Server() as server:
        run_all(tests, [word for word in words if word != "--server"], server.url)


def run_all(tests, chosen, place_of):
    for test in tests:
        if chosen and test.__name__ not in chosen:
            continue
        yard = Yard()
        yard.state = place_of(test.__name__)
        begun = time.monotonic()
        try:
            test(yard)
        finally:
            yard.close()
        print(f"ok    {test.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
