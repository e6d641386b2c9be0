# SPDX-License-Identifier: Apache-2.0
"""The queue: productions claimed and completed a second, one by one and by 100, with audit rows and records of 2 KB, and bare
(neither) beside graphile-worker and pg-boss; and how long after `smos-run enqueue` answered a stage begins.

The peers come from npm into a folder of their own at each run; without npm or network they are left out, loudly.
TMPDIR=/dev/shm shows what the processor does without the disk. SMOS_BENCH_RUNS=N."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from measure import machine, median

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "tests" / "store"))
from postgres_server import Server  # noqa: E402

RUNS = int(os.environ.get("SMOS_BENCH_RUNS", "3"))
SECONDS = 3
RECORD = 2048
PEERS = ["graphile-worker@0.17.3", "pg-boss@10.4.2", "pg"]


class Queue:
    """One place with our productions."""

    def __init__(self, tools, place, clients, server=None):
        self.tools, self.place, self.clients, self.server = tools, place, clients, server

    def bench(self, *words, **options):
        return subprocess.run([f"{self.tools}/queue_bench", *words], check=True, **options)

    def fill(self, count, size):
        self.bench("fill", self.place, str(count), str(size))
        if self.server:
            self.server.sql("VACUUM ANALYZE smos.production", "queue")

    def audit(self, on):
        if self.server:
            for name in ("production_begins", "production_changes"):
                self.server.sql(f"ALTER TABLE smos.production {'ENABLE' if on else 'DISABLE'} TRIGGER {name}", "queue")

    def rate(self, most, size, audit=True):
        """Productions a second of all clients together."""
        self.audit(audit)
        self.fill((60000 if most > 1 else 24000) if size < 100 else (45000 if most > 1 else 15000), size)
        running = [subprocess.Popen([f"{self.tools}/queue_bench", "work", self.place, f"w{i}", str(most), str(SECONDS)],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for i in range(self.clients)]
        for one in running:
            assert one.stdout.readline() == "ready\n"
        began = time.perf_counter()
        for one in running:
            one.stdin.write("go\n")
            one.stdin.flush()
        done = sum(int(one.stdout.readline()) for one in running)
        seconds = time.perf_counter() - began
        assert all(one.wait() == 0 for one in running)
        return done / seconds


class Peers:
    def __init__(self, folder):
        self.folder = folder
        npm, node = shutil.which("npm"), shutil.which("node")
        said = "neither npm nor node here"
        if npm and node:
            os.mkdir(folder)
            done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--silent", *PEERS], cwd=folder, text=True,
                                  capture_output=True, timeout=300)
            said = done.stderr.strip()[-300:] or f"npm ended with {done.returncode}"
            if done.returncode == 0:
                said = None
        self.missing = said
        if said:
            print(f"NO PEERS: graphile-worker and pg-boss are left out: {said}")

    def rate(self, name, count, url):
        if self.missing:
            return None
        done = subprocess.run(["node", str(TOP / "bench" / "queue_peers.mjs"), name, str(count), url], cwd=self.folder, text=True,
                              capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return float(done.stdout)


class Wake:
    """A worker that waits, and a producer that speaks up now and then."""

    def __init__(self, tools, bin_dir, folder, place):
        os.mkdir(folder)
        self.log, config = f"{folder}/log", f"{folder}/config.yaml"
        open(self.log, "w").close()
        line = [{"name": "look", "command": [f"{tools}/queue_stage"]}]
        pathlib.Path(config).write_text(json.dumps({"run": {"line": line}}))
        self.environment = dict(os.environ, STAGE_LOG=self.log, HOME=folder, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder)
        self.words = [f"{bin_dir}/smos-run"], ["--state", place, "--config", config]

    def start(self, verb, **options):
        return subprocess.Popen([*self.words[0], verb, *self.words[1]], env=self.environment, text=True, **options)

    def begun(self, many):
        while True:
            with open(self.log, encoding="utf-8") as log:
                times = log.read().split("\n")[:-1]
            if len(times) >= many:
                return int(times[-1])
            time.sleep(0.005)

    def latencies_ms(self, rounds):
        producer = self.start("enqueue", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        worker = self.start("work", stderr=subprocess.DEVNULL)
        took = []
        try:
            for i in range(rounds + 3):
                line = json.dumps({"task_id": f"wake-{time.monotonic_ns()}", "payload": {"prompt": "x" * 1900}})
                producer.stdin.write(line + "\n")
                producer.stdin.flush()
                assert json.loads(producer.stdout.readline())["created"]
                answered = time.monotonic_ns()
                took.append((self.begun(i + 1) - answered) / 1e6)
                time.sleep(0.03 + (i * 37 % 100) / 1000)  # any phase of the worker's second
        finally:
            producer.stdin.close()
            producer.wait()
            worker.terminate()
            worker.wait()
        return sorted(took[3:])


def flushes(folder):
    """What the disk allows: appends of 4 KB, each flushed."""
    file = os.open(f"{folder}/flushed", os.O_WRONLY | os.O_CREAT, 0o600)
    count, began = 0, time.perf_counter()
    while time.perf_counter() < began + 1:
        os.write(file, b"x" * 4096)
        os.fdatasync(file)
        count += 1
    os.close(file)
    return count


def row(name, rates, goal=None, beside=None):
    rates = [rate for rate in rates if rate is not None]
    if not rates:
        return print(f"{name:<46} left out")
    said = f"   goal {goal}" if goal else ""
    if beside:
        said += "   " + ", ".join(f"{median([a / b for a, b in zip(rates, other)]):.2f} of {who}"
                                  for who, other in beside.items() if None not in other)
    print(f"{name:<46} {median(rates):8.0f}/s   {min(rates):.0f} to {max(rates):.0f}{said}", flush=True)


def wake_row(name, wake):
    took = wake.latencies_ms(100)
    print(f"{name:<46} p50 {took[len(took) // 2]:6.2f} ms   p90 {took[len(took) * 9 // 10]:.2f} ms, "
          f"p99 {took[len(took) * 99 // 100]:.2f} ms   goal p50 3", flush=True)


def on_server(tools, bin_dir, folder):
    with Server() as server:
        url = server.url("queue")
        ours, peers = Queue(tools, url, 8, server), Peers(f"{folder}/peers")
        subprocess.run([f"{tools}/queue_bench", "fill", url, "1", "2"], check=True)
        runs = []
        for _ in range(RUNS):
            runs.append({"full 1": ours.rate(1, RECORD), "full 100": ours.rate(100, RECORD),
                         "bare 1": ours.rate(1, 2, audit=False),
                         "graphile 1": peers.rate("graphile_singly", 5000, server.url("graphile")),
                         "boss 1": peers.rate("boss_singly", 1500, server.url("boss")),
                         "bare 100": ours.rate(100, 2, audit=False),
                         "graphile fast": peers.rate("graphile_fastest", 50000, server.url("graphile")),
                         "boss fast": peers.rate("boss_fastest", 20000, server.url("boss"))})
        of = {name: [run[name] for run in runs] for name in runs[0]}
        print("PostgreSQL, 8 clients, claimed and completed")
        row("audit rows and 2 KB records, one by one", of["full 1"], 3000)
        row("audit rows and 2 KB records, by 100", of["full 100"], 15000)
        row("bare, one by one", of["bare 1"], 6000, {"graphile": of["graphile 1"], "pg-boss": of["boss 1"]})
        row("  graphile-worker, 8 at once", of["graphile 1"])
        row("  pg-boss, fetch and complete, 8 at once", of["boss 1"])
        row("bare, by 100", of["bare 100"], 22000, {"graphile": of["graphile fast"], "pg-boss": of["boss fast"]})
        row("  graphile-worker, local queue of 500, 24 at once", of["graphile fast"])
        row("  pg-boss, fetch and complete by 100, 8 at once", of["boss fast"])
        ours.audit(True)
        ours.bench("fill", url, "1", "2")
        ours.bench("work", url, "w", "1", "9", input="\n", text=True, stdout=subprocess.DEVNULL)
        wake_row("from the answer to the stage's begin", Wake(tools, bin_dir, f"{folder}/wake-server", url))


def on_file(tools, bin_dir, folder):
    full, bare = Queue(tools, f"{folder}/full.db", 1), Queue(tools, f"{folder}/bare.db", 1)
    full.fill(1, 2)
    bare.fill(1, 2)
    bare.bench("bare", bare.place)
    runs = [(full.rate(1, RECORD), full.rate(100, RECORD), bare.rate(1, 2), bare.rate(100, 2)) for _ in range(RUNS)]
    many = Queue(tools, full.place, 8)
    eight = [many.rate(1, RECORD) for _ in range(RUNS)]
    print("SQLite, FULL, one client, claimed and completed")
    for at, name in enumerate(("audit rows and 2 KB records, one by one", "audit rows and 2 KB records, by 100",
                               "bare, one by one", "bare, by 100")):
        row(name, [run[at] for run in runs])
    row("audit rows and 2 KB records, one by one, 8 clients", eight)
    wake_row("from the answer to the stage's begin", Wake(tools, bin_dir, f"{folder}/wake-file", f"{folder}/wake.db"))


def main():
    bin_dir = pathlib.Path(sys.argv[2]).resolve()
    tools = bin_dir.parent / "bench"
    print(f"machine: {machine()}; medians of {RUNS}, {SECONDS} s each at most, interleaved; ratios run by run")
    with tempfile.TemporaryDirectory() as folder:
        before = flushes(folder)
        on_server(tools, bin_dir, folder)
        on_file(tools, bin_dir, folder)
        print(f"4 KB appended and flushed, alone: {before}/s at the beginning, {flushes(folder)}/s at the end")


if __name__ == "__main__":
    main()
