# SPDX-License-Identifier: Apache-2.0
"""What the money tests share: a folder with a state file, records, and smos-cfo by its verbs."""
import json
import os
import subprocess

PAINTER = {"provider": "acme", "model": "painter-2", "unit": "image", "micros": 40000,
           "per_units": 1, "valid_from": "2020-01-01", "source": "test"}


class Money:
    def __init__(self, cfo, folder):
        self.cfo = cfo
        self.folder = folder
        self.state = os.path.join(folder, "state.db")
        self.config = os.path.join(folder, "config.yaml")  # JSON is YAML
        self.write_config({"prices": [PAINTER]})

    def write_config(self, config):
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(config, file)

    def run(self, *words, text="", status=0, environment=None):
        done = subprocess.run([self.cfo, *words, "--state", self.state, "--config", self.config],
                              input=text, capture_output=True, text=True, env=environment)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done

    def filter(self, verb, *lines, options=()):
        text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        return [json.loads(line) for line in self.run(verb, *options, text=text).stdout.splitlines()]

    def balance(self, wallet="default/ava"):
        return json.loads(self.run("balance", wallet, "--json").stdout)

    def verify(self, *options, status=0):
        return self.run("verify", *options, status=status).stdout


def planned(task, micros=40000, quantity=1, persona="ava", **estimate_line):
    line = {"capability": "cap.image.generate", "provider": "acme", "model": "painter-2",
            "unit": "image", "quantity": quantity, "price": {"micros": 40000, "per_units": 1},
            "micros": micros}
    line.update(estimate_line)
    return {"schema": "smos.record/1", "task_id": task, "type": "generate_video",
            "tenant_id": "default", "persona_id": persona, "state_version": 2, "status": "planned",
            "plan": {"tool": "smos-plan", "version": "0.1.0", "at": "2026-01-01T00:00:00Z",
                     "elapsed_ms": 0, "decision": "produce", "reasons": [],
                     "muse": {"persona_id": persona, "version": "1", "dna_sha256": "00"},
                     "moral": {"score": 1, "veto": False, "dimensions": {}},
                     "estimate": {"total_micros": micros, "lines": [line]}}}


def failed_gate(record):
    return next(gate for gate in record["cfo"]["gates"] if not gate["passed"])
