# SPDX-License-Identifier: Apache-2.0
"""Ten times the length, the same memory."""
import os
import sys

from band import RATE, Band, heard, item, peak_kb, speech_like, track


def main():
    with Band(sys.argv[1]) as band:
        band.source("voice", speech_like(3, 5, 16000), 16000)

        def film(seconds, *words):
            voices = [item(f"v{k}", "voice", 5 * k * RATE, 5 * RATE) for k in range(seconds // 5)]
            return band.timeline(seconds, track("voice", *voices), words=words)

        band.run(film(15), "--workers", "1")
        short = peak_kb()
        cold, first = band.run(film(150), "--workers", "1")
        long = peak_kb()
        # One buffer of the long film would be 58 MB; packets and index take 9.
        assert long - short < 16_000, (short, long)
        print(f"ok 15 s in {short} kB, 150 s in {long} kB")

        kept = set(os.listdir(band.folder / "cas" / "gops"))
        edited, second = band.run(film(150, "word"))
        new = len(set(os.listdir(band.folder / "cas" / "gops")) - kept)
        assert new == 1 and second["sync"] == first["sync"], new
        assert heard(edited) == heard(cold), "the parts of a long sound do not fit together"
        print("ok a long sound comes back from its parts")


if __name__ == "__main__":
    main()
