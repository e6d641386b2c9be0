#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tagged videos of known colours: matrices, ranges, depths, HDR, alpha, turned, stretched, fields."""
import struct

from chart import (CELL, COLUMNS, HEIGHT, PATCHES, WIDTH, apply, bt1886_code, bt709_of, codes_of,
                   encode_raw, main, planar, rgb_of, sdr_of_hlg, sdr_of_pq, unit, ycc_of,
                   ycc_of_codes)

LOSSLESS = ["-c:v", "ffv1", "-level", "3"]


def coded(colours, matrix, bits, full):
    """Codes of each colour, and the R'G'B' that these codes say."""
    codes = [codes_of(ycc_of(rgb, matrix), bits, full) for rgb in colours]
    exact = [[min(max(v, 0.0), 1.0) for v in rgb_of(ycc_of_codes(c, bits, full), matrix)]
             for c in codes]
    return codes, exact


def tags(matrix, full, primaries=None, transfer=None):
    words = ["-color_range", "pc" if full else "tv"]
    if matrix:
        words += ["-colorspace", matrix]
    if primaries:
        words += ["-color_primaries", primaries]
    if transfer:
        words += ["-color_trc", transfer]
    return words


def plain(check):
    shapes = [("yuv420p", 8, 2, 2), ("yuv422p", 8, 2, 1), ("yuv444p", 8, 1, 1),
              ("yuv420p10le", 10, 2, 2), ("yuv422p10le", 10, 2, 1), ("yuv444p12le", 12, 1, 1)]
    for matrix in ("bt709", "smpte170m", "bt2020nc"):
        for full in (False, True):
            for pixels, bits, dx, dy in shapes:
                codes, exact = coded(unit(), matrix, bits, full)
                path = check.path / "a.mkv"
                encode_raw(path, planar(codes, bits, dx, dy), pixels, *LOSSLESS,
                           *tags(matrix, full))
                picture, info = check.video(path)
                name = f"{pixels} {matrix} {'full' if full else 'limited'}"
                check.patches(picture, exact, name)
                check.that(info and info["matrix"] == matrix and info["guessed"] == "false", name)
    codes, exact = coded(unit(), "bt2020nc", 10, False)
    data = planar(codes, 10, 2, 2)
    path = check.path / "p.mp4"
    encode_raw(path, data * 3, "yuv420p10le", "-c:v", "libx265", "-x265-params",
               "lossless=1:log-level=error", *tags("bt2020nc", False))
    check.patches(check.video(path)[0], exact, "x265 10 bits")


