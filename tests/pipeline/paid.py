# SPDX-License-Identifier: Apache-2.0
"""A paid provider in the line: reserved at its ceiling, called once for each picture, booked at its
price, the rest released; the second run pays nothing."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NOW = "2026-11-20T12:00:00Z"
CEILING_MICROS = 40000
PRICE_MICROS = 30000


class Line:
    def __init__(self, source, programs, home):
        self.sample = pathlib.Path(source) / "examples/first-light"
        self.programs = pathlib.Path(programs)
        self.home = pathlib.Path(home)
        self.journal = self.home / "journal"
        self.config = self.home / "smos.yaml"
        self.config.write_text(
            "bindings:\n  cap.image.generate: {dialect: exec, provider: studio, model: paint-2, "
            f"command: [{sys.executable}, {HERE / 'painter.py'}], environment: [PAINTER_JOURNAL]}}\n"
            f"prices:\n  - {{provider: studio, model: paint-2, unit: image, micros: {CEILING_MICROS}, "
            "valid_from: \"2026-01-01T00:00:00Z\", source: test}\n"
            "cfo: {anchor-file: elsewhere.jsonl}\n")
        self.anchors = self.home / "elsewhere.jsonl"
        self.env = dict(os.environ, PAINTER_JOURNAL=str(self.journal), XDG_STATE_HOME=str(self.home / "state"),
                        XDG_DATA_HOME=str(self.home / "data"), XDG_CONFIG_HOME=str(self.home / "none"))

    def run(self, tool, *arguments, data=""):
        done = subprocess.run([str(self.programs / tool), *arguments, "--config", str(self.config)], input=data,
                              env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (tool, done.returncode, done.stderr)
        return done.stdout

    def calls(self):
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def balance(self):
        return json.loads(self.run("smos-cfo", "balance", "default/ava", "--json"))


def produce(line, planned):
    reserved = line.run("smos-cfo", "reserve", data=planned)
    rendered = line.run("smos-render", "--preset", "ultrafast", data=reserved)
    return reserved, rendered


def witnesses(line, record):
    """What a render paid is anchored too: in the sink, in its record, and the state cannot lose it."""
    ledger = record["render"]["ledger"]
    told = [json.loads(each) for each in line.anchors.read_text().splitlines()]
    assert told[-1]["seq"] == ledger["entry"]["seq"] > record["cfo"]["entry"]["seq"], (told, ledger)
    assert told[-1]["hash"] == ledger["entry"]["hash"] and told[-1]["signature"], told[-1]
    assert ledger["anchor"]["seq"] == told[-2]["seq"] == record["cfo"]["entry"]["seq"], (told, ledger)
    runs = line.home / "runs.jsonl"
    runs.write_text(json.dumps(record) + "\n")
    windows = json.loads(line.run("smos-cfo", "verify", "--json", "--anchors", str(runs)))["windows"]
    assert windows[0]["outside_anchor_seq"] == ledger["entry"]["seq"], windows


def main():
    source, programs = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as home:
        line = Line(source, programs, home)
        muse = str(line.sample / "ava.yaml")
        scouted = line.run("smos-scout", "--now", NOW, "--top", "1", str(line.sample / "trends.json"))
        planned = line.run("smos-plan", "--now", NOW, "--muse", muse, data=scouted)
        estimate = json.loads(planned)["plan"]["estimate"]
        pictures = next(entry["quantity"] for entry in estimate["lines"] if entry["provider"] == "studio")
        assert estimate["total_micros"] == pictures * CEILING_MICROS > 0, estimate

        refused = json.loads(line.run("smos-cfo", "reserve", data=planned))
        assert refused["status"] == "refused", "there is no wallet yet"
        line.run("smos-cfo", "fund", "default/ava", "1")
        reserved, rendered = produce(line, planned)
        assert json.loads(reserved)["cfo"]["reserved_micros"] == pictures * CEILING_MICROS
        record = json.loads(rendered)
        assert record["status"] == "rendered", record["errors"]
        painted = [asset for asset in record["render"]["assets"] if asset["provider"] == "studio"]
        assert len(painted) == pictures == len(line.calls()), (len(painted), line.calls())
        assert all(asset["spend_id"] for asset in painted)

        witnesses(line, record)

        _, again = produce(line, planned)
        assert json.loads(again)["render"]["cached"] and len(line.calls()) == pictures, "painted twice"

        published = dict(record, status="published")
        settled = json.loads(line.run("smos-cfo", "settle", data=json.dumps(published) + "\n"))
        assert settled["status"] == "settled"
        assert settled["cfo"]["settled_micros"] == pictures * PRICE_MICROS, settled["cfo"]
        assert len(settled["cfo"]["spends"]) == pictures
        assert all(spend["outcome"] == "done" and spend["micros"] == PRICE_MICROS
                   for spend in settled["cfo"]["spends"])
        text = json.dumps(line.balance())
        assert f'"spent_micros": {pictures * PRICE_MICROS}' in text and '"reserved_micros": 0' in text, text
        line.run("smos-cfo", "verify")


if __name__ == "__main__":
    main()
