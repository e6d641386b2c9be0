#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What passes a filter as a line is what Python's parser calls a JSON object: grammar.py PROGRAMS."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "rules"))
from workshop import Workshop  # noqa: E402

SEEDS = [
    rb'{"a":1,"b":[1.5e-3,-0,true,false,null],"c":{"d":"\u00e9\n\"\\"}}',
    '{"é":"😀","k":1,"k":2}'.encode(),
    rb' { "x" : [ [ ] , { } ] , "y" : 1E+400 } ',
    rb'{"task_id":"t","status":"simmering","lone":"\ud800"}',
]
ALPHABET = [bytes([c]) for c in b'{}[]":,0123456789.eE+-\\/ untrfalsb\t\r\x00\x1f\x7f'] + [
    b"\xc3\xa9", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\\u12", b"\\ud83d\\ude00", b"NaN",
    b"Infinity", b"//", b"'", b"\xef\xbb\xbf", b"00", b",,", b"{}"]
MUTANTS = 4000


def refuse(constant):
    raise ValueError(constant)


def is_object(line):
    try:
        text = line.decode("utf-8")
        value = json.loads(text, parse_constant=refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not text.startswith("\ufeff")


def mutant(dice):
    line = bytearray(dice.choice(SEEDS))
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(line) + 1)
        if dice.random() < 0.5:
            line[at:at] = dice.choice(ALPHABET)
        else:
            del line[at:at + dice.randrange(1, 4)]
    return bytes(line).replace(b"\n", b"").rstrip(b"\r")


def main():
    dice = random.Random(20261120)
    lines = [line for line in (mutant(dice) for _ in range(MUTANTS)) if line]
    with Workshop(sys.argv[1]) as workshop:
        rejects = workshop.path("rejects")
        # A space first, so that no mutant is taken for a byte order mark of the input.
        out, _, _ = workshop.run(workshop.argv("smos-cfo", "release", "--rejects", rejects),
                                 b" {}\n" + b"\n".join(lines) + b"\n", expect=65)
        good = [line for line in lines if is_object(line)]
        bad = [line for line in lines if not is_object(line)]
        assert out.split(b"\n") == [b" {}", *good, b""], "another opinion than Python's"
        with open(rejects, "rb") as kept:
            assert kept.read().split(b"\n") == [*bad, b""]
        assert len(good) > MUTANTS // 20 and len(bad) > MUTANTS // 2, (len(good), len(bad))
        print(f"ok    {len(good)} lines accepted and {len(bad)} refused, as Python does")


if __name__ == "__main__":
    main()
