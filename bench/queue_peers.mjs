// SPDX-License-Identifier: Apache-2.0
// graphile-worker and pg-boss doing nothing with many jobs: node queue_peers.mjs PEER COUNT URL, run
// where `npm install graphile-worker pg-boss pg` was. Prints jobs a second.
import { createRequire } from "node:module";
import process from "node:process";

const require = createRequire(process.cwd() + "/");
const [peer, countText, url] = process.argv.slice(2);
const count = Number(countText);

async function graphile(options) {
  const { run, makeWorkerUtils, Logger } = require("graphile-worker");
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: url, logger });
  await utils.migrate();
  await utils.withPgClient((client) => client.query("delete from graphile_worker._private_jobs"));
  await utils.withPgClient((client) =>
    client.query(
      "select graphile_worker.add_jobs(array(select json_populate_record(null::graphile_worker.job_spec," +
        " json_build_object('identifier', 'nothing', 'payload', '{}'::json)) from generate_series(1, $1)))",
      [count],
    ));
  await utils.withPgClient((client) => client.query("vacuum analyze graphile_worker._private_jobs"));
  let done = 0;
  let finish;
  const all = new Promise((resolve) => { finish = resolve; });
  const begun = process.hrtime.bigint();
  const runner = await run({
    preset: { worker: { connectionString: url, logger, pollInterval: 1000, ...options } },
    taskList: { nothing: async () => { if (++done === count) finish(); } },
  });
  await all;
  await runner.stop(); // its last answers have arrived
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  await utils.release();
  return count / seconds;
}

async function boss(batch) {
  const PgBoss = require("pg-boss");
  const one = new PgBoss({ connectionString: url, max: 8, supervise: false, schedule: false });
  one.on("error", (error) => { throw error; });
  await one.start();
  const queue = "nothing";
  await one.createQueue(queue);
  for (let at = 0; at < count; at += 5000)
    await one.insert(Array.from({ length: Math.min(5000, count - at) }, () => ({ name: queue, data: {} })));
  let done = 0;
  const begun = process.hrtime.bigint();
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (;;) {
      const jobs = await one.fetch(queue, { batchSize: batch });
      if (jobs.length === 0) return;
      await one.complete(queue, jobs.map((job) => job.id));
      done += jobs.length;
    }
  }));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  await one.stop({ graceful: false, wait: false });
  return done / seconds;
}

const peers = {
  graphile_singly: () => graphile({ concurrentJobs: 8, maxPoolSize: 8 }),
  graphile_fastest: () =>
    graphile({ concurrentJobs: 24, maxPoolSize: 8, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }),
  boss_singly: () => boss(1),
  boss_fastest: () => boss(100),
};
console.log(await peers[peer]());
process.exit(0);
