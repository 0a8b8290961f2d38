#!/usr/bin/env node
/**
 * What Redis holds and does while many machines train a sweep: 10,000 trials, as large as those of `pipeline sweep
 * pipelines/relu.yaml --queue`, taken by 500 workers, each of which is a connection of its own and sleeps in the place of training.
 * Jobs, their options and their messages are those of src/node/queue.
 *
 *     node bench/queue.mjs [TRIALS] [WORKERS] [SECONDS a trial]
 *
 * Starts a redis-server of its own, which must be installed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [trials = 10_000, workers = 500, seconds = 10] = process.argv.slice(2).map(Number);
const PORT = 16_399;
const QUEUE = 'marblenet';
const KEPT = { age: 7 * 24 * 3600 };

const program = fileURLToPath(new URL('../bin/pipeline.js', import.meta.url));
const file = fileURLToPath(new URL('../pipelines/relu.yaml', import.meta.url));
const pipeline = execFileSync(process.execPath, [program, 'print', file], { encoding: 'utf8' });
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const jobOf = (trial) => ({
  version: '0.1.0',
  key: `relu/sweep-1/${trial}`,
  pipeline: `${pipeline}# ${trial}\n`,
  data: ['train images', 'train labels', 'test images', 'test labels'].map(sha256),
  metric: 'validation.loss',
  oneThread: true,
  offline: false,
});

const server = spawn('redis-server', ['--port', String(PORT), '--save', '', '--appendonly', 'no'], { stdio: 'ignore' });
const connect = () => new Redis(PORT, '127.0.0.1', { maxRetriesPerRequest: null });
const control = connect();
control.on('error', () => {}); // until it listens
await control.ping();

/** A section of what Redis says of itself. */
const info = async (section) =>
  Object.fromEntries((await control.info(section)).split('\r\n').map((line) => line.split(':')));
const cpuSeconds = async () => {
  const { used_cpu_sys, used_cpu_user } = await info('cpu');
  return Number(used_cpu_sys) + Number(used_cpu_user);
};
const megabytes = (bytes) => `${(Number(bytes) / 1e6).toFixed(1)} MB`;

const empty = (await info('memory')).used_memory;
const queue = new Queue(QUEUE, { connection: control });
let began = performance.now();
for (let trial = 1; trial <= trials; trial++) {
  const job = jobOf(trial);
  await queue.add('trial', job, {
    jobId: sha256(JSON.stringify(job)),
    attempts: 3,
    backoff: { type: 'exponential', delay: 2000 },
    removeOnComplete: KEPT,
    removeOnFail: KEPT,
    priority: 1,
  });
}
const adding = (performance.now() - began) / 1000;
const full = (await info('memory')).used_memory;
console.log(
  `${trials} trials of ${JSON.stringify(jobOf(1)).length} bytes are queued in ${adding.toFixed(1)} s: ${(trials / adding).toFixed(0)} a second`,
);
console.log(`Redis holds ${megabytes(full - empty)}, ${((full - empty) / trials / 1000).toFixed(1)} kB a trial`);

let done = 0;
let told = 0;
const events = new QueueEvents(QUEUE, { connection: connect() });
events.on('progress', () => told++);
const all = new Promise((resolve) => {
  events.on('completed', ({ jobId }) => {
    void queue.remove(jobId);
    if (++done === trials) resolve();
  });
});
await events.waitUntilReady();

const pool = [];
for (let i = 0; i < workers; i++) {
  const worker = new Worker(
    QUEUE,
    async (job) => {
      for (let second = 1; second <= seconds; second++) {
        await setTimeout(1000);
        await job.updateProgress({ event: 'epoch', epoch: second, train: { loss: 0.1 }, validation: { loss: 0.1 } });
      }
      return {
        status: 'completed',
        epochs: seconds,
        seconds,
        value: 0.1,
        metrics: {},
        weights: `sha256:${sha256('')}`,
      };
    },
    {
      connection: connect(),
      concurrency: 1,
      lockDuration: 30_000,
      stalledInterval: 30_000,
      maxStalledCount: 5,
      autorun: false,
    },
  );
  pool.push(worker);
}
await Promise.all(pool.map((worker) => worker.waitUntilReady()));
const cpuBefore = await cpuSeconds();
const { total_commands_processed: commandsBefore } = await info('stats');
began = performance.now();
for (const worker of pool) worker.run();
let clients = 0;
const watch = setInterval(async () => {
  clients = Math.max(clients, Number((await info('clients')).connected_clients));
}, 5000);
await all;
clearInterval(watch);
const wall = (performance.now() - began) / 1000;
const cpu = (await cpuSeconds()) - cpuBefore;
const {
  total_commands_processed: commands,
  total_net_input_bytes: bytesIn,
  total_net_output_bytes: bytesOut,
} = await info('stats');
const { used_memory_peak: peak } = await info('memory');
const ideal = (trials * seconds) / workers;
console.log(
  `${workers} workers, trials of ${seconds} s with a message a second: ${wall.toFixed(1)} s, where ${ideal} s are what the trials take`,
);
console.log(
  `${(trials / wall).toFixed(0)} trials and ${(told / wall).toFixed(0)} messages a second: ${((commands - commandsBefore) / wall).toFixed(0)} commands a second, ${((100 * cpu) / wall).toFixed(0)} % of a processor`,
);
console.log(
  `at most ${megabytes(peak)} of memory and ${clients} connections; ${megabytes(bytesIn)} came in, ${megabytes(bytesOut)} went out`,
);

await Promise.allSettled(pool.map((worker) => worker.close(true)));
server.kill();
process.exit(0);
