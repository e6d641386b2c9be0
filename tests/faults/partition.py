#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Workers that sleep or are cut off while another takes over: partition.py PROGRAMS [long] [SCENE...]

A stopped worker whose stage wants to book late; a link to the server that delays, is reset, swallows
everything, or goes down (a network of our own, where the kernel lets us). The new owner finishes;
what the old one says afterwards changes nothing, and its stage is ended."""
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from yard import STAGE, Broken, Yard, arguments, planned, skipped

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402

HANGING = """#!/bin/sh
echo "$SMOS_LEASE_PRODUCTION $SMOS_LEASE_TOKEN" >> "$STAGE_LOG"
echo "begun $$" >&2
exec sleep 600
"""
# Goes on when it is told, under a lease that another has by then.
LATE = """#!/bin/sh
echo "$SMOS_LEASE_PRODUCTION $SMOS_LEASE_TOKEN" >> "$STAGE_LOG"
echo "begun $$" >&2
read go < "$HOME/go"
for verb in reserve settle release; do
  "$BIN/smos-cfo" $verb --state "$HOME/state.db" --config "$HOME/config.yaml" \\
    < "$HOME/$verb.jsonl" > "$HOME/$verb.out" 2>&1
done
echo ended > "$HOME/ended"
"""


def until(condition, what):
    end = time.monotonic() + 100
    while not condition():
        if time.monotonic() > end:
            raise Broken(what)
        time.sleep(0.02)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def begin(yard, stage, **options):
    """A worker with `stage` in hand: (worker, the stage's process)."""
    yard.stage(stage)
    worker = yard.start("smos-run", "work", "--stages", "plan", "--lease", "3", stderr=subprocess.PIPE, **options)
    for line in worker.stderr:
        if line.startswith("begun "):
            threading.Thread(target=worker.stderr.read, daemon=True).start()
            return worker, int(line.split()[1])
    raise Broken(f"the stage did not begin: {worker.wait()}")


def take_over(yard, lapse):
    lapse()
    yard.stage(STAGE)
    yard.queue("work", "--drain", "--stages", "plan")
    shown = yard.show("a")
    tokens = [int(call.split()[1]) for call in yard.calls()]
    if shown["state"] != "done" or len(tokens) != 2 or tokens[1] <= tokens[0]:
        raise Broken(f"nobody took over: {shown} {tokens}")
    return shown


def paused(yard):
    """SIGSTOP past the lease: neither the stage nor, once it goes on, the worker books anything."""
    yard.fund()
    held = yard.filter("reserve", planned("b", 40000))[0]
    for verb, line in (("reserve", planned("late", 40000)), ("settle", dict(held, status="published")),
                       ("release", held)):
        with open(os.path.join(yard.home, verb + ".jsonl"), "w", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    os.mkfifo(os.path.join(yard.home, "go"))
    yard.put("a")
    worker, stage = begin(yard, LATE, environment={"BIN": yard.bin})
    try:
        worker.send_signal(signal.SIGSTOP)
        before = take_over(yard, yard.lapse)
        money = yard.told()["entry"]
        with open(os.path.join(yard.home, "go"), "w", encoding="utf-8") as file:
            file.write("go\n")
        until(lambda: os.path.exists(os.path.join(yard.home, "ended")), "the stage did not go on")
        for verb in ("reserve", "settle", "release"):
            with open(os.path.join(yard.home, verb + ".out"), encoding="utf-8") as file:
                said = file.read()
            if "another worker has this production" not in said:
                raise Broken(f"{verb} under a lost lease: {said}")
        if yard.told()["entry"] != money:
            raise Broken("a lost lease booked")
        worker.send_signal(signal.SIGCONT)
        until(lambda: not alive(stage), "the stage of a lost lease lives")
        worker.terminate()
        worker.wait(60)
        if yard.show("a") != before or yard.told()["entry"] != money:
            raise Broken("a worker that slept changed what another finished")
    finally:
        worker.kill()
        worker.wait()
    yard.check()
    print("ok paused: 3 late bookings refused", flush=True)


class Link:
    """Passes connections on to the server's socket; cut() in one way or another, heal() again."""

    def __init__(self, server, host="127.0.0.1"):
        self.target = os.path.join(server.folder, ".s.PGSQL.5432")
        self.flow = threading.Event()
        self.flow.set()
        self.swallow = False
        self.open = []
        self.listener = socket.create_server((host, 0))
        self.host, self.port = self.listener.getsockname()
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self, database):
        return f"postgresql://smos@{self.host}:{self.port}/{database}?sslmode=disable"

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.target)
            self.open.append(near)
            for source, drain in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, drain), daemon=True).start()

    def pump(self, source, drain):
        try:
            while data := source.recv(1 << 16):
                self.flow.wait()
                if not self.swallow:
                    drain.sendall(data)
            drain.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self, how):
        if how == "delay":
            self.flow.clear()
        elif how == "drop":
            self.swallow = True  # half open, for good
        elif how == "reset":
            self.listener.close()
            for near in self.open:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                near.shutdown(socket.SHUT_RD)
                near.close()

    def heal(self):
        self.flow.set()


