#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider of the exec dialect that paints one colour, asks its price, and keeps a journal of its calls."""
import json
import os
import struct
import sys
import zlib


def png(width, height, shade):
    row = b"\0" + bytes((shade, 40, 80)) * width
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * height, 1)) + chunk(b"IEND", b""))


request = json.load(sys.stdin)
with open(os.environ["PAINTER_JOURNAL"], "a", encoding="utf-8") as journal:
    journal.write(request["prompt"].replace("\n", " ") + "\n")
with open("painted.png", "wb") as painted:
    painted.write(png(request["width"], request["height"], len(request["prompt"]) % 200))
print(json.dumps({"path": "painted.png", "micros": 30000, "metadata": {"mime_type": "image/png"}}))
