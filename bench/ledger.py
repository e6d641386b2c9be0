# SPDX-License-Identifier: Apache-2.0
"""The ledger with a long past (1,000,000 entries, three wallets deep, every second of the hour's window in use): reservations
a second by one process and by 32, lines a second through the filter, and one at a time as a program, each beside a floor that
writes the same rows and asks nothing. SMOS_BENCH_ENTRIES=N for a shorter past."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import ledger_server
from measure import machine, median

SECONDS = 4
RUNS = 3
PAINTER = {"provider": "acme", "model": "painter-2", "unit": "image", "micros": 0, "per_units": 1,
           "valid_from": "2020-01-01", "source": "bench"}


def planned(task):
    line = {"capability": "cap.image.generate", "provider": "acme", "model": "painter-2", "unit": "image",
            "quantity": 1, "price": {"micros": 0, "per_units": 1}, "micros": 0}
    return json.dumps({
        "schema": "smos.record/1", "task_id": task, "type": "generate_video", "tenant_id": "default",
        "persona_id": "ava", "state_version": 2, "status": "planned", "payload": {"prompt": "x" * 1400},
        "plan": {"tool": "smos-plan", "version": "0.1.0", "at": "2026-01-01T00:00:00Z", "elapsed_ms": 0,
                 "decision": "produce", "reasons": [], "muse": {"persona_id": "ava", "version": "1", "dna_sha256": "00"},
                 "moral": {"score": 1, "veto": False, "dimensions": {}},
                 "estimate": {"total_micros": 0, "lines": [line]}}}, separators=(",", ":")) + "\n"


class Books:
    def __init__(self, top, bin_dir, folder):
        tools = bin_dir.parent / "bench"
        self.ours, self.floor = str(tools / "ledger_bench"), str(tools / "ledger_floor")
        self.cfo = str(bin_dir / "smos-cfo")
        self.folder, self.past = folder, f"{folder}/past.db"
        self.config = f"{folder}/config.yaml"
        pathlib.Path(self.config).write_text(json.dumps({"prices": [PAINTER]}))
        entries = os.environ.get("SMOS_BENCH_ENTRIES", "1000000")
        began = time.perf_counter()
        subprocess.run([self.ours, "fill", self.past, entries], check=True)
        print(f"{entries} entries made in {time.perf_counter() - began:.0f} s, {os.path.getsize(self.past) >> 20} MB")

    def fresh(self):
        state = f"{self.folder}/state.db"
        for end in ("", "-wal", "-shm", ".lock"):
            if os.path.exists(state + end):
                os.unlink(state + end)
        shutil.copyfile(self.past, state)
        os.sync()
        return state

    def rates(self, program, processes):
        """Reservations of each process, and the worst p99 and longest in ms."""
        state = self.fresh()
        words = [self.ours, "reserve", state] if program == "ours" else [self.floor, state]
        running = [subprocess.Popen([*words, f"p{i}", str(SECONDS), *(["1"] if program == "ours" else [])], stdout=subprocess.PIPE, text=True)
                   for i in range(processes)]
        done = [[int(word) for word in process.communicate()[0].split()] for process in running]
        assert all(process.returncode == 0 for process in running)
        counts = [row[0] for row in done]
        return sum(counts) / SECONDS, max(row[2] for row in done) / 1e3, max(row[3] for row in done) / 1e3, \
            min(counts) / max(counts)

    def one_shot(self, program):
        state = self.fresh()
        line = f"{self.folder}/one.jsonl"
        count, began = 0, time.perf_counter()
        while time.perf_counter() < began + SECONDS:
            pathlib.Path(line).write_text(planned(f"one-{count}"))
            if program == "ours":
                words = [self.cfo, "reserve", line, "--wallet", "default/ava/spring", "--state", state, "--config",
                         self.config]
            else:
                words = [self.floor, state, f"one{count}", "0"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            count += 1
        return count / SECONDS

    def filter(self, lines):
        state = self.fresh()
        path = f"{self.folder}/lines.jsonl"
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(planned(f"line-{i}-{os.urandom(6).hex()}") for i in range(lines))
        began = time.perf_counter()
        done = subprocess.run([self.cfo, "reserve", path, "--wallet", "default/ava/spring", "--state", state, "--config",
                               self.config, "--hour-cap", "9000000000", "--day-budget", "9000000000"],
                              check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - began
        assert done.stdout.count('"reserved"') >= lines, done.stdout[:2000]
        return lines / seconds


def main():
    top, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    print(f"machine: {machine()}; medians of {RUNS}, {SECONDS} s each, interleaved")
    with tempfile.TemporaryDirectory(dir=os.environ.get("SMOS_BENCH_FOLDER")) as folder:
        books = Books(top, bin_dir, folder)
        alone = [(books.rates("floor", 1)[0], books.rates("ours", 1)) for _ in range(RUNS)]
        floor, ours = median([a for a, _ in alone]), median([b[0] for _, b in alone])
        print(f"reserve, one process      {ours:8.0f}/s   floor {floor:8.0f}/s   {ours / floor:.2f} of it")
        many = [books.rates("ours", 32) for _ in range(RUNS)]
        print(f"reserve, 32 processes     {median([m[0] for m in many]):8.0f}/s   p99 {median([m[1] for m in many]):.0f} ms, "
              f"longest {median([m[2] for m in many]):.0f} ms, slowest of fastest {median([m[3] for m in many]):.3f}")
        shots = [(books.one_shot("floor"), books.one_shot("ours")) for _ in range(RUNS)]
        floor, ours = median([a for a, _ in shots]), median([b for _, b in shots])
        print(f"reserve, one a program    {ours:8.0f}/s   floor {floor:8.0f}/s   {ours / floor:.2f} of it")
        lines = median([books.filter(40000) for _ in range(RUNS)])
        print(f"reserve, as a filter      {lines:8.0f} lines/s")
    ledger_server.report(top, bin_dir, RUNS, SECONDS)


if __name__ == "__main__":
    main()
