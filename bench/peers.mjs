// Programs of bench/peers that time one training step when they are asked to. Each is started once, loads the data once,
// and then waits: so all contenders can take turns, round after round.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

/** @param name of its packages: `tfjs`, or `tfjs-core` alone */
export const hasTensorFlow = (name) => existsSync(pathOf(`peers/node_modules/@tensorflow/${name}`));

/** Starts a program that answers a line of JSON, `{ hidden, batch, steps, activation }`, with a line of JSON: microseconds. */
export function peer(command, script, options, environment = {}) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const child = spawn(command, [pathOf(`peers/${script}`), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`${script} ended without an answer`);
    return JSON.parse(value);
  };
  return {
    ask,
    async time(size) {
      const value = await ask(size);
      if (!(value > 0)) throw new Error(`${script} was to tell microseconds, and told ${value}`);
      return value;
    },
    stop: () => child.stdin.end(),
  };
}
