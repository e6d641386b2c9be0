#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Still pictures of known colours: depths, palettes, alpha, profiles, chunks, JPEG and WebP."""
import struct
import zlib

from chart import (CELL, COLUMNS, HEIGHT, PATCHES, PRIMARIES, WIDTH, apply, bt709_of, encode_raw,
                   ffmpeg, icc, main, png, sdr_of_pq, srgb_code, srgb_light, unit)


def packed(pixel):
    """Rows of a chart whose patch i is the bytes pixel(i)."""
    rows = []
    for y in range(HEIGHT):
        rows.append(b"".join(pixel(y // CELL * COLUMNS + x // CELL) for x in range(WIDTH)))
    return rows


def rgb_rows():
    return packed(lambda i: bytes(PATCHES[i]))


def write(check, name, data):
    path = check.path / name
    path.write_bytes(data)
    return path


def depths(check):
    path = write(check, "a.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows()))
    check.patches(check.still(path), unit(), "PNG 8 bits")
    deep = [[min(v * 257 + 100, 65535) for v in rgb] for rgb in PATCHES]
    rows = packed(lambda i: struct.pack(">3H", *deep[i]))
    path = write(check, "b.png", png(WIDTH, HEIGHT, 16, 2, rows))
    check.patches(check.still(path), [[v / 65535 for v in rgb] for rgb in deep], "PNG 16 bits")
    greys = [[rgb[0] / 255] * 3 for rgb in PATCHES]
    path = write(check, "c.png", png(WIDTH, HEIGHT, 8, 0, packed(lambda i: bytes([PATCHES[i][0]]))))
    check.patches(check.still(path), greys, "PNG grey")
    rows = packed(lambda i: struct.pack(">H", PATCHES[i][0] * 257))
    path = write(check, "d.png", png(WIDTH, HEIGHT, 16, 0, rows))
    check.patches(check.still(path), greys, "PNG grey 16 bits")
    palette = b"".join(bytes(rgb) for rgb in PATCHES)
    path = write(check, "e.png", png(WIDTH, HEIGHT, 8, 3, packed(lambda i: bytes([i])),
                                     (b"PLTE", palette), (b"tRNS", bytes([255, 128]))))
    picture = check.still(path)
    check.patches(picture, unit(), "PNG palette")
    middle = CELL // 2 * WIDTH
    check.that([picture.alpha[middle + CELL // 2 + i * CELL] for i in range(3)] == [255, 128, 255],
               "alpha of a palette")
    bits = [bytes([0xF0] * (WIDTH // 8))] * HEIGHT
    path = write(check, "f.png", png(WIDTH, HEIGHT, 1, 0, bits))
    picture = check.still(path)
    check.that([picture.planes[0][x] for x in (0, 3, 4, 7)] == [235, 235, 16, 16], "PNG 1 bit")
    header = f"P6\n{WIDTH} {HEIGHT}\n65535\n".encode()
    deep_rows = b"".join(packed(lambda i: struct.pack(">3H", *deep[i])))
    path = write(check, "g.ppm", header + deep_rows)
    check.patches(check.still(path), [[v / 65535 for v in rgb] for rgb in deep], "PPM 16 bits")


def transparency(check):
    """Red discs of alpha over black: no black may be seen anywhere."""
    rows = packed(lambda i: bytes((200, 30, 30, 255)) if i in (5, 6) else bytes((0, 0, 0, 0)))
    picture = check.still(write(check, "t.png", png(WIDTH, HEIGHT, 8, 6, rows)))
    inside = picture.at(COLUMNS * CELL // 2, HEIGHT // 2)
    for plane in range(3):
        check.that(set(picture.planes[plane]) == {inside[plane]}, f"bled plane {plane}")
    rows = packed(lambda i: struct.pack(">4H", 65535, 0, 0, 65535 * i // 11))
    picture = check.still(write(check, "u.png", png(WIDTH, HEIGHT, 16, 6, rows)))
    for i in (0, 4, 11):
        at = (i // COLUMNS * CELL + 5) * WIDTH + i % COLUMNS * CELL + 5
        got = 255 if picture.alpha is None else picture.alpha[at]
        check.that(got == round(255 * i / 11), f"16-bit alpha {i}: {got}")
    check.that(check.still(write(check, "v.png", png(WIDTH, HEIGHT, 8, 6, packed(
        lambda i: bytes(PATCHES[i]) + b"\xff")))).alpha is None, "an opaque alpha is dropped")


def profiles(check):
    gamma = lambda g: b"curv\0\0\0\0" + struct.pack(">IH", 1, round(g * 256)) + b"\0\0"
    srgb = (b"para\0\0\0\0\0\3\0\0"
            + b"".join(struct.pack(">i", round(v * 65536))
                       for v in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    table = b"curv\0\0\0\0" + struct.pack(">I", 1024) + b"".join(
        struct.pack(">H", round(65535 * srgb_light(i / 1023))) for i in range(1024))
    cases = [("bt709", srgb, srgb_light), ("p3", srgb, srgb_light), ("p3", table, srgb_light),
             ("adobe", gamma(563 / 256), lambda v: v ** (563 / 256)),
             ("prophoto", gamma(1.8), lambda v: v ** (round(1.8 * 256) / 256))]
    for name, curve, light in cases:
        m = bt709_of(name)
        expected = [[srgb_code(v) for v in apply(m, [light(c) for c in rgb])] for rgb in unit()]
        chunk = (b"iCCP", b"p\0\0" + zlib.compress(icc(name, curve)))
        path = write(check, "i.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), chunk))
        check.patches(check.still(path), expected, f"ICC {name}")
    for what, words, options in (
            ("a table", "lookup tables", {"tables": True}),
            ("a printer", "class prtr", {"kind": b"prtr"}),
            ("CMYK", "for CMYK colours", {"space": b"CMYK"})):
        chunk = (b"iCCP", b"p\0\0" + zlib.compress(icc("p3", srgb, **options)))
        path = write(check, "r.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), chunk))
        said = check.still(path)
        check.that(isinstance(said, str) and "unsupported_colour" in said and words in said
                   and "r.png" in said, f"{what} is refused by name: {said}")


def chunks(check):
    def chrm(name):
        r, g, b, w = PRIMARIES[name]
        return struct.pack(">8I", *[round(v * 1e5) for p in (w, r, g, b) for v in p])

    m = bt709_of("p3")
    for gamma in (1.0, 1 / 2.2, 1 / 1.8):
        near = abs(gamma - 1 / 2.2) < 0.02
        light = srgb_light if near else lambda v, g=round(gamma * 1e5) / 1e5: v ** (1 / g)
        expected = [[srgb_code(v) for v in apply(m, [light(c) for c in rgb])] for rgb in unit()]
        path = write(check, "g.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), (b"cHRM", chrm("p3")),
                                         (b"gAMA", struct.pack(">I", round(gamma * 1e5)))))
        check.patches(check.still(path), expected, f"cHRM P3, gAMA {gamma:.3f}")
    path = write(check, "s.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), (b"sRGB", b"\0"),
                                     (b"cHRM", chrm("p3")), (b"gAMA", struct.pack(">I", 100000))))
    check.patches(check.still(path), unit(), "sRGB goes before gAMA and cHRM")
    path = write(check, "q.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), (b"cICP", bytes((9, 16, 0, 1)))))
    check.patches(check.still(path), [sdr_of_pq(rgb) for rgb in unit()], "cICP PQ")
    path = write(check, "l.png", png(WIDTH, HEIGHT, 8, 2, packed(
        lambda i: bytes(round(16 + v * 219 / 255) for v in PATCHES[i])),
        (b"cICP", bytes((1, 1, 0, 0)))))
    exact = [[(round(16 + v * 219 / 255) - 16) / 219 for v in rgb] for rgb in PATCHES]
    check.patches(check.still(path), exact, "cICP limited")
    said = check.still(write(check, "x.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(),
                                                 (b"cICP", bytes((9, 10, 0, 1))))))
    check.that("unsupported_colour" in str(said), f"cICP 10 is refused: {said}")


def lossy(check):
    raw = b"".join(rgb_rows())
    for name, pixels in (("a.jpg", "yuvj444p"), ("b.jpg", "yuvj420p")):
        path = check.path / name
        encode_raw(path, raw, "rgb24", "-pix_fmt", pixels, "-q:v", "1", "-qmin", "1")
        picture = check.still(path)
        # What the encoder loses: ffmpeg's own reading of the same file.
        said = check.path / "said.rgb"
        ffmpeg("-i", path, "-f", "rawvideo", "-sws_flags", "accurate_rnd+full_chroma_int",
               "-pix_fmt", "rgb24", said)
        data = said.read_bytes()
        exact = []
        for i in range(len(PATCHES)):
            at = 3 * ((i // COLUMNS * CELL + CELL // 2) * WIDTH + i % COLUMNS * CELL + CELL // 2)
            exact.append([v / 255 for v in data[at:at + 3]])
        check.patches(picture, exact, f"JPEG {pixels}")
        far = max(abs(a - b) for x, y in zip(exact, unit()) for a, b in zip(x, y))
        check.that(far < 6 / 255, f"JPEG {pixels} holds the chart: {far * 255:.1f}")
    path = check.path / "l.webp"
    encode_raw(path, raw, "rgb24", "-c:v", "libwebp", "-lossless", "1")
    check.patches(check.still(path), unit(), "WebP lossless")
    path = write(check, "g.jpg", flat_jpeg((77,), CELL, CELL, None))
    check.patches(check.still(path), [[77 / 255] * 3], "grey JPEG")
    cmyk(check)


def bits_of(pairs):
    """(value, count) as bytes of a JPEG scan, stuffed."""
    text = "".join(format(v & ((1 << n) - 1), f"0{n}b") if n else "" for v, n in pairs)
    text += "1" * (-len(text) % 8)
    data = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return data.replace(b"\xff", b"\xff\0")


def flat_jpeg(components, width, height, adobe):
    """A baseline JPEG whose only content is a constant per component, quantizer 1."""
    def segment(marker, data):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

    out = b"\xff\xd8"
    if adobe is not None:
        out += segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([adobe]))
    out += segment(0xDB, b"\0" + bytes([1] * 64))
    n = len(components)
    out += segment(0xC0, struct.pack(">BHHB", 8, height, width, n)
                   + b"".join(bytes([i + 1, 0x11, 0]) for i in range(n)))
    # DC codes of four bits for categories 0 to 11; AC: one code of one bit, end of block.
    out += segment(0xC4, b"\0" + bytes([0, 0, 0, 12] + [0] * 12) + bytes(range(12)))
    out += segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\0")
    out += segment(0xDA, bytes([n]) + b"".join(bytes([i + 1, 0]) for i in range(n)) + b"\0\x3f\0")
    pairs, last = [], [0] * n
    for _ in range((width // 8) * (height // 8)):
        for i, value in enumerate(components):
            step = (value - 128) * 8 - last[i]
            last[i] += step
            size = abs(step).bit_length()
            pairs += [(size, 4), (step if step >= 0 else step + (1 << size) - 1, size), (0, 1)]
    return out + bits_of(pairs) + b"\xff\xd9"


def app2(profile):
    data = b"ICC_PROFILE\0\1\1" + profile
    return b"\xff\xe2" + struct.pack(">H", len(data) + 2) + data


def cmyk(check):
    """Adobe stores inverted inks: 255 is none."""
    inks = (220, 60, 130, 200)
    path = write(check, "cmyk.jpg", flat_jpeg(inks, CELL, CELL, 0))
    expected = [[inks[i] * inks[3] / 255 / 255 for i in range(3)]]
    check.patches(check.still(path), expected, "CMYK JPEG")
    flat = path.read_bytes()
    profile = app2(icc("p3", b"curv" + bytes(8), kind=b"prtr", space=b"CMYK"))
    said = check.still(write(check, "swop.jpg", flat[:2] + profile + flat[2:]))
    check.that("unsupported_colour" in str(said) and "CMYK" in str(said),
               f"a CMYK profile is refused: {said}")
    grey = flat_jpeg((100, 128, 128), CELL, CELL, None)
    profile = app2(icc("p3", b"curv\0\0\0\0" + struct.pack(">IH", 1, 512) + b"\0\0"))
    path = write(check, "square.jpg", grey[:2] + profile + grey[2:])
    check.patches(check.still(path), [[srgb_code((100 / 255) ** 2)] * 3], "ICC of a JPEG")
    y, cb, cr, k = 120, 90, 160, 210
    ink = [255 - v for v in (y + 1.402 * (cr - 128), y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128),
                             y + 1.772 * (cb - 128))]
    path = write(check, "ycck.jpg", flat_jpeg((y, cb, cr, k), CELL, CELL, 2))
    expected = [[v * k / 255 / 255 for v in ink]]
    check.patches(check.still(path), expected, "YCCK JPEG")


def refused(check):
    huge = b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", 65500, 65500) + b"\3" + bytes(9)
    said = check.still(write(check, "huge.jpg", huge))
    check.that("too_large" in str(said) and "65500x65500" in str(said), f"huge JPEG: {said}")
    broken = png(WIDTH, HEIGHT, 8, 2, rgb_rows())[:-80]
    check.that("damaged" in str(check.still(write(check, "half.png", broken))), "half a PNG")
    check.that("not_an_image" in str(check.still(write(check, "t.png", b"hello"))), "text")


def upright(check):
    """eXIf orientation of a PNG: the chart comes turned."""
    for orientation, cells in ((3, lambda g: [r[::-1] for r in g[::-1]]),
                               (6, lambda g: [list(r) for r in zip(*g[::-1])]),
                               (2, lambda g: [r[::-1] for r in g]),
                               (8, lambda g: [list(r) for r in zip(*g)][::-1])):
        exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01" + struct.pack(">HHI", orientation, 0, 0)
        path = write(check, "o.png", png(WIDTH, HEIGHT, 8, 2, rgb_rows(), (b"eXIf", exif)))
        grid = [unit()[r * COLUMNS:(r + 1) * COLUMNS] for r in range(HEIGHT // CELL)]
        grid = cells(grid)
        check.patches(check.still(path), [c for line in grid for c in line],
                      f"orientation {orientation}", columns=len(grid[0]))


def body(check):
    for part in (depths, transparency, profiles, chunks, lossy, upright, refused):
        part(check)


if __name__ == "__main__":
    main(body)
