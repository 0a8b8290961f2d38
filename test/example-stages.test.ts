/** The stages of examples/stages together: as plug-ins in one pipeline that trains, whose gradients are right, and which goes on where it stopped. */
import { fileURLToPath } from 'node:url';
import { type Checkpoint, type RunResult, runPipeline } from 'marblenet';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { pipeline } from './cli/pipeline-command.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const at = (name: string): string => fileURLToPath(new URL(`../examples/stages/${name}`, import.meta.url));

describe('stages.yaml', () => {
  /** In the middle of the seventh epoch of eight. */
  const MIDDLE = 130;
  let saved: Checkpoint | undefined;
  let whole: RunResult;

  beforeAll(async () => {
    whole = await runPipeline(at('stages.yaml'), {
      betweenSteps: (run) => {
        if (run.step === MIDDLE) saved = run.checkpoint();
      },
    });
  });

  test('trains', () => {
    expect(whole.test?.accuracy).toBeGreaterThan(0.5); // by chance it would be 0.1
  });

  test('has nothing wrong, says lint, and every gradient is right, says check', async () => {
    expect(await pipeline(['lint', '--strict', at('stages.yaml'), at('throws.yaml')])).toMatchObject({ code: 0 });
    expect(await pipeline(['check', at('stages.yaml'), '--parameters', '20'])).toMatchObject({ code: 0 });
  });

  test('goes on from a checkpoint, in the middle of an epoch, bit for bit', async () => {
    if (saved === undefined) expect.fail(`there was no step ${MIDDLE}`);
    const rest = await runPipeline(at('stages.yaml'), { from: saved });
    expect(rest.network.parameters.map(({ value }) => value.data)).toEqual(
      whole.network.parameters.map(({ value }) => value.data),
    );
    expect(rest.test).toEqual(whole.test);
  });
});

test('throws.yaml learns what gravity does', async () => {
  const { test: result, network } = await runPipeline(at('throws.yaml'));
  expect(result?.loss).toBeLessThan(1e-4);
  expect((await network.predict(Float32Array.of(2, 10))).outputs.data[0]).toBeCloseTo(12 - 4.905, 1);
});
