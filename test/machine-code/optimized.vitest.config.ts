import { mergeConfig } from 'vitest/config';
import all from '../../vitest.config.js';

/** The tests of kernels as the machine code that V8 optimizes, from their first call on. */
export default mergeConfig(
  { ...all, test: {} },
  {
    test: {
      include: ['test/core/wasm/**/*.test.ts', 'test/node/simd.test.ts'],
      execArgv: ['--no-liftoff', '--no-wasm-dynamic-tiering'],
      testTimeout: 30_000,
    },
  },
);
