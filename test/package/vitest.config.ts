import { defineConfig } from 'vitest/config';

/** Apart from the other tests: these want a registry to install from, and take half a minute. */
export default defineConfig({
  test: { include: ['test/package/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
