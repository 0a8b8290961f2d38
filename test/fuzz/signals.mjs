// Signals at random moments: node test/fuzz/signals.mjs --times 200 --seed 7. Half of the runs train, half download from a
// mirror that sends a little and then nothing. Each must end by itself, with the exit code of its signal.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '200' },
    seed: { type: 'string', default: '7' },
    within: { type: 'string', default: '3000' }, // milliseconds from the start of the program; more on a busy machine
  },
});
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };
/** Node itself is still loading, and ends as any program does that has no handler. */
const isUnhandled = (signal, code, ended) => code === null && ended === signal;

let state = Number(values.seed);
/** mulberry32: which moments are tried is said by the seed. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const mirror = createServer((_, response) => {
  response.writeHead(200, { 'content-length': '10000000' });
  response.write(Buffer.alloc(100_000));
});
await new Promise((resolve) => mirror.listen(0, '127.0.0.1', resolve));
const folder = mkdtempSync(join(tmpdir(), 'marblenet-signals-'));
const env = {
  PATH: process.env.PATH,
  MARBLENET_CACHE: folder,
  MARBLENET_MIRRORS: `http://127.0.0.1:${mirror.address().port}/`,
};
const files = ['test/cli/tiny.yaml', 'pipelines/relu.yaml'];
const counts = new Map();
const failures = [];
for (let i = 0; i < Number(values.times); i++) {
  const signal = i % 2 === 0 ? 'SIGINT' : 'SIGTERM';
  const file = files[i % 4 < 2 ? 0 : 1];
  const moment = Math.floor(random() * Number(values.within));
  const child = spawn(process.execPath, ['dist/bin/main.js', 'run', file, '--set', 'epochs=100000', '--json'], {
    cwd: root,
    env,
  });
  let said = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const timer = setTimeout(() => child.kill(signal), moment);
  const kill = setTimeout(() => child.kill('SIGKILL'), moment + 20_000);
  const [code, ended] = await new Promise((resolve) => child.once('close', (...how) => resolve(how)));
  clearTimeout(timer);
  clearTimeout(kill);
  const left = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.part'));
  const isRight = (code === EXIT_CODES[signal] && said === '') || (isUnhandled(signal, code, ended) && said === '');
  const how = `${signal}: ${code === null ? 'by the signal itself, before the program was loaded' : `exit ${code}`}`;
  counts.set(how, (counts.get(how) ?? 0) + 1);
  if (!isRight || left.length > 0) {
    failures.push(`${file}, ${signal} after ${moment} ms: exit ${code ?? ended}, left ${left.length}: ${said}`);
  }
}
mirror.closeAllConnections();
mirror.close();
rmSync(folder, { recursive: true, force: true });
for (const [how, count] of counts) console.log(`${how}: ${count}`);
console.log(`${failures.length} of ${values.times} were wrong`);
for (const failure of failures) console.log(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
