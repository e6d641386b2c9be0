#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The style guide as a test: sizes, names, first lines, words that have no place here."""
import pathlib
import re
import subprocess
import sys

LINES = 400
FUNCTION_LINES = 70
COLUMNS = 100
MAIN_LINES = 60
CODE = {".cpp", ".hpp", ".cu", ".cuh", ".h"}
BANNED_NAMES = re.compile(r"(utils?|helpers?|manager|common|misc)(_|\.|$)")
BANNED_WORDS = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "finish it or open an issue"),
    (re.compile(r"\bnew\s+[A-Za-z_:]+\s*[({\[]"), "use std::make_unique or a handle"),
    (re.compile(r"\bstd::(regex|views|format)\b"), "not in this house"),
    (re.compile(r"\bsource_location\b"), "clang 14 lacks it"),
]
OPENS = re.compile(r"^(?!\s*(namespace|struct|class|enum|union|extern|if|for|while|switch|else|do|try|catch)\b)"
                   r"\s*[A-Za-z_~][\w:<>,*&\s\[\]~\"=().{}+-]*\)\s*(const|noexcept|override|final|\s)*\{$")


def tracked(root):
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard",
         "libsmos", "tools", "tests", "bench"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\n")
    return [root / name for name in listed if name and (root / name).is_file()]


def long_functions(lines):
    """(line, length) of functions that are too long; braces of the formatted text are trusted."""
    start, indent, name = None, None, ""
    for number, line in enumerate(lines, 1):
        if start is None and OPENS.match(line):
            start, indent = number, len(line) - len(line.lstrip())
        elif start is not None and line.startswith(" " * indent + "}") :
            if number - start - 1 > FUNCTION_LINES:
                yield start, number - start - 1
            start = None


def check_code(path, name):
    text = path.read_text()
    lines = text.splitlines()
    if not lines or not lines[0].startswith("// SPDX-License-Identifier: Apache-2.0"):
        yield 1, "the first line is the SPDX line"
    if len(lines) > LINES:
        yield len(lines), f"{len(lines)} lines, at most {LINES}"
    if name.startswith("tools/") and path.name == "main.cpp" and len(lines) > MAIN_LINES:
        yield len(lines), f"a main fits on a page of {MAIN_LINES} lines"
    if path.suffix in {".hpp", ".cuh"} and "#pragma once" not in text:
        yield 1, "a header needs #pragma once"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and "http" not in line:
            yield number, f"longer than {COLUMNS} columns"
        for pattern, advice in BANNED_WORDS:
            if pattern.search(line):
                yield number, f"'{pattern.search(line).group(0)}': {advice}"
    for number, length in long_functions(lines):
        yield number, f"a function of {length} lines, at most {FUNCTION_LINES}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    found = []
    checked = 0
    for path in tracked(root):
        name = str(path.relative_to(root))
        if BANNED_NAMES.search(path.name):
            found.append(f"{name}: a name that says nothing")
        if path.suffix in CODE:
            checked += 1
            found += [f"{name}:{line}: {what}" for line, what in check_code(path, name)]
    print("\n".join(found))
    print(f"{checked} files, {len(found)} against the guide")
    return 1 if found or checked < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
