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


def settle(mode, path, text, stale):
    """Writes the file, or notes that it is not what it should be."""
    if mode == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    elif not path.is_file() or path.read_bytes() != text:
        stale.append(path)


def settle_records(mode, source, smos, stale):
    """The records' schemas and their manual page, which follow from the record types."""
    def ask(*words):
        return subprocess.run([smos, "schema", *words], check=True, capture_output=True).stdout

    settle(mode, source / "man/man5/smos-records.5", ask("--manual"), stale)
    for name in ask().decode().split():
        settle(mode, source / f"libsmos/records/schema/{name}.schema.json", ask(name), stale)


def main():
    mode, source, tools = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    stale = []
    for tool in tools:
        for kind, place in PLACES.items():
            name = pathlib.Path(tool).name
            path = source / place.format(name)
            text = subprocess.run([tool, "--generate", kind], check=True, capture_output=True).stdout
            settle(mode, path, text, stale)
        if name == "smos":
            settle_records(mode, source, tool, stale)
    for path in stale:
        print(f"{path.relative_to(source)} is not what its source says; run: cmake --build --preset dev --target regen")
    return 1 if stale or not tools else 0


sys.exit(main())
