#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The arrows of the house: every #include and every shared library against one table.

layers.py includes SOURCE_DIR        reads every #include of libsmos/ and tools/
layers.py loads BIN_DIR              reads `readelf -d` of every tool
layers.py graph SOURCE_DIR           prints the graph that the includes draw
layers.py selftest                   proves that a wrong arrow would be seen
"""
import pathlib
import re
import subprocess
import sys

# layer -> (layers it may include besides itself, third-party header groups)
TABLE = {
    "core": (set(), {"fmt", "openssl"}),
    "kernels": (set(), {"cuda", "highway"}),
    "records": ({"core"}, {"fmt", "nlohmann", "simdjson"}),
    "net": ({"core"}, {"fmt", "curl", "openssl"}),
    "cli": ({"core", "records"}, {"fmt", "cli11", "spdlog", "yaml"}),
    "store": ({"core", "records"}, {"fmt", "sqlite", "libpq"}),
    "muse": ({"core", "records"}, {"fmt", "yaml"}),
    # freetype and harfbuzz, because libass has no colour glyphs: emoji sequences are shaped and
    # their pictures read beside it (captions_emoji.cpp).
    "media": (
        {"core", "kernels", "records"},
        {"fmt", "ffmpeg", "opencv", "ass", "espeak", "ebur128", "fontconfig", "icu", "freetype",
         "harfbuzz"},
    ),
    "providers": (
        {"core", "records", "net", "store", "muse", "media"},
        {"fmt", "nlohmann", "yaml", "pugixml"},
    ),
    "stages": (
        {"core", "kernels", "records", "net", "store", "muse", "media", "providers"},
        {"fmt"},
    ),
}
ABOVE = set(TABLE)  # what tools may include
TOOL_GROUPS = {"fmt"}

GROUPS = [
    (r"^fmt/", "fmt"),
    (r"^openssl/", "openssl"),
    (r"^nlohmann/", "nlohmann"),
    (r"^simdjson", "simdjson"),
    (r"^curl/", "curl"),
    (r"^CLI/", "cli11"),
    (r"^spdlog/", "spdlog"),
    (r"^yaml-cpp/", "yaml"),
    (r"^sqlite3", "sqlite"),
    (r"^libpq", "libpq"),
    (r"^(libav|libsw)", "ffmpeg"),
    (r"^opencv2/", "opencv"),
    (r"^ass/", "ass"),
    (r"^espeak-ng/", "espeak"),
    (r"^ebur128", "ebur128"),
    (r"^fontconfig/", "fontconfig"),
    (r"^unicode/", "icu"),
    (r"^(ft2build\.h|freetype/)", "freetype"),
    (r"^hb(-ft)?\.h", "harfbuzz"),
    (r"^pugixml", "pugixml"),
    (r"^hwy/", "highway"),
    (r"^(cuda|cub/|thrust/|device_launch)", "cuda"),
]
SYSTEM = re.compile(r"^([a-z_0-9]+|(sys|netinet|arpa|linux|asm)/[a-z_0-9]+\.h|[a-z_0-9]+\.h)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Headers that cost a compiler a second or more: which header may pass one on, if any may.
EXPENSIVE = [
    (re.compile(r"^nlohmann/json\.hpp$"), {"libsmos/records/json_value.hpp"}),
    (re.compile(r"^libsmos/records/json_value\.hpp$"), {"libsmos/records/codec.hpp"}),
    (re.compile(r"^libsmos/records/codec\.hpp$"),
     {"libsmos/records/timeline/timeline_reader.hpp", "libsmos/records/text_codec.hpp"}),
    (re.compile(r"^libsmos/records/text_codec\.hpp$"), set()),
    (re.compile(r"^libsmos/records/timeline/timeline_reader\.hpp$"), set()),
    (re.compile(r"^simdjson\.h$"), {"libsmos/records/text_codec.hpp"}),
    (re.compile(r"^(CLI|spdlog|opencv2|yaml-cpp)"), set()),
]

# Shared libraries that cost start-up time or belong to one layer: who may load them.
HEAVY = re.compile(r"^lib(av|sw|opencv|ass|espeak|x264|ebur128|fontconfig|cud|nv)")
LIGHT_TOOLS = {"smos", "smos-scout", "smos-plan", "smos-cfo", "smos-publish", "smos-muse", "smos-media"}


def group_of(header):
    for pattern, group in GROUPS:
        if re.match(pattern, header):
            return group
    return None if SYSTEM.match(header) else "unknown"


def sources(root):
    for top in ("libsmos", "tools"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in {".cpp", ".hpp", ".cu", ".cuh", ".h"}:
                yield path


def problems_of(layer, kind, header):
    """What is wrong with one #include of a file in `layer` ("tools" for a tool), or None."""
    allowed, groups = (ABOVE, TOOL_GROUPS) if layer == "tools" else TABLE[layer]
    if header.startswith("libsmos/"):
        target = header.split("/")[1]
        if target != layer and target not in allowed:
            return f"{layer} may not see {target}"
        return None
    if kind == '"':
        own = "/" not in header or (layer == "tools" and header.startswith("tools/"))
        return None if own else "include ours as libsmos/<layer>/<file>"
    group = group_of(header)
    if group == "unknown":
        return "this header belongs to no group of the table"
    if group and group not in groups:
        return f"{layer} may not see {group} headers"
    return None


