# SPDX-License-Identifier: Apache-2.0
"""Colours in double precision after the standards, charts of them, and what the driver reads."""
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

CELL = 32
COLUMNS = 4
PATCHES = [
    (235, 30, 40), (20, 200, 60), (30, 60, 220), (240, 240, 240),
    (12, 12, 16), (250, 210, 30), (128, 128, 128), (90, 160, 170),
    (255, 0, 255), (0, 255, 255), (64, 64, 64), (200, 120, 80),
]
WIDTH, HEIGHT = COLUMNS * CELL, len(PATCHES) // COLUMNS * CELL
WEIGHTS = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}
D65 = (0.3127, 0.3290)
PRIMARIES = {
    "bt709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65),
    "smpte170m": ((0.63, 0.34), (0.31, 0.595), (0.155, 0.07), D65),
    "bt2020": ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046), D65),
    "p3": ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), D65),
    "adobe": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65),
    "prophoto": ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585)),
}


def multiply(a, b):
    return [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]


def apply(m, v):
    return [sum(m[i][k] * v[k] for k in range(3)) for i in range(3)]


def invert(m):
    def minor(i, j):
        a, b, c, d = (i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3
        return m[a][c] * m[b][d] - m[a][d] * m[b][c]

    det = sum(m[0][j] * minor(0, j) for j in range(3))
    return [[minor(j, i) / det for j in range(3)] for i in range(3)]


def xyz_of_white(w):
    return [w[0] / w[1], 1.0, (1 - w[0] - w[1]) / w[1]]


def xyz_of_rgb(name):
    *rgb, white = PRIMARIES[name]
    columns = [xyz_of_white(p) for p in rgb]
    m = [[columns[j][i] for j in range(3)] for i in range(3)]
    share = apply(invert(m), xyz_of_white(white))
    return [[m[i][j] * share[j] for j in range(3)] for i in range(3)]


BRADFORD = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
D50_XYZ = [0.9642, 1.0, 0.8249]


def adaptation(from_xyz, to_xyz):
    a, b = apply(BRADFORD, from_xyz), apply(BRADFORD, to_xyz)
    scale = [[b[i] / a[i] if i == j else 0.0 for j in range(3)] for i in range(3)]
    return multiply(invert(BRADFORD), multiply(scale, BRADFORD))


def bt709_of(name):
    adapt = adaptation(xyz_of_white(PRIMARIES[name][3]), xyz_of_white(D65))
    return multiply(invert(xyz_of_rgb("bt709")), multiply(adapt, xyz_of_rgb(name)))


def srgb_light(v):
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def srgb_code(v):
    v = min(max(v, 0.0), 1.0)
    return v * 12.92 if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055


def bt1886_code(v):
    return min(max(v, 0.0), 1.0) ** (1 / 2.4)


# ITU-R BT.2100 table 4, and the EETF of BT.2390 with black at 0.
M1, M2 = 2610 / 16384, 2523 / 4096 * 128
C1, C2, C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def pq_code(nits):
    y = (max(nits, 0.0) / 10000) ** M1
    return ((C1 + C2 * y) / (1 + C3 * y)) ** M2


def pq_nits(code):
    p = max(code, 0.0) ** (1 / M2)
    return 10000 * (max(p - C1, 0.0) / (C2 - C3 * p)) ** (1 / M1)


def tone_mapped_nits(nits, peak, target=203.0):
    white = pq_code(peak)
    top = pq_code(target) / white
    knee = 1.5 * top - 0.5
    e = min(pq_code(nits) / white, 1.0)
    if e < knee:
        return nits
    t = (e - knee) / (1 - knee)
    e = ((2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee)
         + (-2 * t**3 + 3 * t**2) * top)
    return pq_nits(e * white)


def hlg_scene(code):
    a = 0.17883277
    b, c = 1 - 4 * a, 0.55991072953
    return code * code / 3 if code <= 0.5 else (2.718281828459045 ** ((code - c) / a) + b) / 12


def sdr_of_nits(rgb_nits, peak):
    """Linear BT.2020 in cd/m2 to BT.709 codes as colour_curve.hpp and video_source.hpp write."""
    greatest = max(rgb_nits)
    ratio = tone_mapped_nits(greatest, peak) / greatest if greatest > 0 else 1
    light = apply(bt709_of("bt2020"), [v * ratio / 203 for v in rgb_nits])
    return [bt1886_code(v) for v in light]


def sdr_of_pq(rgb, peak=1000):
    return sdr_of_nits([pq_nits(v) for v in rgb], peak)


def sdr_of_hlg(rgb):
    scene = [hlg_scene(v) for v in rgb]
    y = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2]
    gain = 1000 * y**0.2
    return sdr_of_nits([gain * v for v in scene], 1000)


