# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of one's own on a unix socket, gone when the test ends, however it ends.

postgres_server.py COMMAND...   runs the command with SMOS_TEST_STATE naming a database of it"""
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

NOBODY = 65534
skipped = 77  # ctest: the test did not run


def binaries():
    """The folder of initdb and postgres, version 15 where there is a choice."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    preferred = [path for path in found if "/15/" in path] or found
    on_path = shutil.which("initdb")
    if not preferred and not on_path:
        print("no PostgreSQL server here: apt-get install postgresql-15")
        sys.exit(skipped)
    return os.path.dirname(preferred[0] if preferred else on_path)


class Server:
    """`with Server() as server: server.url("a")` names the database a, made when it is missing."""

    def __init__(self):
        self.bin = binaries()
        self.folder = tempfile.mkdtemp(prefix="smos-pg-")
        self.data = os.path.join(self.folder, "data")
        self.made = {"postgres"}
        self.process = None
        self.ordinary = []
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
            self.ordinary = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

    def __enter__(self):
        try:
            self.tool("initdb", "-D", self.data, "-N", "-A", "trust", "-U", "smos", "-E", "UTF8",
                      "--locale=C.UTF-8", stdout=subprocess.DEVNULL)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tool(self, name, *words, **options):
        return subprocess.run([*self.ordinary, os.path.join(self.bin, name), *words], check=True,
                              cwd=self.folder, **options)

    def start(self, *settings):
        """Returns when it takes connections. It dies with this process."""
        words = [word for setting in ("listen_addresses=", "max_connections=100", *settings)
                 for word in ("-c", setting)]
        self.process = subprocess.Popen(
            [*(self.ordinary or ["setpriv"]), "--pdeathsig", "QUIT",
             os.path.join(self.bin, "postgres"), "-D", self.data, "-k", self.folder, *words],
            cwd=self.folder, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, LC_MESSAGES="C"))
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "database system is ready" in line:
                break
        else:
            raise AssertionError("the server did not start:\n" + "".join(said))
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self, how=signal.SIGINT):
        """SIGQUIT is what `pg_ctl stop -m immediate` sends: a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def sql(self, text, database="postgres"):
        """Rows as lists of text."""
        done = self.tool("psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-h",
                         self.folder, "-U", "smos", "-d", database, "-c", text,
                         stdout=subprocess.PIPE, text=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def url(self, database, folder=None):
        if database not in self.made:
            self.sql(f'CREATE DATABASE "{database}"')
            self.made.add(database)
        return f"postgresql://smos@/{database}?host={folder or self.folder}"


def main():
    with Server() as server:
        environment = dict(os.environ, SMOS_TEST_STATE=server.url("administration"))
        return subprocess.run(sys.argv[1:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
