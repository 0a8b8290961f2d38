import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

const modules = ['core', 'kernels', 'stages', 'testing'].map((room) => `test/${room}/**/*.test.ts`);
const commands = ['test/cli/**/*.test.ts'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^marblenet\/testing$/, replacement: source('testing/index.ts') },
      { find: /^marblenet$/, replacement: source('index.ts') },
    ],
  },
  test: {
    env: { MARBLENET_RUNS: 'none' }, // programs that tests start keep no runs here
    testTimeout: 30_000,
    hookTimeout: 30_000,
    setupFiles: ['test/cli/clean-up.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'modules',
          include: modules,
          // they change nothing outside of themselves: what they import is loaded once, not for each file
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'commands',
          include: commands,
          isolate: false, // the command is loaded once, not for each file
          maxWorkers: '150%', // they wait for processes, too, and for time to pass
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...modules, ...commands, 'test/package/**', 'test/machine-code/**', 'test/browser/**'], // scripts of their own
          maxWorkers: '150%',
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
