# SPDX-License-Identifier: Apache-2.0
"""Progress, plans, memory limits, previews and the cache, as the person at the terminal sees them."""
import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading

from studio import HEIGHT, WIDTH, Studio, colour, timeline, video


def moving(frames, name="t", size=(WIDTH, HEIGHT), seed=1):
    """Two shots of noise that is different in every frame: it takes a while to encode and does not shrink."""
    half = frames // 2
    shots = [{"id": f"s{i}", "at": i * half, "dur": half, "gen": ["noise", {"seed": seed + i, "amount": 0.4, "size": 2}]}
             for i in range(2)]
    made = timeline([video(*shots)], name=name)
    made["canvas"].update(w=size[0], h=size[1])
    return made


def environment(studio):
    return dict(os.environ, XDG_STATE_HOME=str(studio.folder), XDG_DATA_HOME=str(studio.folder),
                HOME=str(studio.folder))


def write(studio, made, name):
    path = studio.folder / f"{name}.json"
    path.write_text(json.dumps(made))
    return path


def usage(studio, *argv, expect=0):
    """Runs it; the peak of its resident memory in bytes, and what it said."""
    process = subprocess.Popen([studio.render_program, *map(str, argv)], env=environment(studio), cwd=studio.folder,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == expect, (argv, process.returncode, said)
    return used.ru_maxrss * 1024, said


def tree(folder):
    """Every file below it with its bytes, as names and times of change."""
    return {str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size)
            for path in pathlib.Path(folder).rglob("*")}


def events_tell_how_far_it_is(studio):
    source = write(studio, moving(240), "events")
    said = studio.run(source, "-o", studio.folder / "events.mp4", "--assets", studio.folder / "events-cas", "--preset",
                      "slow", "--workers", 1, "--progress", "json").stderr
    events = [json.loads(line) for line in said.splitlines()]
    assert all(event["ev"] == "progress" and event["rss_bytes"] > 1 << 20 for event in events), events[:2]
    fractions = [event["fraction"] for event in events]
    times = [event["elapsed_ms"] for event in events]
    assert fractions == sorted(fractions) and fractions[-1] == 1 and times == sorted(times), (fractions, times)
    assert len(events) >= times[-1] / 1000, f"{len(events)} events in {times[-1]} ms"
    drawn = [event["frames_done"] for event in events if "frames" in event]
    assert drawn and drawn == sorted(drawn) and all(e["frames"] == 240 for e in events if "frames" in e), drawn
    left = [event["eta_ms"] for event in events if "eta_ms" in event]
    assert left[-1] == 0 and all(ms >= 0 for ms in left), left
    assert {"frames", "done"} <= {event["stage"] for event in events}


