#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Man pages and completions follow from the specs: compares the committed ones, or rewrites them.

fresh.py check|write SOURCE_DIR TOOL...
"""
import pathlib
import subprocess
import sys

PLACES = {"man": "man/man1/{}.1", "bash": "completions/bash/{}", "zsh": "completions/zsh/_{}",
          "fish": "completions/fish/{}.fish"}


def main():
    mode, source, tools = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    stale = []
    for tool in tools:
        for kind, place in PLACES.items():
            name = pathlib.Path(tool).name
            path = source / place.format(name)
            text = subprocess.run([tool, "--generate", kind], check=True, capture_output=True).stdout
            if mode == "write":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
            elif not path.is_file() or path.read_bytes() != text:
                stale.append(path.relative_to(source))
    for path in stale:
        print(f"{path} is not what its spec says; run: cmake --build build/dev --target regen")
    return 1 if stale or not tools else 0


sys.exit(main())
