import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^marblenet\/testing$/, replacement: source('testing/index.ts') },
      { find: /^marblenet$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['test/package/**', 'test/machine-code/**', 'test/browser/**'], // scripts of their own
    env: { MARBLENET_RUNS: 'none' }, // programs that tests start keep no runs here
    testTimeout: 30_000,
  },
});
