import { defineConfig } from 'vitest/config';

/** Apart from the other tests: these want a registry to install from, and take minutes. */
export default defineConfig({
  test: { include: ['test/package/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
