# SPDX-License-Identifier: Apache-2.0
"""Voices of a program: word times from the voice itself, else from a transcript aligned to the script, else
estimated, and then the record says so. Everything is paid once."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
NOW = "2026-11-20T12:00:00Z"
WORD_MS, STEP_MS, LEAD_MS = 220, 330, 500


class Line:
    def __init__(self, source, programs, home, mode, hears=True):
        self.sample = pathlib.Path(source) / "examples/first-light"
        self.programs = pathlib.Path(programs)
        self.home = pathlib.Path(home)
        self.home.mkdir()
        self.config = self.home / "smos.yaml"
        program = (f"command: [{sys.executable}, {HERE / 'speaker.py'}], "
                   "environment: [SPEAKER_FOLDER, SPEAKER_MODE]")
        bound = f"  cap.speech.tts: {{dialect: exec, provider: studio, model: voice-1, {program}}}\n"
        if hears:
            bound += f"  cap.speech.stt: {{dialect: exec, provider: studio, model: ear-1, {program}}}\n"
        valid = "valid_from: \"2026-01-01T00:00:00Z\", source: test}"
        self.config.write_text(
            "bindings:\n" + bound + "prices:\n"
            f"  - {{provider: studio, model: voice-1, unit: character, micros: 10, {valid}\n"
            f"  - {{provider: studio, model: ear-1, unit: second, micros: 100, {valid}\n")
        self.env = dict(os.environ, SPEAKER_FOLDER=str(home), SPEAKER_MODE=mode, XDG_STATE_HOME=str(self.home / "state"),
                        XDG_DATA_HOME=str(self.home / "data"), XDG_CONFIG_HOME=str(self.home / "none"))

    def run(self, tool, *arguments, data=""):
        done = subprocess.run([str(self.programs / tool), *arguments, "--config", str(self.config)], input=data,
                              env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (tool, done.returncode, done.stderr)
        return done.stdout

    def calls(self):
        return (self.home / "journal").read_text().splitlines()

    def record(self):
        """One trend, planned and reserved, as a small picture."""
        scouted = self.run("smos-scout", "--now", NOW, "--top", "1", str(self.sample / "trends.json"))
        planned = self.run("smos-plan", "--now", NOW, "--muse", str(self.sample / "ava.yaml"), data=scouted)
        small = json.loads(planned)
        small["plan"]["timeline"]["canvas"].update(w=162, h=288)
        planned = json.dumps(small) + "\n"
        self.run("smos-cfo", "fund", "default/ava", "1")
        reserved = self.run("smos-cfo", "reserve", data=planned)
        assert json.loads(reserved)["status"] == "reserved", reserved
        return reserved

    def render(self, reserved):
        record = json.loads(self.run("smos-render", "--preset", "ultrafast", data=reserved))
        assert record["status"] == "rendered", record["errors"]
        return record


def cues(line, record):
    """[start_ms, end_ms, text] of the words in the WebVTT file, which marks when each begins."""
    sidecar = next(each for each in record["render"]["outputs"][0]["captions"] if each["mime_type"] == "text/vtt")
    name = sidecar["checksum"][7:]
    return (line.home / "data/smos/cas/sha256" / name[:2] / name).read_text()


def starts(text):
    """Milliseconds at which words begin: the start of every cue and the marks inside."""
    def ms(clock):
        hours, minutes, seconds = clock.split(":")
        return round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    found = []
    for row in text.splitlines():
        if " --> " in row:
            found.append(ms(row.split(" --> ")[0]))
        else:
            found += [ms(part.split(">")[0]) for part in row.split("<")[1:]]
    return sorted(found)


def estimates(record):
    return [each for each in record["render"].get("downgrades", []) if "estimated" in each["delivered"]]


def check_steady(found, least_share):
    """Words of one line begin 330 ms apart, whoever told it."""
    steps = [after - before for before, after in zip(found, found[1:])]
    steady = sum(1 for step in steps if abs(step - STEP_MS) <= 35)  # a cue begins on a frame
    assert steady >= least_share * len(steps), (steady, steps)


def main():
    source, programs = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as home:
        top = pathlib.Path(home)
        own = Line(source, programs, top / "own", "words")
        told = own.render(own.record())
        assert not estimates(told) and "cap.speech.stt" not in own.calls(), told["render"]
        check_steady(starts(cues(own, told)), 0.7)

        ear = Line(source, programs, top / "ear", "hears")
        reserved = ear.record()
        lines = [each["capability"] for each in json.loads(reserved)["plan"]["estimate"]["lines"]]
        assert "cap.speech.stt" in lines, lines
        heard = ear.render(reserved)
        spoken = len(json.loads(reserved)["plan"]["script"]["lines"])
        assert ear.calls().count("cap.speech.stt") == spoken and not estimates(heard), (ear.calls(), heard["render"])
        check_steady(starts(cues(ear, heard)), 0.5)
        text = cues(ear, heard)
        assert "zzyzx" not in text and "bye" not in text, "the transcript's spelling is shown"
        again = ear.render(reserved)
        assert again["render"]["cached"] and ear.calls().count("cap.speech.stt") == spoken, "heard twice"
        settled = json.loads(ear.run("smos-cfo", "settle", data=json.dumps(dict(heard, status="published")) + "\n"))
        assert sum(each["capability"] == "cap.speech.stt" for each in settled["cfo"]["spends"]) == spoken

        for mode, hears, why in (("other", True, "transcript"), ("deaf", True, "exit status 3"),
                                 ("none", False, "nothing serves 'cap.speech.stt'")):
            line = Line(source, programs, top / mode, mode, hears)
            guessed = line.render(line.record())
            found = estimates(guessed)
            assert len(found) == spoken and all(why in each["why"] for each in found), (mode, found)
            times = starts(cues(line, guessed))
            assert times == sorted(times) and len(times) > spoken
    print("ok word times: told, heard, estimated and said so")


if __name__ == "__main__":
    main()
