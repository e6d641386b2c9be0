# SPDX-License-Identifier: Apache-2.0
"""A room with its own state, assets and configuration, and the records that tests send through it."""
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

DISCLOSURE = ("AI-generated: picture, voice and text were made by machines. digitalSourceType="
              "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia")
NOW = "2026-11-20T12:00:00Z"
PRICE_MICROS = 70_000
STAMP = {"version": "0", "at": NOW}


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def members(line):
    """The outermost members of an object as (key, raw value), both as bytes came."""
    text = line.decode()
    found = []
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    space = re.compile(r"[ \t\r\n]*")
    at = space.match(text, text.index("{") + 1).end()
    while text[at] != "}":
        key, end = decoder.raw_decode(text, at)
        colon = space.match(text, end).end()
        begin = space.match(text, colon + 1).end()
        _, end = decoder.raw_decode(text, begin)
        found.append((key, text[begin:end]))
        at = space.match(text, end).end()
        if text[at] == ",":
            at = space.match(text, at + 1).end()
    return found


def make_video(folder, comment=DISCLOSURE):
    """One second of a real MP4, and a poster."""
    video, poster = os.path.join(folder, "made.mp4"), os.path.join(folder, "made.jpg")
    quiet = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y"]
    subprocess.run([*quiet, "-f", "lavfi", "-i", "testsrc2=size=180x320:rate=30:duration=1",
                    "-f", "lavfi", "-i", "sine=frequency=330:duration=1", "-c:v", "libx264",
                    "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest",
                    "-metadata", "comment=" + comment, "-movflags", "+faststart", video],
                   check=True)
    subprocess.run([*quiet, "-i", video, "-frames:v", "1", "-pix_fmt", "yuvj420p", poster],
                   check=True)
    return video, poster


