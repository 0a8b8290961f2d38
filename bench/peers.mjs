// Programs of bench/peers that time one training step when they are asked to. Each is started once, loads the data once,
// and then waits: so all contenders can take turns, round after round.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  const lines = createInterface(child.stdout);
  return {
    async time(size) {
      child.stdin.write(`${JSON.stringify(size)}\n`);
      const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [`${script} ended`])]);
      if (!(Number(line) > 0)) throw new Error(`${script}: ${line}`);
      return Number(line);
    },
    stop: () => child.stdin.end(),
  };
}
