#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Power cuts: power.py PROGRAMS [long] [NAME...]

A preloaded recorder logs every write, sync and change of a name below the state's folder. From the
log the folder is rebuilt as a disk may hold it after a cut at any place: what was synced, and of
the rest any part, whole or torn, names in their order. Each time what was acknowledged is there,
the state verifies, and the same commands again end where an undisturbed run ends."""
import json
import os
import random
import shutil
import subprocess
import sys

from verbs import VERBS
from yard import Broken, Yard, arguments, difference, planned

SECTOR = 512
GARBAGE = b"\xa5" * 32768


class Inode:
    def __init__(self, data=b""):
        self.data = bytearray(data)
        self.unsynced = []  # ("write", offset, bytes) or ("truncate", size)


def apply(data, change):
    if change[0] == "truncate":
        del data[change[1]:]
        data.extend(bytes(change[1] - len(data)))
        return
    _, offset, bytes_ = change
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset:offset + len(bytes_)] = bytes_


class Disk:
    """What is on the medium for certain, and what may be."""

    def __init__(self, files):
        self.durable = {path: Inode(data) for path, data in files.items()}
        self.names = dict(self.durable)  # as the running system sees them
        self.renamings = []  # (what, path, inode) in their order, not yet synced
        self.said = b""

    def operate(self, kind, offset, path, data):
        if kind == "said":
            self.said += data
        elif kind == "create":
            if path not in self.names:
                self.names[path] = Inode()
                self.renamings.append(("put", path, self.names[path]))
        elif kind == "unlink":
            if self.names.pop(path, None) is not None:
                self.renamings.append(("drop", path, None))
        elif kind in ("rename", "link"):
            source, target = path.split("\t")
            self.names[target] = self.names[source]
            self.renamings.append(("put", target, self.names[source]))
            if kind == "rename":
                del self.names[source]
                self.renamings.append(("drop", source, None))
        elif kind == "sync" and path in self.names:
            inode = self.names[path]
            for change in inode.unsynced:
                apply(inode.data, change)
            inode.unsynced.clear()
        elif kind == "sync":
            self.sync_names(len(self.renamings), self.durable)
            self.renamings.clear()
        elif path in self.names:
            change = ("write", offset, data) if kind == "write" else ("truncate", offset)
            self.names[path].unsynced.append(change)

    def sync_names(self, count, names):
        for what, path, inode in self.renamings[:count]:
            if what == "put":
                names[path] = inode
            else:
                names.pop(path, None)

    def after_cut(self, draw):
        """The files of one legal outcome; `draw` None: nothing that was not synced, "all": all."""
        names = dict(self.durable)
        count = {None: 0, "all": len(self.renamings)}.get(draw)
        self.sync_names(draw.randint(0, len(self.renamings)) if count is None else count, names)
        files = {}
        for path, inode in names.items():
            data = bytearray(inode.data)
            for change in inode.unsynced:
                if draw == "all" or (draw is not None and draw.random() < 0.5):
                    apply(data, torn(change, draw))
            files[path] = bytes(data)
        return files


def torn(change, draw):
    """A sector is written whole or not at all, a longer write may end or begin at any."""
    if draw == "all" or change[0] == "truncate" or len(change[2]) <= SECTOR or draw.random() < 0.5:
        return change
    at = draw.randrange(SECTOR, len(change[2]), SECTOR)
    return ("write", change[1], change[2][:at]) if draw.random() < 0.5 else \
        ("write", change[1] + at, change[2][at:])


def operations(path):
    with open(path, "rb") as file:
        log = file.read()
    at = 0
    while at < len(log):
        end = log.index(b"\n", at)
        kind, offset, size, name = log[at:end].decode().split(" ", 3)
        at = end + 1 + int(size)
        yield kind, int(offset), name, log[end + 1:at]


class Film:
    """Commands that were recorded from one state on: (number of the command, operation)..."""

    def __init__(self, yard, library, commands):
        self.yard, self.commands = yard, commands
        yard.keep()
        self.first = {}
        for name in os.listdir(yard.home):
            with open(os.path.join(yard.home, name), "rb") as file:
                self.first[os.path.join(yard.home, name)] = file.read()
        self.operations = []
        for number, command in enumerate(commands):
            log = os.path.join(yard.folder, f"log{number}")
            subprocess.run(command.words, input=command.text(), text=True, check=True, stdout=subprocess.DEVNULL,
                           env=dict(yard.environment, LD_PRELOAD=library, SMOS_DISK_ROOT=yard.home, SMOS_DISK_LOG=log))
            self.operations += [(number, operation) for operation in operations(log)
                                if not operation[2].endswith("-shm")]
        self.after = yard.told()

    def cuts(self, count, seed):
        """Outcomes at `count` places spread evenly; the first of each place has nothing unsynced."""
        places = sorted({(index + 1) * len(self.operations) // count for index in range(count)})
        disk, done = Disk(self.first), 0
        for place in places:
            for number, operation in self.operations[done:place]:
                disk.operate(*operation)
            done = place
            at = self.operations[place - 1][0]
            yield place, "nothing", at, disk.after_cut(None), disk.said
            yield place, "everything", at, disk.after_cut("all"), disk.said
            for draw in range(2 if count < 100 else 6):
                yield (place, f"seed {seed + draw}", at,
                       disk.after_cut(random.Random(f"{seed + draw} {place}")), disk.said)

    def put(self, files):
        shutil.rmtree(self.yard.home)
        os.mkdir(self.yard.home)
        for path, data in files.items():
            with open(path, "wb") as file:
                file.write(data)
            os.chmod(path, 0o600)
        # The index of the log is never synced: after a cut it is gone, or holds anything.
        if self.yard.state + "-wal" in files:
            with open(self.yard.state + "-shm", "wb") as file:
                file.write(GARBAGE)


class Command:
    """`text()`: its input; `present(yard, said)`: raises when something that it said is not in the state."""

    def __init__(self, words, text=str, present=None):
        self.words, self.text, self.present = words, text, present


def acknowledged_bookings(yard, said):
    stored = {task: str(seq) for task, seq in yard.sql("SELECT task_id, opened_seq FROM reservation")}
    for line in said.splitlines(keepends=True):
        if line.endswith("\n") and len(line.split()) == 2:
            task, seq = line.split()
            if stored.get(task) != seq:
                raise Broken(f"acknowledged and lost: {line}")


def acknowledged_lines(yard, said):
    """Every record that left: its reservation is as it says, or further."""
    reservations = {row[0]: row[1] for row in yard.sql("SELECT res_id, state FROM reservation")}
    productions = {row[0] for row in yard.sql("SELECT task_id FROM production")}
    wallets = {row[0] for row in yard.sql("SELECT name FROM wallet WHERE funded > 0")}
    for line in said.splitlines(keepends=True):
        if line.startswith("default/eve") and "default/eve" not in wallets:
            raise Broken(f"acknowledged and lost: {line}")
        if not line.startswith("{") or not line.endswith("\n"):
            continue
        record = json.loads(line)
        if "cfo" in record:
            state = reservations.get(record["cfo"]["reservation_id"])
            if state is None or (state == "pending" and record["cfo"]["state"] != "pending"):
                raise Broken(f"acknowledged and lost: {line}")
        elif record["task_id"] not in productions:
            raise Broken(f"acknowledged and lost: {line}")


def bookings(yard, long):
    """Commits one after another, so many that the log is copied back and begun again on the way."""
    yard.fund()
    driver = os.path.join(yard.programs, "..", "tests", "store_driver")
    return [Command([driver, "book", yard.state, "b", "400" if long else "150"], present=acknowledged_bookings)]


def verbs(yard, long):
    """Each verb in a process of its own, which copies the log back and removes it at its end."""
    yard.fund()
    reserve, lines = VERBS["reserve"], VERBS["reserve"].prepare(yard)
    yard.keep()
    out = yard.run(reserve.tool, *reserve.words, text=lines).stdout
    settled = [dict(json.loads(line), status="published") for line in out.splitlines()]
    yard.put_back()

    def settle():
        """Its lines name the reservations that are there now."""
        names = dict(yard.sql("SELECT task_id, res_id FROM reservation"))
        for line in settled:
            line["cfo"]["reservation_id"] = names[line["task_id"]]
        return "".join(json.dumps(line) + "\n" for line in settled)

    enqueue = VERBS["enqueue"].prepare(yard)
    steps = [("reserve", lambda: lines), ("settle", settle), ("fund", str), ("enqueue", lambda: enqueue)]
    return [Command(yard.arguments(VERBS[name].tool, *VERBS[name].words), text, acknowledged_lines)
            for name, text in steps]


def birth(yard, long):
    """The first command of all makes the file, its tables and the key."""
    del long
    words = yard.arguments("smos-cfo", "fund", "default/eve", "3", "--key", "k")
    return [Command(words, str, acknowledged_lines)]


def check(film, place, what, at, files, said):
    yard = film.yard
    where = f"cut after {place} of {len(film.operations)} operations, of the unsynced {what}"
    film.put(files)
    try:
        if said:
            yard.check()
            film.commands[0].present(yard, said.decode())
        for command in film.commands if at == 0 else film.commands[at:]:
            subprocess.run(command.words, input=command.text(), text=True, check=True, capture_output=True,
                           env=yard.environment)
        yard.check()
    except subprocess.CalledProcessError as error:
        raise Broken(f"{where}: again: {error.cmd[1:3]} {error.returncode} {error.stderr}") from None
    except Broken as broken:
        raise Broken(f"{where}: {broken}") from None
    if yard.told() != film.after:
        raise Broken(f"{where}: again\n{difference(yard.told(), film.after)}")


def main():
    programs, long, names = arguments()
    library = os.path.join(programs, "..", "tests", "faults_disk.so")
    total = 0
    for scene in (bookings, verbs, birth):
        if names and scene.__name__ not in names:
            continue
        with Yard(programs) as yard:
            film = Film(yard, library, scene(yard, long))
            count = 0
            for place, what, at, files, said in film.cuts(min(len(film.operations), 600) if long else 12, seed=1):
                check(film, place, what, at, files, said)
                count += 1
            total += count
            print(f"ok {scene.__name__}: {len(film.operations)} operations, {count} cuts", flush=True)
    print(f"{total} cuts, 0 breaks")


if __name__ == "__main__":
    sys.exit(main())