def cut_off(yard, server, link, how, cut, heal, before=(), patient=True):
    """The link goes, another takes over, the link comes back: the old owner has no say any more.
    patient: wait until it has noticed, which takes its patience with a server that is silent."""
    database = how
    yard.state = link.url(database)
    server.url(database)
    own = server.url(database)
    through, yard.state = yard.state, own
    yard.put("a")
    yard.state = through
    worker, stage = begin(yard, HANGING, before=before)
    yard.state = own
    try:
        cut()
        shown = take_over(yard, lambda: server.sql(
            "UPDATE smos.production SET lease_until_us = 0, lease_boot_until_us = 0"
            " WHERE state = 'leased'", database))
        heal()
        if patient:
            until(lambda: not alive(stage), f"{how}: the stage of a lost lease lives")
            worker.terminate()
            worker.wait(60)
        if yard.show("a") != shown:
            raise Broken(f"{how}: the old owner changed what the new one finished")
    finally:
        worker.kill()
        worker.wait()
    until(lambda: not alive(stage), f"{how}: the stage outlives its worker")
    yard.check()
    print(f"ok {how}: the new owner finished, the old one changed nothing", flush=True)


def veth(server, programs):
    """A worker in a network of its own, whose only link goes down and up. 77 without the right to."""
    if os.environ.get("SMOS_TEST_NETWORK") != "own":
        apart = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
        if subprocess.run([*apart, "ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1"],
                          capture_output=True).returncode != 0:
            print("no veth here: the link that goes down is left out", flush=True)
            return
        done = subprocess.run([*apart, sys.executable, __file__, programs, "veth"],
                              env=dict(os.environ, SMOS_TEST_NETWORK="own"))
        if done.returncode != 0:
            raise Broken("the link that goes down")
        return

    def ip(*words, inside=()):
        subprocess.run([*inside, "ip", *words], check=True)
    other = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    try:
        mine = os.readlink("/proc/self/ns/net")
        until(lambda: os.readlink(f"/proc/{other.pid}/ns/net") != mine, "no second network")
        inside = ["nsenter", "-t", str(other.pid), "-n"]
        ip("link", "add", "a0", "type", "veth", "peer", "name", "a1", "netns", str(other.pid))
        ip("addr", "add", "10.99.0.1/24", "dev", "a0")
        ip("addr", "add", "10.99.0.2/24", "dev", "a1", inside=inside)
        ip("link", "set", "a0", "up")
        ip("link", "set", "a1", "up", inside=inside)
        with Yard(programs) as yard:
            cut_off(yard, server, Link(server, "10.99.0.1"), "veth", lambda: ip("link", "set", "a0", "down"),
                    lambda: ip("link", "set", "a0", "up"), before=inside)
    finally:
        other.kill()
        other.wait()


def main():
    programs, long, names = arguments()
    if not names or "paused" in names:
        with Yard(programs) as yard:
            paused(yard)
    try:
        with Server() as server:
            for how in ("delay", "reset", "drop"):
                if not names or how in names:
                    with Yard(programs) as yard:
                        link = Link(server)
                        cut_off(yard, server, link, how, lambda: link.cut(how), link.heal,
                                patient=long or how != "drop")
            if "veth" in names:
                veth(server, programs)
    except SystemExit as end:
        if end.code != skipped:
            raise
        print("paused alone: no PostgreSQL here")
        return
    if not names:
        veth(None, programs)


if __name__ == "__main__":
    sys.exit(main())
