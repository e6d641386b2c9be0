# SPDX-License-Identifier: Apache-2.0
"""The state on a server: tools end to end, crashes, races for a cap, commits whose reply is lost."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading

import cfo_test
import close_test
import refused_test
from money import Money
from postgres_server import Server

cfo, driver = sys.argv[1:3]


def books_on(server, database, folder):
    books = Money(cfo, folder)
    books.state = server.url(database)
    return books


def test_tools_end_to_end(server, folder):
    books = books_on(server, "tools", folder)
    books.run("fund", "default/ava", "100", "--key", "k1")
    books.run("fund", "default/ava", "100", "--key", "k1")
    assert books.balance()["funded_micros"] == 100_000_000
    for test in (cfo_test.test_reserve_and_settle, cfo_test.test_partial_stays_open,
                 cfo_test.test_release, cfo_test.test_passes_untouched,
                 cfo_test.test_kill_in_the_middle, cfo_test.test_verify):
        test(books)
        assert "all good" in books.verify(), test
    assert "would have to write" in books.run(
        "fund", "default/ava", "1", "--dry-run", status=64).stderr


def test_closing_and_refusals(server, folder):
    for test in (close_test.test_closing, close_test.test_race, refused_test.test_explain,
                 refused_test.test_rules_of_the_house):
        test(books_on(server, "closing_" + test.__name__, folder))
    books = books_on(server, "closing", folder)
    assert "which is not watched" in books.run("clock-rebase", "--reason", "x", status=64).stderr


def test_passwords_stay_hidden(server, folder):
    books = books_on(server, "hidden", folder)
    for url, status in (("postgresql://ava:s3cret@127.0.0.1:1/x", 69),
                        ("postgresql://ava@127.0.0.1:1/x?password=s3cret", 69),
                        ("postgresql://ava:s3cret@127.0.0.1:1/x?nonsense=1", 78),
                        ("postgresql://ava:s3cret@[::1/x", 78),
                        (server.url("hidden").replace("smos@", "nobody:s3cret@"), 69)):
        books.state = url
        said = books.run("balance", "default/ava", status=status).stderr
        assert "s3cret" not in said and said.count("\n") == 1, said


def test_what_is_not_ours(server, folder):
    books = books_on(server, "foreign", folder)
    server.sql("CREATE SCHEMA smos; CREATE TABLE smos.other(x INTEGER)", "foreign")
    assert "not a state of SMOS" in books.run("balance", "x", status=78).stderr
    assert server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'smos'",
                      "foreign") == [["1"]]
    books = books_on(server, "newer", folder)
    books.run("fund", "default/ava", "1")
    server.sql("UPDATE smos.smos_meta SET version = 999", "newer")
    assert "newer version" in books.run("balance", "default/ava", status=78).stderr
    server.sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    server.made.add("latin")
    assert "UTF-8" in books_on(server, "latin", folder).run("balance", "x", status=78).stderr


def test_opened_by_many_at_once(server, folder):
    """The tables are made once; a role without rights of its own needs only the schema."""
    books = books_on(server, "many", folder)
    openers = [subprocess.Popen([cfo, "fund", f"default/p{index}", "1", "--state", books.state],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
               for index in range(6)]
    for opener in openers:
        said = opener.communicate()[1]
        assert opener.returncode == 0, said
    assert "all good" in books.verify()
    server.sql("CREATE ROLE clerk LOGIN", "postgres")
    books = books_on(server, "granted", folder)
    books.state = books.state.replace("smos@", "clerk@")
    assert "permission denied" in books.run("fund", "default/ava", "1", status=77).stderr
    server.sql("CREATE SCHEMA smos AUTHORIZATION clerk", "granted")
    books.run("fund", "default/ava", "1")


def start(verb, *words):
    return subprocess.Popen([driver, verb, *map(str, words)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def test_crash_under_writers(server, folder):
    """What was acknowledged is there; a second run with the same keys books nothing twice."""
    books = books_on(server, "crash", folder)
    books.run("fund", "default/ava", "1000")
    acknowledged = {}
    for crash in range(3):
        names = [f"w{crash}{index}" for index in range(4)]
        writers = [start("book", books.state, name, 100_000) for name in names]
        lines = [writer.stdout.readline() for writer in writers for _ in range(25)]
        server.stop(signal.SIGQUIT)
        for writer in writers:
            rest, said = writer.communicate()
            assert writer.returncode in (69, 75), (writer.returncode, said)
            lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        acknowledged.update(line.split() for line in lines)
        server.start()
        stored = dict(server.sql("SELECT task_id, opened_seq FROM smos.reservation", "crash"))
        lost = {task for task, seq in acknowledged.items() if stored.get(task) != seq}
        assert not lost, lost
        for name in names:
            again = start("book", books.state, name, 40).communicate()[0]
            for task, seq in map(str.split, again.splitlines()):
                assert stored.get(task, seq) == seq, "the same key, the same entry"
        assert "all good" in books.verify()
    twice = server.sql("SELECT task_id FROM smos.reservation GROUP BY task_id HAVING count(*) > 1",
                       "crash")
    print(f"{len(acknowledged)} acknowledged, none lost")
    assert not twice and len(acknowledged) >= 300


def test_killed_writers(server, folder):
    """A client that dies in a transaction leaves nothing of it, and its lock is free."""
    books = books_on(server, "killed", folder)
    books.run("fund", "default/ava", "1000")
    workers = [start("hammer", books.state, f"k{index}", 3) for index in range(4)]
    for worker in workers[:2]:
        worker.stdout.readline()
        worker.kill()
    lines = ""
    for index, worker in enumerate(workers):
        said = worker.communicate()
        lines += said[0]
        assert worker.returncode == (-9 if index < 2 else 0), said
    stored = {row[0] for row in server.sql("SELECT task_id FROM smos.reservation", "killed")}
    reserved = {line.split()[1] for line in lines.splitlines(keepends=True)
                if line.startswith("reserved") and line.endswith("\n")}
    assert reserved and reserved <= stored, reserved - stored
    assert "all good" in books.verify()


def test_race_for_a_cap(server, folder):
    """Exactly the floor is admitted, and no entry ever stands above the cap."""
    books = books_on(server, "race", folder)
    books.run("fund", "default/ava", "1000")
    cap = 1005  # 100 of 10 fit
    racers = [start("race", books.state, f"r{index}", 30, cap) for index in range(8)]
    admitted = 0
    for racer in racers:
        lines, said = racer.communicate()
        assert racer.returncode == 0, said
        admitted += lines.count("admitted")
    assert admitted == cap // 10, admitted
    used = highest = 0
    for kind, amount in server.sql("SELECT kind, amount FROM smos.entry ORDER BY seq", "race"):
        used += int(amount) if kind == "reserve" else -int(amount) if kind == "settle" else 0
        highest = max(highest, used)
    assert highest <= cap, highest
    assert books.balance()["spent_micros"] == admitted * 10
    assert "all good" in books.verify()


class Proxy:
    """Passes one connection on, up to its COMMIT: that, or the reply to it, is lost."""

    def __init__(self, server, folder, lose):
        self.lose = lose
        self.cut = False
        self.server = os.path.join(server.folder, ".s.PGSQL.5432")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(os.path.join(folder, ".s.PGSQL.5432"))
        self.socket.listen()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        client, _ = self.socket.accept()
        with client, socket.socket(socket.AF_UNIX) as server, self.socket:
            server.connect(self.server)
            replies = threading.Thread(target=self.pass_replies, args=(server, client))
            replies.start()
            while data := client.recv(1 << 20):
                if b"COMMIT\0" in data:
                    self.cut = True
                    if self.lose == "request":
                        break
                server.sendall(data)
                if self.cut:
                    break
            if self.lose == "request":
                server.shutdown(socket.SHUT_RDWR)
            replies.join()
            client.shutdown(socket.SHUT_RDWR)

    def pass_replies(self, server, client):
        """After the cut everything is kept, up to the tag that says it is committed."""
        held = b""
        while data := server.recv(1 << 20):
            if not self.cut:
                client.sendall(data)
            held = (held + data)[-4096:] if self.cut else b""
            if b"COMMIT\0" in held:
                return


def test_commit_reply_lost(server, folder):
    for lose, booked in (("reply", 1), ("request", 0)):
        books = books_on(server, lose, folder)
        books.run("fund", "default/ava", "1")
        with tempfile.TemporaryDirectory() as place:
            proxy = Proxy(server, place, lose)
            through = Money(cfo, folder)
            through.state = server.url(lose, place)
            said = through.run("fund", "default/ava", "3", "--key", "k", status=69).stderr
            proxy.thread.join()
        assert proxy.cut and "outcome is unknown" in said and "same keys" in said, said
        count = "SELECT count(*) FROM smos.entry WHERE idem = 'fund:k'"
        assert server.sql(count, lose) == [[str(booked)]], lose
        books.run("fund", "default/ava", "3", "--key", "k")
        assert server.sql(count, lose) == [["1"]]
        assert books.balance()["funded_micros"] == 4_000_000
        assert "all good" in books.verify()


def test_unsafe_server(server, folder):
    books = books_on(server, "unsafe", folder)
    server.stop()
    server.start("fsync=off")
    assert "fsync=off" in books.run("fund", "default/ava", "1", status=78).stderr
    server.stop()
    server.start()
    books.run("fund", "default/ava", "1")


if __name__ == "__main__":
    with Server() as own_server:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                with tempfile.TemporaryDirectory() as own_folder:
                    test(own_server, own_folder)
                print("ok", name, flush=True)