def ycc_of(rgb, matrix):
    kr, kb = WEIGHTS[matrix]
    y = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2]
    return [y, (rgb[2] - y) / (2 * (1 - kb)), (rgb[0] - y) / (2 * (1 - kr))]


def rgb_of(ycc, matrix):
    kr, kb = WEIGHTS[matrix]
    y, cb, cr = ycc
    r, b = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    return [r, (y - kr * r - kb * b) / (1 - kr - kb), b]


def codes_of(ycc, bits, full):
    if full:
        top = (1 << bits) - 1
        raw = [ycc[0] * top, ycc[1] * top + (1 << (bits - 1)), ycc[2] * top + (1 << (bits - 1))]
    else:
        k = 1 << (bits - 8)
        raw = [(219 * ycc[0] + 16) * k, (224 * ycc[1] + 128) * k, (224 * ycc[2] + 128) * k]
    return [min(max(int(v + 0.5), 0), (1 << bits) - 1) for v in raw]


def ycc_of_codes(codes, bits, full):
    if full:
        top = (1 << bits) - 1
        return [codes[0] / top, (codes[1] - (1 << (bits - 1))) / top,
                (codes[2] - (1 << (bits - 1))) / top]
    k = 1 << (bits - 8)
    return [(codes[0] / k - 16) / 219, (codes[1] / k - 128) / 224, (codes[2] / k - 128) / 224]


def bt709_limited(rgb):
    """The declared 8-bit values, not rounded (ITU-R BT.709-6)."""
    y, cb, cr = ycc_of(rgb, "bt709")
    return [219 * y + 16, 224 * cb + 128, 224 * cr + 128]


