# SPDX-License-Identifier: Apache-2.0
"""A film on a disk that fills up while it is made: said by name, nothing half-written; with room, the same bytes."""
import os
import pathlib
import subprocess
import sys

from studio import Studio, timeline, video


def noise(name, at, dur):
    return {"id": name, "at": at, "dur": dur, "gen": ["noise", {"amount": 0.9, "seed": at, "size": 3}]}


def resize(folder, kib):
    subprocess.run(["mount", "-o", f"remount,size={kib}k", folder], check=True)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def main():
    if os.environ.get("SMOS_TEST_MOUNTS") != "own":
        apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        os.environ["SMOS_TEST_MOUNTS"] = "own"
        os.execvp(apart[0], [*apart, sys.executable, *sys.argv])
    with Studio(sys.argv[1]) as studio:
        made = timeline([video(noise("a", 0, 30), noise("b", 30, 30), noise("c", 60, 30))])
        whole = studio.render(made).read_bytes()
        needed = len(whole) // 1024
        assert needed > 1000, needed
        disk = studio.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
        try:
            source = studio.folder / "film.json"
            source.write_text((studio.folder / "1.json").read_text())
            film = disk / "film.mp4"
            # Nothing fits; a part of the encoded groups; all of them and no film; a film in the store, none beside it.
            for kib in (64, needed // 2, needed + needed // 2, 2 * needed + needed // 2):
                resize(disk, kib)
                said = refused(studio, source, film)
                assert "No space left" in said or "is full" in said, (kib, said)
                assert not film.exists(), kib
                beside = [path.name for path in disk.iterdir() if path.is_file()]
                assert beside == [], (kib, beside)
                loose = [path for path in files(disk / "cas") if path.suffix == ".mp4" and path.stat().st_size == 0]
                assert not loose, loose
                print(f"{kib:6} KiB: {said.strip()}"[:160])
            resize(disk, 8 * needed)
            studio.run(source, "-o", film, "--assets", disk / "cas", "--preset", "ultrafast", "--crf", "1")
            assert film.read_bytes() == whole
            scratch = disk / "cas" / "scratch"
            left = files(scratch) if scratch.exists() else []
            assert left == [], left
            print("ok the same film when there is room")
        finally:
            subprocess.run(["umount", disk], check=False)


def refused(studio, source, film):
    env = dict(os.environ, XDG_STATE_HOME=str(studio.folder), XDG_DATA_HOME=str(studio.folder))
    done = subprocess.run([studio.render_program, source, "-o", film, "--assets", film.parent / "cas", "--preset",
                           "ultrafast", "--crf", "1"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode > 0, (done.returncode, done.stderr)
    return done.stderr


if __name__ == "__main__":
    assert pathlib.Path(sys.argv[1]).is_dir()
    main()
