// The process that cases run in, seen from outside.
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyTally } from './tally.mjs';

/** CPU seconds that a case may take: the clock says nothing on a machine that others use, too. */
const MOST_CPU = 5;
/** Seconds for a case that waits for what never comes: those in which it slept, not those in which others had the CPU. */
const MOST_ASLEEP = 60;
/** Where the system says neither. */
const MOST_BY_CLOCK = 300;
const POLL = 200;
const MOST_BYTES = 2 ** 30;
/** Cases that one process sees: what the engine has not collected yet must not pass for the memory of one of them. */
const CASES = 400;

export class Subject {
  #child;
  #cases = 0;
  #folder = mkdtempSync(join(tmpdir(), 'marblenet-fuzz-'));

  /** How far the runs of all cases came. */
  tally = emptyTally();

  /** @param fault one that is planted in the product, to see that it is found */
  constructor(target, fault) {
    this.words = fault === undefined ? [target] : [target, fault];
  }

  /** What is wrong with how the program takes this input; undefined where nothing is. */
  async attempt(input) {
    if (this.#cases === CASES) await this.#end();
    const fresh = this.#cases === 0;
    const { problem, isOfProcess } = await this.#try(input);
    if (!isOfProcess || fresh) return problem;
    return (await this.#try(input)).problem; // in a process that saw nothing else
  }

  async stop() {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start() {
    this.#child = fork(fileURLToPath(new URL('subject-process.mjs', import.meta.url)), this.words, {
      cwd: this.#folder,
      // no network, no cache and no settings of the user's
      env: {
        PATH: process.env.PATH,
        MARBLENET_CACHE: join(this.#folder, 'cache'),
        MARBLENET_MIRRORS: 'http://127.0.0.1:1/mnist/',
      },
      execArgv: ['--max-old-space-size=512'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.said = '';
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => {
        this.said = (this.said + chunk).slice(-2000);
      });
    }
  }

  async #end() {
    const child = this.#child;
    this.#child = undefined;
    this.#cases = 0;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async #try(input) {
    if (this.#child === undefined) this.#start();
    const child = this.#child;
    const cpuBefore = cpuSeconds(child.pid);
    this.#cases++;
    let ended = () => {};
    let watch;
    const outcome = await new Promise((resolve) => {
      ended = (code, signal) => resolve({ problem: `the process ended: ${code ?? signal}: ${this.said}` });
      child.once('exit', ended);
      child.once('message', ({ problem, tally }) => {
        for (const [name, count] of Object.entries(tally)) this.tally[name] += count;
        resolve({ problem });
      });
      child.send(input, (error) => error && resolve({ problem: `the process is gone: ${error.message}` }));
      const started = Date.now();
      let [asleep, lastCpu] = [0, cpuBefore];
      watch = setInterval(() => {
        // what the process took to load is in it, too
        const startUp = this.#cases === 1 ? 3 : 0;
        const now = cpuSeconds(child.pid);
        const cpu = now - cpuBefore - startUp;
        if (now === lastCpu && isAsleep(child.pid)) asleep += POLL / 1000;
        lastCpu = now;
        if (cpu > MOST_CPU) resolve({ problem: `it hangs: ${cpu.toFixed(1)} s of CPU`, isOfProcess: true });
        else if (asleep > MOST_ASLEEP || Date.now() - started > 1000 * MOST_BY_CLOCK)
          resolve({ problem: 'it hangs: it waits for what never comes', isOfProcess: true });
      }, POLL);
    });
    clearInterval(watch);
    child.off('exit', ended);
    child.removeAllListeners('message');
    const bytes = peakBytes(child.pid);
    const isLarge = bytes > MOST_BYTES;
    if (outcome.problem?.startsWith('it hangs') || outcome.problem?.startsWith('the process') || isLarge)
      await this.#end();
    if (outcome.problem !== undefined || !isLarge) return outcome;
    return { problem: `it takes ${(bytes / 1e9).toFixed(1)} GB of memory`, isOfProcess: true };
  }
}

/** What Linux says of a process; elsewhere only the clock is looked at. */
function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** User and system time, in ticks of 10 ms. Source: proc(5), fields 14 and 15 of stat. */
function cpuSeconds(pid) {
  const fields = procFile(pid, 'stat').split(') ')[1]?.split(' ');
  return fields === undefined ? 0 : (Number(fields[11]) + Number(fields[12])) / 100;
}

const isAsleep = (pid) => procFile(pid, 'stat').split(') ')[1]?.startsWith('S') ?? false;

export const peakBytes = (pid) => 1024 * Number(/VmHWM:\s*(\d+)/.exec(procFile(pid, 'status'))?.[1] ?? 0);