def untagged(check):
    codes, exact = coded(unit(), "smpte170m", 8, False)
    path = check.path / "sd.mkv"
    encode_raw(path, planar(codes, 8, 2, 2), "yuv420p", *LOSSLESS)
    picture, info = check.video(path)
    check.patches(picture, exact, "untagged SD is BT.601")
    check.that(info["matrix"] == "smpte170m" and info["guessed"] == "true", "SD is guessed")
    codes, exact = coded(unit(), "bt709", 8, False)
    wide = b"".join(bytes([codes[0][plane]]) * (1280 * 720 // (1 if plane == 0 else 4))
                    for plane in range(3))
    path = check.path / "hd.mkv"
    encode_raw(path, wide, "yuv420p", *LOSSLESS, size=(1280, 720))
    picture, info = check.video(path)
    check.patches(picture, exact[:1], "untagged HD is BT.709", (1280, 720), 1)
    check.that(info["matrix"] == "bt709" and info["guessed"] == "true", "HD is guessed")


def rgb(check):
    packed = bytearray()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            i = y // CELL * COLUMNS + x // CELL
            packed += bytes(PATCHES[i]) + bytes([255 if i % 2 == 0 else 128])
    for name, words in (("qtrle.mov", ["-c:v", "qtrle", "-pix_fmt", "argb"]),
                        ("png.mov", ["-c:v", "png"]),
                        ("bgra.mkv", ["-c:v", "ffv1", "-pix_fmt", "bgra"])):
        path = check.path / name
        encode_raw(path, bytes(packed), "rgba", *words)
        picture, info = check.video(path)
        check.patches(picture, unit(), name)
        check.that(info["alpha"] == "true" and picture.alpha is not None, f"{name} has alpha")
        middle = (CELL // 2) * WIDTH
        check.that([picture.alpha[middle + CELL // 2], picture.alpha[middle + CELL * 3 // 2]]
                   == [255, 128], f"{name} alpha values")
    for name, words in (("vp9.webm", ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p",
                                      "-lossless", "1", "-auto-alt-ref", "0"]),
                        ("prores.mov", ["-c:v", "prores_ks", "-profile:v", "4444",
                                        "-pix_fmt", "yuva444p10le"])):
        path = check.path / name
        encode_raw(path, bytes(packed) * 2, "rgba", *words)
        picture, info = check.video(path)
        check.that(info is not None and info["alpha"] == "true" and picture.alpha is not None
                   and abs(picture.alpha[middle + CELL * 3 // 2] - 128) <= 1,
                   f"{name} has alpha {picture if isinstance(picture, str) else ''}")


def gamut(check):
    for primaries in ("smpte170m", "bt2020"):
        matrix = "smpte170m" if primaries == "smpte170m" else "bt2020nc"
        codes, exact = coded(unit(), matrix, 10, False)
        to_709 = bt709_of(primaries)
        expected = [[bt1886_code(v) for v in apply(to_709, [c**2.4 for c in rgb])]
                    for rgb in exact]
        path = check.path / "g.mkv"
        encode_raw(path, planar(codes, 10, 1, 1), "yuv444p10le", *LOSSLESS,
                   *tags(matrix, False, primaries))
        picture, info = check.video(path)
        check.patches(picture, expected, f"primaries {primaries}")
        check.that(info["primaries"] == primaries, f"{primaries}: {info}")


def hdr(check):
    ramp = [(0.1 * i, 0.1 * i, 0.1 * i) for i in range(10)] + [(0.6, 0.3, 0.2), (0.3, 0.7, 0.5)]
    for transfer, formula, peak in (("smpte2084", sdr_of_pq, "1000"),
                                    ("arib-std-b67", sdr_of_hlg, "1000")):
        for bits, pixels, dx in ((10, "yuv420p10le", 2), (12, "yuv444p12le", 1)):
            codes, exact = coded(ramp, "bt2020nc", bits, False)
            path = check.path / "h.mkv"
            encode_raw(path, planar(codes, bits, dx, dx), pixels, *LOSSLESS,
                       *tags("bt2020nc", False, "bt2020", transfer))
            picture, info = check.video(path)
            name = f"{transfer} {pixels}"
            check.patches(picture, [formula(rgb) for rgb in exact], name)
            check.that(info and info["hdr"] == "true" and float(info["peak"]) == float(peak),
                       f"{name}: {info}")


def turned(check):
    codes, exact = coded(unit(), "bt709", 8, False)
    source = check.path / "t0.mp4"
    encode_raw(source, planar(codes, 8, 2, 2) * 2, "yuv420p", "-c:v", "libx264", "-qp", "0",
               *tags("bt709", False))
    flip = lambda grid: [line[::-1] for line in grid]
    turn = lambda grid: [list(line) for line in zip(*grid[::-1])]  # clockwise
    upright = [exact[r * COLUMNS:(r + 1) * COLUMNS] for r in range(HEIGHT // CELL)]
    # x' = a x + c y, y' = b x + d y (ISO/IEC 14496-12 8.3.2), and what is seen then.
    cases = [((0, 1, -1, 0), turn(upright)), ((-1, 0, 0, -1), turn(turn(upright))),
             ((0, -1, 1, 0), turn(turn(turn(upright)))), ((-1, 0, 0, 1), flip(upright)),
             ((1, 0, 0, -1), upright[::-1]), ((0, 1, 1, 0), flip(turn(upright)))]
    data = source.read_bytes()
    at = data.index(b"tkhd") + 44
    for (a, b, c, d), grid in cases:
        one = 65536
        matrix = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
        path = check.path / "t.mp4"
        path.write_bytes(data[:at] + matrix + data[at + 36:])
        picture, info = check.video(path)
        check.patches(picture, [cell for line in grid for cell in line],
                      f"matrix {a} {b} {c} {d}", columns=len(grid[0]))
        size = f"{len(grid[0]) * CELL}x{len(grid) * CELL}"
        check.that(info["size"] == size, f"matrix {a} {b} {c} {d}: {info['size']}")
    matrix = struct.pack(">9i", 46341, 46341, 0, -46341, 46341, 0, 0, 0, 1 << 30)
    path.write_bytes(data[:at] + matrix + data[at + 36:])
    said = check.video(path)[0]
    check.that("unsupported_media" in str(said) and "angle" in str(said), f"45 degrees: {said}")


def aspect(check):
    codes, exact = coded(unit(), "bt709", 8, False)
    for num, den in ((16, 11), (1, 2)):
        path = check.path / "s.mkv"
        encode_raw(path, planar(codes, 8, 2, 2), "yuv420p", "-vf", f"setsar={num}/{den}", *LOSSLESS,
                   *tags("bt709", False))
        picture, info = check.video(path)
        width = (WIDTH * num + den // 2) // den
        check.that(info["size"] == f"{width}x{HEIGHT}", f"aspect {num}:{den}: {info['size']}")
        cells = [exact[i] for i in range(len(exact))]
        check.patches(picture, cells, f"aspect {num}:{den}", (width // COLUMNS, CELL))


def fields(check):
    """The top field is one chart, the bottom field another: only the first is seen."""
    codes, exact = coded(unit(), "bt709", 8, False)
    dark = [[16, 128, 128]] * len(codes)
    first, second = planar(codes, 8, 2, 2), planar(dark, 8, 2, 2)
    woven, at = bytearray(), 0
    for width, height in ((WIDTH, HEIGHT), (WIDTH // 2, HEIGHT // 2), (WIDTH // 2, HEIGHT // 2)):
        for row in range(height):
            woven += (first if row % 2 == 0 else second)[at:at + width]
            at += width
    path = check.path / "f.mkv"
    encode_raw(path, bytes(woven) * 2, "yuv420p", "-c:v", "libx264", "-qp", "0", "-vf", "setfield=tff",
               "-flags", "+ildct", *tags("bt709", False))
    picture, info = check.video(path)
    check.patches(picture, exact, "interlaced, top field first")
    check.that(info["interlaced"] == "true", "is interlaced")


def body(check):
    for part in (plain, untagged, rgb, gamut, hdr, turned, aspect, fields):
        part(check)


if __name__ == "__main__":
    main(body)
