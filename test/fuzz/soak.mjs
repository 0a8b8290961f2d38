// A long run whose reader is slow: node test/fuzz/soak.mjs --steps 500000. Its memory must stay bounded.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { peakBytes } from './subject.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '500000' },
    'pause-every': { type: 'string', default: '1000000' }, // bytes that are read before each pause
    pause: { type: 'string', default: '50' }, // milliseconds
    'most-megabytes': { type: 'string', default: '400' },
    seconds: { type: 'string', default: '900' },
  },
});
const steps = Number(values.steps);
const STEPS_AN_EPOCH = 100;

const folder = mkdtempSync(join(tmpdir(), 'marblenet-soak-'));
writeFileSync(
  join(folder, 'soak.yaml'),
  `name: soak
epochs: ${Math.ceil(steps / STEPS_AN_EPOCH)}
data: [digits: { train: ${2 * STEPS_AN_EPOCH}, test: 10 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: 10 }]
train: [shuffleBatch: { size: 2 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.01 }, mean: { of: loss }]
`,
);
const main = fileURLToPath(new URL('../../dist/bin/main.js', import.meta.url));
const child = spawn(process.execPath, [main, 'run', 'soak.yaml', '--json', '--every-step'], { cwd: folder });
let seen = 0;
let unread = 0;
let tail = '';
let problems = '';
let most = 0;
child.stderr.on('data', (chunk) => {
  problems += chunk;
});
child.stdout.on('data', (chunk) => {
  const text = tail + chunk;
  tail = text.slice(text.lastIndexOf('\n') + 1);
  seen += text.split('"event":"step"').length - tail.split('"event":"step"').length;
  unread += chunk.length;
  if (unread < Number(values['pause-every'])) return;
  unread = 0;
  child.stdout.pause();
  setTimeout(() => child.stdout.resume(), Number(values.pause));
});
const watch = setInterval(() => {
  most = Math.max(most, peakBytes(child.pid) / 1e6);
}, 500);
const kill = setTimeout(() => child.kill('SIGKILL'), 1000 * Number(values.seconds));
child.once('close', (code, signal) => {
  clearInterval(watch);
  clearTimeout(kill);
  rmSync(folder, { recursive: true, force: true });
  console.log(`${seen} steps read, exit ${code ?? signal}, at most ${Math.round(most)} MB resident`);
  if (problems !== '') console.log(problems);
  const isWhole = code === 0 && seen >= steps && problems === '';
  if (!isWhole || most > Number(values['most-megabytes'])) process.exitCode = 1;
});
