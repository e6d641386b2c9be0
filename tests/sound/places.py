# SPDX-License-Identifier: Apache-2.0
"""Every sample lies where the timeline has it, and the certificate says so."""
import sys

from band import RATE, Band, clicks, heard, hum, item, speech_like, told_samples, track


def place_of(samples, near, reach=600):
    return max(range(max(0, near - reach), min(len(samples), near + reach)), key=lambda n: abs(samples[n]))


def main():
    with Band(sys.argv[1]) as band:
        places = [0, 1000, 47999, 71234]
        band.source("clicks", clicks(places, 2 * RATE))
        for seconds in (2, 2.3, 61 / 30):  # inside of a packet, and of a millisecond
            film, section = band.run(band.timeline(seconds, track("sound", item("k", "clicks", 0, 2 * RATE))))
            samples = heard(film)
            length = round(seconds * 30) * 1600
            assert told_samples(film) == (0, length), told_samples(film)
            # ffmpeg leaves the last packet's padding on; what smos-render reads back has none, or it fails.
            assert length <= len(samples) < length + 1024 and max(map(abs, samples[length:]), default=0) < 0.01
            for place in places[1:]:
                assert abs(place_of(samples, place) - place) <= 1, (place, place_of(samples, place))
            assert max(map(abs, samples[:3])) > 0.02, "the first sample is gone"
        print("ok clicks at their samples, no priming, no padding")

        band.source("voice", speech_like(1, 8, 44100), 44100)
        band.source("hum", hum(440, 8))
        band.source("nothing", hum(440, 8, 0))
        whole = band.timeline(6, track("voice", item("w", "voice", 0, 6 * RATE, in_samples=4800)))
        cuts = [6 * RATE * k // 20 for k in range(21)]
        pieces = band.timeline(6, track("voice", *(
            item(f"w{k}", "voice", cuts[k], cuts[k + 1] - cuts[k], in_samples=4800 + cuts[k]) for k in range(20))))
        one, sync_of_one = band.run(whole)
        many, sync_of_many = band.run(pieces)
        assert heard(one) == heard(many), "a source in pieces is another sound"
        assert sync_of_one["sync"] == {"max_error_ms": 0.0, "cuts": [
            {"id": "w", "state": "verified", "error_samples": 0}]}, sync_of_one["sync"]
        found = {cut["state"] for cut in sync_of_many["sync"]["cuts"]}
        assert "verified" in found and sync_of_many["sync"]["max_error_ms"] == 0, sync_of_many["sync"]
        print("ok one source in twenty pieces is the source")

        _, section = band.run(band.timeline(
            6, track("voice", item("v", "voice", 30000, 4 * RATE)),
            track("music", item("tone", "hum", 0, 3 * RATE), item("gap", "nothing", 3 * RATE, 3 * RATE))))
        states = {cut["id"]: cut for cut in section["sync"]["cuts"]}
        assert states["v"] == {"id": "v", "state": "verified", "error_samples": 0}, states
        for name in ("tone", "gap"):
            assert states[name] == {"id": name, "state": "unverifiable"}, states
        print("ok a constant tone and silence are unverifiable")


if __name__ == "__main__":
    main()
