// The program, as it is called: in this process, which takes milliseconds, or in one of its own, as users do.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { peakBytes } from './subject.mjs';

const built = (file) => new URL(`../../dist/${file}`, import.meta.url);

const { exit, console, stdout, stderr } = {
  exit: process.exit,
  console: globalThis.console,
  stdout: process.stdout.write,
  stderr: process.stderr.write,
};
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
let calls = 0;

/** Milliseconds of CPU after which a run that goes on is interrupted, as by Ctrl-C: the clock says nothing of a busy machine. */
const MOST_CPU = 2000;
/** Milliseconds by the clock, for what waits. */
const MOST_BY_CLOCK = 10_000;

/** Calls the program with these words, here. What it prints after it ended is not heard, as of a process. */
export async function call(words) {
  const said = { code: undefined, stdout: '', stderr: '', interrupted: false };
  const hear = (stream) => (text, encoding, done) => {
    if (said.code === undefined) said[stream] += text;
    const callback = typeof encoding === 'function' ? encoding : done;
    if (callback) queueMicrotask(callback);
    return true;
  };
  process.stdout.write = hear('stdout');
  process.stderr.write = hear('stderr');
  process.exit = (code) => {
    if (said.code !== undefined) return; // the timer of a program that ended before
    said.code = code ?? process.exitCode ?? 0;
    throw new Error('it ended here');
  };
  process.exitCode = undefined;
  process.argv = [process.execPath, fileURLToPath(built('bin/main.js')), ...words];
  const [cpu, clock] = [process.cpuUsage(), performance.now()];
  const interrupt = setInterval(() => {
    const { user, system } = process.cpuUsage(cpu);
    if ((user + system) / 1000 < MOST_CPU && performance.now() - clock < MOST_BY_CLOCK) return;
    said.interrupted ||= process.emit('SIGINT', 'SIGINT');
  }, 50);
  try {
    await import(`${built('bin/program.js')}?${calls++}`); // another query is another copy of the module
    clearInterval(interrupt); // from here on, a signal would end the process
    await new Promise(setImmediate);
    said.code ??= process.exitCode ?? 0;
  } finally {
    clearInterval(interrupt);
    for (const event of [...signals, 'uncaughtException', 'beforeExit']) process.removeAllListeners(event);
    Object.assign(process, { exit, exitCode: undefined });
    globalThis.console = console;
    process.stdout.write = stdout;
    process.stderr.write = stderr;
    for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  }
  return said;
}

/** Calls the program as users do. It is interrupted after some seconds, and killed when it does not care. */
export function spawnProgram(words) {
  const said = { code: undefined, stdout: '', stderr: '', interrupted: false, bytes: 0 };
  const main = fileURLToPath(built('bin/main.js'));
  const child = spawn(process.execPath, ['--max-old-space-size=512', main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk;
  });
  const watch = setInterval(() => {
    said.bytes = Math.max(said.bytes, peakBytes(child.pid));
  }, 20);
  const interrupt = setTimeout(() => {
    said.interrupted = child.kill('SIGINT');
  }, 3000);
  const kill = setTimeout(() => child.kill('SIGKILL'), 60_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(watch);
      clearTimeout(interrupt);
      clearTimeout(kill);
      resolve({ ...said, code: code ?? signal });
    });
  });
}