def planar(colours, bits, down_x, down_y):
    """A chart of one colour (a tuple of codes) per patch as planes; chroma every 1 or 2 pixels."""
    out = bytearray()
    for plane in range(len(colours[0])):
        sub = plane in (1, 2)
        dx, dy = (down_x if sub else 1), (down_y if sub else 1)
        for row in range(0, HEIGHT, dy):
            line = []
            for column in range(0, WIDTH, dx):
                line.append(colours[row // CELL * COLUMNS + column // CELL][plane])
            out += bytes(line) if bits == 8 else struct.pack(f"<{len(line)}H", *line)
    return bytes(out)


def ffmpeg(*words, data=None):
    done = subprocess.run(["ffmpeg", "-nostdin" if data is None else "-y", "-v", "error", "-y",
                           *map(str, words)], input=data, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"ffmpeg {words}: {done.stderr.decode()}")


def encode_raw(path, data, pixels, *options, rate="25", size=None):
    width, height = size or (WIDTH, HEIGHT)
    ffmpeg("-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{width}x{height}", "-r", rate, "-i", "-",
           *options, path, data=data)


class Picture:
    def __init__(self, data):
        head, data = data.split(b"\n", 1)
        width, height, kind = head.decode().split()
        self.width, self.height = int(width), int(height)
        self.cw, self.ch = (self.width + 1) // 2, (self.height + 1) // 2
        luma, chroma = self.width * self.height, self.cw * self.ch
        self.planes = [data[:luma], data[luma:luma + chroma], data[luma + chroma:luma + 2 * chroma]]
        self.alpha = data[luma + 2 * chroma:] if kind == "alpha" else None

    def at(self, x, y):
        c = y // 2 * self.cw + x // 2
        return [self.planes[0][y * self.width + x], self.planes[1][c], self.planes[2][c]]


class Check:
    def __init__(self, driver):
        self.driver = driver
        self.failed = 0
        self.cases = 0
        self.worst = 0.0
        self.folder = tempfile.TemporaryDirectory(prefix="smos-colour-")
        self.path = pathlib.Path(self.folder.name)

    def run(self, *words):
        return subprocess.run([self.driver, *map(str, words)], capture_output=True, text=True,
                              errors="replace")

    def that(self, condition, what):
        self.cases += 1
        if not condition:
            self.failed += 1
            print("FAILED", what)

    def still(self, path):
        done = self.run("still", path, self.path / "out")
        if done.returncode != 0:
            return done.stdout
        return Picture((self.path / "out").read_bytes())

    def video(self, path, time="0"):
        done = self.run("at", path, time, self.path / "out")
        if done.returncode != 0:
            return done.stdout, None
        info = dict(word.split("=", 1) for word in done.stdout.split())
        return Picture((self.path / "out").read_bytes()), info

    def patches(self, picture, expected, name, cell=(CELL, CELL), columns=COLUMNS):
        """The middle of each patch against declared R'G'B' 0..1, within one level."""
        if isinstance(picture, str):
            self.that(False, f"{name}: {picture}")
            return
        worst = 0.0
        for i, rgb in enumerate(expected):
            x, y = i % columns * cell[0] + cell[0] // 2, i // columns * cell[1] + cell[1] // 2
            got = picture.at(x, y)
            for plane, value in enumerate(bt709_limited(rgb)):
                worst = max(worst, abs(got[plane] - min(max(value, 0), 255)))
        self.worst = max(self.worst, worst)
        print(f"{name}: worst {worst:.2f} levels")
        self.that(worst <= 1.0, f"{name}: {worst:.2f} levels off")

    def end(self):
        print(f"{self.cases} checks, {self.failed} failed, worst colour {self.worst:.3f} levels")
        return 1 if self.failed or self.cases == 0 else 0


def png(width, height, depth, kind, rows, *chunks):
    """rows: bytes of each row; kind as in IHDR."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data
                + struct.pack(">I", zlib.crc32(name + data)))

    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    for name, data in chunks:
        out += chunk(name, data)
    return (out + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
            + chunk(b"IEND", b""))


def icc(name, curve, kind=b"mntr", space=b"RGB ", tables=False):
    """A matrix profile of named primaries; curve: the bytes of its TRC tag."""
    def tag_xyz(v):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(x * 65536)) for x in v)

    white = xyz_of_white(PRIMARIES[name][3])
    m = multiply(adaptation(white, D50_XYZ), xyz_of_rgb(name))
    tags = [(b"desc", b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + b"\0")]
    for i, letter in enumerate(b"rgb"):
        tags.append((bytes([letter]) + b"XYZ", tag_xyz([m[r][i] for r in range(3)])))
        tags.append((bytes([letter]) + b"TRC", curve))
    tags.append((b"kTRC", curve))
    if tables:
        tags.append((b"A2B0", b"mft2" + bytes(48)))
    head = bytearray(128)
    head[12:16], head[16:20], head[20:24], head[36:40] = kind, space, b"XYZ ", b"acsp"
    offset, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for tag, data in tags:
        data += bytes(-len(data) % 4)
        table += tag + struct.pack(">II", offset + len(body), len(data))
        body += data
    profile = bytes(head) + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(profile)) + profile[4:]


def unit(colours=PATCHES):
    return [[v / 255 for v in rgb] for rgb in colours]


def main(body):
    check = Check(sys.argv[1])
    body(check)
    sys.exit(check.end())
