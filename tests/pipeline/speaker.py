#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider of the exec dialect that speaks beeps, one a word, and hears them: SPEAKER_MODE says whether speech
comes with words ("words"), the hearing with them ("hears"), with somebody else's ("other") or not at all ("deaf")."""
import json
import math
import os
import struct
import sys
import wave

RATE, WORD_S, GAP_S, LEAD_S = 16000, 0.22, 0.11, 0.5


def times(count):
    return [(round((LEAD_S + i * (WORD_S + GAP_S)) * 1000), round((LEAD_S + i * (WORD_S + GAP_S) + WORD_S) * 1000))
            for i in range(count)]


def speak(text):
    words = text.split()
    length = LEAD_S + len(words) * (WORD_S + GAP_S) + 0.4
    samples = [0] * int(length * RATE)
    for start, end in times(len(words)):
        for n in range(start * RATE // 1000, end * RATE // 1000):
            samples[n] = int(9000 * math.sin(n * 2 * math.pi * 440 / RATE))
    with wave.open("speech.wav", "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return words


request = json.load(sys.stdin)
mode = os.environ["SPEAKER_MODE"]
memory = os.path.join(os.environ["SPEAKER_FOLDER"], "said.json")
with open(os.path.join(os.environ["SPEAKER_FOLDER"], "journal"), "a", encoding="utf-8") as journal:
    journal.write(request["capability"] + "\n")
if request["capability"] == "cap.speech.tts":
    said = speak(request["text"])
    answer = {"path": "speech.wav", "micros": 100, "metadata": {"mime_type": "audio/wav"}}
    if mode == "words":
        answer["words"] = [[start, end, word] for (start, end), word in zip(times(len(said)), said)]
    known = json.load(open(memory, encoding="utf-8")) if os.path.exists(memory) else {}
    known[str(os.path.getsize("speech.wav"))] = said
    json.dump(known, open(memory, "w", encoding="utf-8"))
else:
    if mode == "deaf":
        sys.exit(3)
    said = json.load(open(memory, encoding="utf-8"))[str(os.path.getsize(request["audio"]))]
    # It hears one word wrongly, another not at all, and one too many.
    heard = [{"start_ms": start, "end_ms": end, "text": word.lower().strip(".,!?")}
             for (start, end), word in zip(times(len(said)), said)]
    if len(heard) > 3:
        heard[1]["text"] = "zzyzx"
        del heard[2]
        heard.append({"start_ms": heard[-1]["end_ms"], "end_ms": heard[-1]["end_ms"] + 100, "text": "bye"})
    if mode == "other":
        heard = [dict(word, text="qqqq") for word in heard]
    answer = {"micros": 50, "words": heard}
print(json.dumps(answer))
