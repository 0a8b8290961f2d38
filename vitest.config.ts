import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

const modules = ['core', 'kernels', 'stages', 'testing'].map((room) => `test/${room}/**/*.test.ts`);

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
    // they put back what they change outside of themselves, so what they import is loaded once, not for each file
    projects: [
      {
        extends: true,
        test: {
          name: 'modules',
          include: modules,
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
          exclude: [...modules, 'test/package/**', 'test/machine-code/**', 'test/browser/**'], // scripts of their own
          isolate: false,
          maxWorkers: '150%', // they wait for processes, too, and for time to pass
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