def passed_on(name, header):
    """What is wrong with an expensive #include in the header `name`, or None."""
    for pattern, allowed in EXPENSIVE:
        if pattern.match(header) and name.endswith("pp") and not name.endswith(".cpp"):
            if name not in allowed:
                return "a header may not pass this on: it costs every source that includes it"
    return None


def includes(root):
    for path in sources(root):
        parts = path.relative_to(root).parts
        layer = "tools" if parts[0] == "tools" else parts[1]
        if layer != "tools" and layer not in TABLE:
            yield path, 0, layer, '"', "", f"libsmos/{layer} is no layer of the table"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                kind, header = found.groups()
                problem = problems_of(layer, kind, header) or passed_on(
                    path.relative_to(root).as_posix(), header
                )
                yield path, number, layer, kind, header, problem


def check_includes(root):
    count = 0
    wrong = []
    for path, number, _, _, header, problem in includes(root):
        count += 1
        if problem:
            wrong.append(f"{path.relative_to(root)}:{number}: {header}: {problem}")
    print("\n".join(wrong))
    print(f"{count} includes read, {len(wrong)} against the table")
    return 1 if wrong or count < 50 else 0


def check_loads(bin_dir):
    wrong = []
    tools = sorted(p for p in bin_dir.iterdir() if p.name.startswith("smos") and p.is_file())
    for tool in tools:
        text = subprocess.run(
            ["readelf", "-d", str(tool)], check=True, capture_output=True, text=True
        ).stdout
        needed = re.findall(r"\(NEEDED\).*\[(.+)\]", text)
        bad = [name for name in needed if HEAVY.match(name) and tool.name in LIGHT_TOOLS]
        bad += [name for name in needed if "imgcodecs" in name or "libavfilter" in name]
        wrong += [f"{tool.name} loads {name}" for name in bad]
        print(f"{tool.name}: {' '.join(n.split('.so')[0] for n in needed)}")
    print("\n".join(wrong))
    return 1 if wrong or len(tools) < 7 else 0


def print_graph(root):
    edges = {}
    for _, _, layer, _, header, _ in includes(root):
        if header.startswith("libsmos/"):
            target = header.split("/")[1]
            if target != layer:
                edges.setdefault(layer, set()).add(target)
    for layer in [*TABLE, "tools"]:
        if layer in edges:
            order = [name for name in TABLE if name in edges[layer]]
            print(f"{layer:10} -> {' '.join(order)}")
    return 0


def selftest():
    cases = [
        ("core", "<", "nlohmann/json.hpp"),
        ("records", '"', "libsmos/store/ledger/ledger.hpp"),
        ("stages", '"', "libsmos/cli/context.hpp"),
        ("kernels", '"', "libsmos/core/result.hpp"),
        ("cli", "<", "sqlite3.h"),
        ("tools", "<", "spdlog/spdlog.h"),
        ("media", "<", "boost/any.hpp"),
    ]
    missed = [case for case in cases if problems_of(*case) is None]
    fine = [("stages", '"', "libsmos/media/picture/frame.hpp"), ("core", "<", "sys/stat.h")]
    wrong = [case for case in fine if problems_of(*case) is not None]
    if passed_on("libsmos/records/record.hpp", "libsmos/records/json_value.hpp") is None:
        missed.append("an expensive header in a header")
    if passed_on("libsmos/records/record.cpp", "libsmos/records/json_value.hpp"):
        wrong.append("an expensive header in a source")
    print("not seen:", missed, "wrongly seen:", wrong)
    return 1 if missed or wrong else 0


def main():
    mode = sys.argv[1]
    if mode == "selftest":
        return selftest()
    where = pathlib.Path(sys.argv[2]).resolve()
    return {"includes": check_includes, "loads": check_loads, "graph": print_graph}[mode](where)


if __name__ == "__main__":
    sys.exit(main())
