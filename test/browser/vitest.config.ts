import { defineConfig } from 'vitest/config';

/** Apart from the other tests: these want Chromium. */
export default defineConfig({ test: { include: ['test/browser/**/*.test.ts'], testTimeout: 120_000 } });
