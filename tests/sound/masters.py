# SPDX-License-Identifier: Apache-2.0
"""Roles, gains, ducking and loudness as they come out of the finished film; and what is not done again."""
import copy
import math
import os
import sys

from band import RATE, Band, heard, hum, item, loudness, speech_like, track


def level(samples, hz, start, end):
    """dB of one frequency in [start, end) seconds."""
    first, last = int(start * RATE), int(end * RATE)
    cosine = sum(samples[n] * math.cos(2 * math.pi * hz * n / RATE) for n in range(first, last))
    sine = sum(samples[n] * math.sin(2 * math.pi * hz * n / RATE) for n in range(first, last))
    return 20 * math.log10(math.hypot(cosine, sine) * 2 / (last - first))


def main():
    with Band(sys.argv[1]) as band:
        band.source("low", hum(300, 6))
        band.source("high", hum(1500, 2))
        band.source("voice", speech_like(2, 6, 22050), 22050)
        beep = item("b", "high", 2 * RATE, 2 * RATE)
        made = band.timeline(6, track("sound", beep), track(
            "music", item("m", "low", 0, 6 * RATE), gain=-6, duck={"key": "sound", "db": -9, "attack_ms": 60}))
        samples = heard(band.run(made)[0])
        before, during = level(samples, 300, 0.5, 1.5), level(samples, 300, 2.3, 3.7)
        beep_level = level(samples, 1500, 2.3, 3.7)
        assert abs(before - during - 9) < 0.5, (before, during)
        assert abs(beep_level - during - 15) < 0.5, (beep_level, during)
        assert abs(level(samples, 300, 5, 5.8) - before) < 0.5
        print("ok the track's gain and a duck keyed by another role: dB", round(before - during, 2))

        own = copy.deepcopy(made)
        own["tracks"][2]["duck"]["key"] = "music"
        _, said = band.run(own, expect=65)
        assert "tracks[2].duck.key" in said and "music" in said, said
        print("ok ducked by its own role:", said.strip().splitlines()[-1][:120])

        for lufs, ceiling in ((-14, -1), (-23, -2), (-10, -1.5)):
            film, section = band.run(band.timeline(
                6, track("voice", item("v", "voice", 0, 6 * RATE, gain=-8, fade=[480, 4800])), lufs=lufs,
                tp=ceiling))
            said = section["outputs"][0]["video"]["metadata"]
            heard_lufs, heard_peak = loudness(film)
            assert abs(said["lufs"] - heard_lufs) < 0.15 and abs(said["true_peak_dbtp"] - heard_peak) < 0.3, (
                said, heard_lufs, heard_peak)
            missed = abs(said["lufs"] - lufs) > 0.5 or said["true_peak_dbtp"] > ceiling
            assert missed == bool(section.get("downgrades")), (said, section.get("downgrades"))
            assert not missed, said
            print(f"ok {lufs} LUFS under {ceiling} dBTP: {said['lufs']}, {said['true_peak_dbtp']}")
        _, section = band.run(band.timeline(1, track("voice", item("v", "voice", 0, RATE, gain=-60)), lufs=-10))
        assert "LUFS" in section["downgrades"][0]["asked"], section
        print("ok what cannot be as loud as asked is a downgrade:", section["downgrades"][0]["delivered"])

        cold = band.timeline(6, track("voice", item("v", "voice", 0, 6 * RATE)), words=["one"])
        edited = band.timeline(6, track("voice", item("v", "voice", 0, 6 * RATE)), words=["two"])
        _, first = band.run(cold, cas="a")
        gops = band.folder / "a" / "gops"
        kept = set(os.listdir(gops))
        film, second = band.run(edited, cas="a")
        assert first["sync"] == second["sync"] and second["sync"]["cuts"][0]["state"] == "verified"
        same = ("lufs", "true_peak_dbtp")
        assert all(first["outputs"][0]["video"]["metadata"][key] == second["outputs"][0]["video"]["metadata"][key]
                   for key in same)
        alone, _ = band.run(edited, "--workers", "3", cas="b")
        assert alone.read_bytes() == film.read_bytes(), "an edit shows in the sound"
        added = len(set(os.listdir(gops)) - kept)
        assert added == 1, (added, "only the pictures of the word are new")
        print("ok a caption's edit adds no sound, and the certificate stays")


if __name__ == "__main__":
    main()
