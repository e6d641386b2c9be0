#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at the calls of tools that work on a server: server_kills.py PROGRAMS [long] [VERB...]

After each kill no lock stays behind, what was acknowledged is there, and the same command again,
with the same key, makes it exactly one."""
import json
import os
import sys

from yard import Broken, Yard, arguments, calls_of, injected, need, planned, sample

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "store"))
from postgres_server import Server  # noqa: E402

CALLS = "sendto,recvfrom,poll,connect,close,write,openat"
short_points = 7


def fund(name):
    return ("smos-cfo", "fund", "default/eve", "3", "--key", name), ""


def reserve(name):
    return ("smos-cfo", "reserve"), json.dumps(planned(name, 0, 0)) + "\n"


def enqueue(name):
    return ("smos-run", "enqueue"), json.dumps({"task_id": name, "payload": {}}) + "\n"


def count(server, name):
    """How often the state holds what `name` stands for."""
    return int(server.sql(
        f"SELECT (SELECT count(*) FROM smos.entry WHERE idem = 'fund:{name}')"
        f" + (SELECT count(*) FROM smos.reservation WHERE task_id = '{name}')"
        f" + (SELECT count(*) FROM smos.production WHERE task_id = '{name}')", "kills")[0][0])


def main():
    need("strace")
    programs, long, names = arguments()
    kills = ambiguous = 0
    with Server() as server, Yard(programs) as yard:
        yard.state = server.url("kills")
        yard.fund()
        for verb in (fund, reserve, enqueue):
            if names and verb.__name__ not in names:
                continue
            words, text = verb("clean")
            points = calls_of(yard, CALLS, *words, text=text)
            begun = next(index for index, point in enumerate(points) if point[0] == "connect")
            for call, number, _, line in points if long else sample(points[begun:], short_points):
                name = f"{verb.__name__}-{call}-{number}"
                words, text = verb(name)
                where = f"{verb.__name__} killed at {call} {number} ({line})"
                done = yard.run(*words, text=text, status=None, before=injected(call, number, "signal=KILL"))
                if done.returncode != -9:
                    continue  # the number of waits differs from run to run
                kills += 1
                there = count(server, name)
                if there > 1 or (done.stdout and not there):
                    raise Broken(f"{where}: {there} times there, and it said {done.stdout!r}")
                ambiguous += there == 1 and not done.stdout
                yard.run(*words, text=text)
                if count(server, name) != 1:
                    raise Broken(f"{where}: {count(server, name)} times there after the repetition")
            yard.check()
            print(f"ok {verb.__name__}", flush=True)
        locks = server.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", "kills")
        if locks != [["0"]]:
            raise Broken(f"{locks} locks are left")
    if not kills:
        raise Broken("nothing was killed")
    print(f"{kills} kills, {ambiguous} applied and not acknowledged, 0 breaks")


if __name__ == "__main__":
    sys.exit(main())
