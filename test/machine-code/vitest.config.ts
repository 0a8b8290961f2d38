import { defineConfig } from 'vitest/config';

/** Apart from the other tests: what these look at depends on the processor and on the version of V8. */
export default defineConfig({ test: { include: ['test/machine-code/**/*.test.ts'], testTimeout: 30_000 } });
