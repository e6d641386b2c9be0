# SPDX-License-Identifier: Apache-2.0
"""The ledger on a PostgreSQL server of the bench's own: one hot wallet, three levels deep, from 1, 8 and 32 clients that
commit each reservation by itself and from one that commits 16 at once. The floor is pgbench with a function that writes the
same rows in one journey and asks nothing. Alone: ledger_server.py TOP BIN_DIR."""
import os
import pathlib
import subprocess
import sys

from measure import machine, median

FLOOR = """
CREATE SEQUENCE smos.floor_tasks CACHE 1000;
CREATE FUNCTION smos.floor_reserve(task TEXT) RETURNS BIGINT LANGUAGE plpgsql SET search_path = smos AS $$
DECLARE
  id TEXT := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
             || left(encode(sha256(convert_to(task, 'UTF8')), 'hex'), 24);
  meta TEXT := '7:default' || task || 'sha256:' || id || id;
  meta_hash BYTEA := sha256(convert_to(meta, 'UTF8'));
  made BYTEA;
  place BIGINT;
  before BYTEA;
BEGIN
  PERFORM pg_advisory_xact_lock(1);
  UPDATE wallet SET tree_pending = tree_pending + 10, version = version + 1 WHERE wallet_id = 1 AND state = 'open';
  UPDATE wallet SET tree_pending = tree_pending + 10, version = version + 1 WHERE wallet_id = 2 AND state = 'open';
  UPDATE wallet SET tree_pending = tree_pending + 10, pending = pending + 10, version = version + 1
    WHERE wallet_id = 3 AND state = 'open' AND spent + pending + 10 <= funded;
  SELECT head_seq + 1, head_hash INTO place, before FROM chain WHERE chain_id = 1;
  made := sha256(before || convert_to(id || 'assets:reserved:w' || 'assets:wallet:w', 'UTF8') || meta_hash);
  INSERT INTO entry(chain_id, seq, ts_us, kind, wallet_id, res_id, debit, credit, amount, idem, actor, meta, meta_hash,
                    prev_hash, hash)
    VALUES(1, place, 0, 'reserve', 3, id, 'assets:reserved:w', 'assets:wallet:w', 10, 'reserve:' || id, 'floor', meta,
           meta_hash, before, made);
  INSERT INTO reservation(res_id, wallet_id, purse_id, tenant, task_id, round, amount, gates, lines, created_us,
                          expires_us, opened_seq)
    VALUES(id, 3, 3, 'default', task, 1, 10, '[]', repeat('x', 620), 0, 9000000000000000, place);
  UPDATE chain SET head_seq = place, head_hash = made WHERE chain_id = 1;
  RETURN place;
END $$;
"""


class Hot:
    """One wallet that everybody reserves from."""

    def __init__(self, server, bin_dir, seconds):
        self.server, self.seconds = server, seconds
        self.ours = str(bin_dir.parent / "bench" / "ledger_bench")
        self.url = server.url("hot")
        entries = os.environ.get("SMOS_BENCH_ENTRIES", "1000000")
        subprocess.run([self.ours, "fill", self.url, entries], check=True)
        server.sql(FLOOR, "hot")
        server.sql("VACUUM ANALYZE", "hot")
        server.sql("CHECKPOINT", "hot")
        self.names = 0

    def rate(self, clients, many):
        """Reservations a second, and the worst p99 of a commit in ms."""
        self.names += 1
        running = [subprocess.Popen([self.ours, "reserve", self.url, f"p{self.names}-{i}", str(self.seconds), str(many)],
                                    stdout=subprocess.PIPE, text=True) for i in range(clients)]
        done = [[int(word) for word in process.communicate()[0].split()] for process in running]
        assert all(process.returncode == 0 for process in running)
        return sum(row[0] for row in done) / self.seconds, max(row[2] for row in done) / 1e3

    def floor(self, clients):
        self.names += 1
        script = pathlib.Path(self.server.folder, "floor.sql")
        script.write_text(f"SELECT smos.floor_reserve('f{self.names}-' || nextval('smos.floor_tasks'));\n")
        os.chmod(script, 0o644)
        done = self.server.tool("pgbench", "-h", self.server.folder, "-U", "smos", "-n", "-M", "prepared", "-c", str(clients),
                                "-T", str(self.seconds), "-f", str(script), "hot", stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True).stdout
        return next(float(line.split()[2]) for line in done.splitlines() if line.startswith("tps = "))


def report(top, bin_dir, runs, seconds):
    sys.path.insert(0, str(top / "tests" / "store"))
    from postgres_server import Server
    with Server() as server:
        hot = Hot(server, bin_dir, seconds)
        for clients in (1, 8, 32):
            both = [(hot.floor(clients), hot.rate(clients, 1)) for _ in range(runs)]
            floor, ours = median([a for a, _ in both]), median([b[0] for _, b in both])
            print(f"PostgreSQL, {clients:2} clients   {ours:8.0f}/s   floor {floor:8.0f}/s   {ours / floor:.2f} of it, "
                  f"p99 {median([b[1] for _, b in both]):.0f} ms", flush=True)
        for clients in (1, 8):
            ours = median([hot.rate(clients, 16)[0] for _ in range(runs)])
            print(f"PostgreSQL, {clients:2} clients   {ours:8.0f}/s   16 reservations a commit", flush=True)


if __name__ == "__main__":
    print(f"machine: {machine()}")
    report(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), 3, 4)
