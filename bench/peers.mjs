// Programs of bench/peers that time one training step when they are asked to. Each is started once, loads the data once,
// and then waits: so all contenders can take turns, round after round.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

export const hasTensorFlow = () => existsSync(pathOf('peers/node_modules/@tensorflow/tfjs-core'));

/** Starts a program that answers a line of JSON, `{ hidden, batch, steps, activation }`, with a line of microseconds. */
export function peer(command, script, options, environment = {}) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const child = spawn(command, [pathOf(`peers/${script}`), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async time(size) {
      child.stdin.write(`${JSON.stringify(size)}\n`);
      const { value } = await answers.next();
      if (!(Number(value) > 0)) throw new Error(`${script} was to tell microseconds, and told ${value}`);
      return Number(value);
    },
    stop: () => child.stdin.end(),
  };
}