class Workshop:
    """Everything below one temporary folder; remove() when done."""
    _media = None

    def __init__(self, programs):
        self.programs = os.path.abspath(programs)
        self.folder = tempfile.mkdtemp(prefix="smos-test-")
        self.state = self.path("state.db")
        self.assets = self.path("cas")
        self.site = self.path("site")
        self.posts = self.path("posts")
        self.config = self.path("config.yaml")
        with open(self.config, "w", encoding="utf-8") as out:
            out.write("prices:\n  - {provider: acme, model: m1, unit: image, "
                      f"micros: {PRICE_MICROS}, source: test}}\n")
        self.environment = {
            "PATH": self.programs + ":" + os.environ["PATH"], "HOME": self.folder,
            "XDG_CONFIG_HOME": self.path("xdg/config"), "XDG_STATE_HOME": self.path("xdg/state"),
            "XDG_DATA_HOME": self.path("xdg/data"), "LC_ALL": "C.UTF-8"}

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def argv(self, tool, *arguments):
        return [os.path.join(self.programs, tool), *arguments[:1], "--config", self.config,
                "--state", self.state, "--assets", self.assets, "--color", "never",
                *arguments[1:]] if arguments and not arguments[0].startswith("-") else [
                    os.path.join(self.programs, tool), "--config", self.config, "--state",
                    self.state, "--assets", self.assets, "--color", "never", *arguments]

    def start(self, argv, **options):
        options.setdefault("stdin", subprocess.PIPE)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(argv, env=self.environment, cwd=self.folder, **options)

    def run(self, argv, data=b"", expect=0, limit_s=300):
        process = self.start(argv)
        try:
            out, err = process.communicate(data, timeout=limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert expect is None or process.returncode == expect, (
            f"{os.path.basename(argv[0])} {argv[1:]} ended with {process.returncode}, "
            f"not {expect}: {err.decode(errors='replace')[-2000:]}")
        return out, err, process.returncode

    def fund(self, dollars="100"):
        self.run(self.argv("smos-cfo", "fund", "default/ava", dollars, "--once"))

    def balance(self):
        out, _, _ = self.run(self.argv("smos-cfo", "balance", "default/ava", "--json"))
        return json.loads(out)

    def store(self, path):
        """A file in the content-addressed store; gives its sidecar's first members."""
        with open(path, "rb") as source:
            data = source.read()
        name = hashlib.sha256(data).hexdigest()
        target = os.path.join(self.assets, "sha256", name[:2], name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as out:
            out.write(data)
        return {"uri": "cas:sha256:" + name, "size_bytes": len(data), "checksum": "sha256:" + name}

    def film(self, comment=DISCLOSURE):
        """The render section of a tiny film that lies in the store."""
        if comment != DISCLOSURE:
            video, poster = make_video(self.folder, comment)
        else:
            if Workshop._media is None:
                Workshop._media = tempfile.TemporaryDirectory(prefix="smos-test-media-")
                make_video(Workshop._media.name)
            video, poster = (os.path.join(Workshop._media.name, n) for n in ("made.mp4", "made.jpg"))
        captions = self.path("captions.vtt")
        with open(captions, "w", encoding="utf-8") as out:
            out.write("WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nmeasured, not <promised> & so\n")
        metadata = {"width": 180, "height": 320, "rate": "30/1", "duration_ms": 1000, "frames": 30,
                    "video_codec": "h264", "audio_codec": "aac"}
        return {"tool": "smos-render", **STAMP, "timeline_sha256": "0" * 64, "device": "cpu",
                "cached": False, "outputs": [{
                    "id": "short", "preset": "shorts",
                    "video": {**self.store(video), "mime_type": "video/mp4", "metadata": metadata},
                    "poster": {**self.store(poster), "mime_type": "image/jpeg"},
                    "captions": [{**self.store(captions), "mime_type": "text/vtt"}]}],
                "assets": []}


def envelope(number, status, **more):
    return {"schema": "smos.record/1", "task_id": f"{number:08x}-0000-5000-8000-000000000000",
            "type": "generate_video", "tenant_id": "default", "persona_id": "ava",
            "state_version": 3, "status": status, "errors": [], **more}


def plan(title="A second measurement", caption="Measured, not promised.", line="Say it twice.",
         lines=()):
    total = sum(entry["micros"] for entry in lines)
    return {"tool": "smos-plan", **STAMP, "decision": "produce", "reasons": [],
            "muse": {"persona_id": "ava", "version": "1", "dna_sha256": "0" * 64},
            "moral": {"score": 0.9, "veto": False}, "estimate": {"total_micros": total,
                                                                 "lines": list(lines)},
            "script": {"title": title, "hook": line, "lines": [{"id": "l1", "text": line}],
                       "caption": caption, "hashtags": ["measure"]}}


def planned(number, **more):
    price = {"capability": "cap.image.generate", "provider": "acme", "model": "m1", "unit": "image",
             "quantity": 1, "price": {"micros": PRICE_MICROS, "per_units": 1},
             "micros": PRICE_MICROS}
    return envelope(number, "planned", plan=plan(lines=[price]), **more)


def scouted(number, **more):
    return envelope(number, "scouted", scout={
        "tool": "smos-scout", **STAMP, "platform": "reddit", "source": "technology",
        "native_id": f"n{number}", "fingerprint": "0" * 32,
        "title": "New solid state battery survives 3000 charge cycles in lab test",
        "text": "", "url": "https://example.org/x", "created_at": "2026-11-20T10:00:00Z",
        "observed_at": "2026-11-20T11:00:00Z", "first_seen_at": "2026-11-20T11:00:00Z",
        "observations": 3, "metrics": {"upvotes": 4100, "comments": 300}, "engagement": 300,
        "vvs": 4000.5, "phase": "rising", "peak_probability": 0.8, "confidence": 0.6,
        "decidable": True}, **more)


def approved(workshop, number, film=None, **script):
    return envelope(number, "approved", plan=plan(**script), render=film or workshop.film())


def tree(folder):
    """Every path below the folder with its bytes' hash; a missing folder is an empty tree."""
    found = {}
    for base, folders, files in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(base, name), folder)] = "folder"
        for name in files:
            path = os.path.join(base, name)
            with open(path, "rb") as source:
                found[os.path.relpath(path, folder)] = hashlib.sha256(source.read()).hexdigest()
    return found


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    process.wait()