def plans_change_nothing(studio):
    assets = {"s": {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": "sea"}}}
    made = timeline([video({"id": "c", "at": 0, "dur": 130, "asset": "s"})], assets, name="plan")
    source = write(studio, made, "plan")
    place = ["--assets", studio.folder / "plan-cas"]
    before = tree(studio.folder)
    plan = json.loads(studio.run(source, "-o", studio.folder / "plan.mp4", "--dry-run", *place).stdout)
    assert tree(studio.folder) == before, "a dry run changed files"
    assert plan["dry_run"] and not plan["resolved"] and plan["frames"] == 130, plan
    asset = plan["assets"][0]
    assert asset["binding"] == "local/backdrop-1" and asset["ceiling_micros"] == 0 and not asset["stored"], asset
    assert plan["outputs"][0]["encoder"] == "libx264" and plan["outputs"][0]["width"] == WIDTH, plan
    assert plan["disk_bytes"]["total"] > 0 and plan["disk_bytes"]["free"] > 0 and plan["memory"]["workers"] >= 1, plan
    studio.run(source, "-o", studio.folder / "plan.mp4", "--preset", "ultrafast", *place)
    before = tree(studio.folder)
    options = ["-o", studio.folder / "plan.mp4", "--dry-run", "--preset", "ultrafast", *place]
    plan = json.loads(studio.run(source, *options).stdout)
    assert plan["resolved"] and plan["gops"] == {"planned": 2, "kept": 2, "to_encode": 0}, plan
    assert plan["assets"][0]["stored"], plan
    made["tracks"][0]["items"].append(colour("d", 130, 30, "#112233"))
    plan = json.loads(studio.run(write(studio, made, "plan2"), *options).stdout)
    assert plan["gops"]["planned"] == 3 and plan["gops"]["to_encode"] >= 1 and plan["frames"] == 160, plan
    (studio.folder / "plan2.json").unlink()
    assert tree(studio.folder).keys() == before.keys(), "a dry run made files"


def plans_know_what_it_costs(studio):
    config = studio.folder / "paid.yaml"
    binding = {"dialect": "exec", "provider": "acme", "model": "brush", "command": ["/bin/false"]}
    config.write_text(json.dumps({"bindings": {"cap.image.generate": binding}, "prices": [
        {"provider": "acme", "model": "brush", "unit": "image", "micros": 40000,
         "valid_from": "2020-01-01T00:00:00Z", "source": "a test"}]}))
    assets = {name: {"kind": "image", "request": {"capability": "cap.image.generate", "prompt": name}}
              for name in ("one", "two")}
    items = [{"id": name, "at": 60 * i, "dur": 60, "asset": name} for i, name in enumerate(assets)]
    source = write(studio, timeline([video(*items)], assets), "paid")
    options = ["-o", studio.folder / "paid.mp4", "--dry-run", "--config", config]
    plan = json.loads(studio.run(source, *options).stdout)
    assert plan["cost_micros"] == 80000 and plan["assets"][0]["binding"] == "acme/brush", plan
    config.write_text(json.dumps({"bindings": {"cap.image.generate": binding}}))
    refused = studio.run(source, *options, expect=65)
    assert "price" in refused.stderr and not (studio.folder / "paid.mp4").exists(), refused.stderr


def memory_is_kept_in(studio):
    source = write(studio, moving(120, size=(432, 768)), "memory")
    least, _ = usage(studio, source, "-o", "m.mp4", "--assets", "memory-a", "--workers", 1, "--mem-limit", 0)
    for limit_mib in (300, 220, 190):
        used, _ = usage(studio, source, "-o", "m.mp4", "--assets", f"memory-{limit_mib}", "--workers", 4,
                        "--mem-limit", f"{limit_mib}M")
        assert used <= limit_mib << 20, (limit_mib, used >> 20)
    films = {(studio.folder / "m.mp4").read_bytes()}
    studio.run(source, "-o", "m.mp4", "--assets", "memory-b", "--workers", 4)
    films.add((studio.folder / "m.mp4").read_bytes())
    assert len(films) == 1, "the bytes depend on the limit"
    before = tree(studio.folder)
    _, said = usage(studio, source, "-o", "n.mp4", "--assets", "memory-c", "--mem-limit", "60M", expect=65)
    needed = int(re.search(r"needs about (\d+) MB", said).group(1))
    assert 60 < needed and least >> 20 <= needed, (needed, least >> 20)
    assert tree(studio.folder) == before, "something was made before the memory was looked at"
    studio.run(source, "-o", "n.mp4", "--mem-limit", "lots", expect=64)


def cache_is_bounded(studio):
    cas = studio.folder / "cache-cas"
    for i in range(6):
        studio.render(moving(120, name=f"c{i}", seed=1 + 10 * i), "--cache-limit", 1, assets="cache-cas")
        kept = [path.stat().st_size for path in (cas / "gops").glob("*.gop")]
        assert sum(kept) <= 1 << 20, sum(kept)
    assert kept, "nothing is kept at all"
    newest = max((cas / "gops").glob("*.gop"), key=lambda path: path.stat().st_mtime_ns).name
    small = [{"id": f"x{i}", "at": 60 * i, "dur": 60, "gen": ["colour", {"colour": f"#{i}{i}{i}{i}{i}{i}"}]}
             for i in range(3)]
    studio.render(timeline([video(*small)], name="small"), "--cache-limit", 1, assets="cache-cas")
    assert (cas / "gops" / newest).exists(), "the newest went before the oldest"
    studio.render(timeline([video(*small)], name="none"), "--cache-limit", 0, assets="none-cas")
    assert not list((studio.folder / "none-cas" / "gops").glob("*.gop")), "kept with a limit of 0"


def on_terminal(studio, argv, columns, rows, **variables):
    """What the program writes to a terminal of that size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    shown = bytearray()

    def read():
        try:
            while piece := os.read(ours, 65536):
                shown.extend(piece)
        except OSError:  # Linux says EIO when the last writer is gone
            pass

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run([studio.render_program, *map(str, argv)], stdout=theirs, stderr=subprocess.PIPE, check=False,
                          env={**environment(studio), "TERM": "xterm-256color", "NO_COLOR": "", **variables})
    os.close(theirs)
    reader.join()
    os.close(ours)
    assert done.returncode == 0, done.stderr
    return bytes(shown).decode().replace("\r\n", "\n").splitlines()


def frames_in_the_terminal(studio):
    shots = [colour("a", 0, 30, "#ff0000"), colour("b", 30, 30, "#00ff00"), colour("c", 60, 30, "#0000ff"),
             colour("d", 90, 30, "#ffffff")]
    source = write(studio, timeline([video(*shots)]), "cells")
    argv = [source, "--preview", "--assets", studio.folder / "cells-cas"]
    full = on_terminal(studio, argv, 62, 24, COLORTERM="truecolor")
    # Three across 62 columns: 20 pixels wide, 35 high, in 18 rows and one for the times; then the fourth.
    assert len(full) == 2 * 19, len(full)
    assert all(line.count("\u2580") == 60 and line.endswith("\033[0m") for line in full[:18]), full[0]
    assert all(line.count("\u2580") == 20 for line in full[19:37])
    red = re.findall(r"\033\[38;2;(\d+);(\d+);(\d+)m", full[5])
    assert [tuple(int(v) > 128 for v in c) for c in (red[0], red[20], red[40])] == [
        (True, False, False), (False, True, False), (False, False, True)], red
    assert full[18].split() == ["0:00.5", "0:01.5", "0:02.5"], full[18]
    assert full == on_terminal(studio, argv, 62, 24, COLORTERM="truecolor"), "the rows are not the same again"
    palette = on_terminal(studio, argv, 62, 24, COLORTERM="")
    assert "\033[38;5;196m" in palette[5] and "38;2" not in palette[5], palette[5]
    plain = on_terminal(studio, [*argv, "--color", "never"], 62, 24)
    assert "\033" not in "".join(plain) and plain[22][:20] == "@" * 20, plain[22]
    assert len(on_terminal(studio, [*argv, "--moments", 6], 62, 24)) == 2 * 19
    piped = studio.run(*argv).stdout
    assert "\033" not in piped and len(piped.splitlines()) > 4


def sheets_and_posters(studio):
    shots = [colour("a", 0, 30, "#ff0000"), colour("b", 30, 60, "#00ff00"),
             {"id": "x", "trans": "dissolve", "at": 90, "in_off": 10, "out_off": 10}, colour("c", 90, 40, "#0000ff")]
    made = timeline([video(*shots)])
    source = write(studio, made, "sheet")
    said = json.loads(studio.run(source, "--contact-sheet", "sheet.jpg", "--poster", "poster.jpg").stdout)
    assert said["contact_sheet"]["frames"] == [15, 60, 110], said
    assert said["poster"]["frame"] >= 36 and not 80 <= said["poster"]["frame"] < 100, said
    sizes = [subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                             str(studio.folder / name)], check=True, capture_output=True, text=True).stdout.strip()
             for name in ("sheet.jpg", "poster.jpg")]
    # Two across: 2 * (216 + 6) + 6, 2 * (384 + 6) + 6.
    assert sizes[1] == f"{WIDTH},{HEIGHT}" and sizes[0] in ("450,786", "672,396"), sizes
    first = (studio.folder / "sheet.jpg").read_bytes()
    studio.run(source, "--contact-sheet", "sheet.jpg", "--moments", 5)
    second = (studio.folder / "sheet.jpg").read_bytes()
    assert first != second
    studio.run(source, "--contact-sheet", "sheet.jpg")
    assert (studio.folder / "sheet.jpg").read_bytes() == first, "the same frames give other bytes"
    studio.run(source, "--preview", "-o", "half.mp4")
    shown = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                            "stream=width,height,nb_read_frames", "-of", "csv=p=0", str(studio.folder / "half.mp4")],
                           check=True, capture_output=True, text=True).stdout.strip()
    assert shown == f"{WIDTH // 2},{HEIGHT // 2},130", shown
    studio.run(source, "--contact-sheet", "nowhere/sheet.jpg", expect=73)


def leftovers(studio, cas):
    beside = [path.name for path in studio.folder.iterdir() if path.name.startswith((".", "stopped"))]
    scratch = [str(path) for path in (studio.folder / cas).rglob("*") if path.suffix in (".part", ".mp4", ".tmp")]
    return beside + scratch


def interrupted_leaves_nothing(studio):
    """Stopped in each stage that its own events name: 130, no file, nothing beside it."""
    source = write(studio, moving(900, name="stopped"), "long")
    for wanted in ("pictures and voices", "frames", "writing", "measuring"):
        cas = f"int-{wanted.split()[0]}"
        process = subprocess.Popen([studio.render_program, source, "-o", "stopped.mp4", "--assets", cas, "--preset",
                                    "ultrafast", "--progress", "json"], env=environment(studio), cwd=studio.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in process.stderr:
            event = json.loads(line) if line.startswith("{") else {}
            if event.get("stage") == wanted:
                process.send_signal(signal.SIGINT)
                break
        process.stderr.read()
        status = process.wait()
        process.stderr.close()
        # The last stages may be over before the signal arrives: then the film is there, whole.
        assert status == 130 or (status == 0 and wanted in ("writing", "measuring")), (wanted, status)
        whole = studio.folder / "stopped.mp4"
        if whole.exists():  # it was done before the signal came
            whole.unlink()
        assert not leftovers(studio, cas), (wanted, leftovers(studio, cas))


def full_disk_is_said(studio):
    """A limit on file sizes stands for the full disk: an error, nothing half-written, and no crash."""
    source = write(studio, moving(240, name="full"), "full")
    before = {path.name for path in studio.folder.iterdir()}
    done = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f 200; exec "$@"', "-", studio.render_program, source,
                           "-o", "full.mp4", "--assets", "full-cas", "--preset", "ultrafast", "--cache-limit", "0"],
                          env=environment(studio), cwd=studio.folder, capture_output=True, text=True, check=False)
    assert done.returncode in (73, 74), (done.returncode, done.stderr)
    assert "File too large" in done.stderr or "cannot write" in done.stderr, done.stderr
    assert {path.name for path in studio.folder.iterdir()} - before <= {"full-cas"}
    assert not [path for path in (studio.folder / "full-cas").rglob("*.mp4")]


def main():
    with Studio(sys.argv[1]) as studio:
        for part in (events_tell_how_far_it_is, plans_change_nothing, plans_know_what_it_costs, memory_is_kept_in,
                     cache_is_bounded, frames_in_the_terminal, sheets_and_posters, interrupted_leaves_nothing,
                     full_disk_is_said):
            if len(sys.argv) < 3 or part.__name__ in sys.argv[2:]:
                part(studio)
                print("ok", part.__name__)


if __name__ == "__main__":
    main()
