import { describe, expect, it } from 'vitest';
import { createOutlineKernels } from '../../../src/core/kernels/outline.js';
import { inWords, Memory } from '../../../src/core/pipeline/memory.js';
import { countOf, openPipeline, outlinePipeline } from '../../../src/core/pipeline/pipeline.js';
import { builtIn } from '../../../src/node/plugins.js';
import { laterRefusalOf, refusalOf, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

/** 65,536 x 65,536 weights and as many gradients: 34 GB. */
const HUGE = tinyWith('- relu', '- dense: { units: 65536 }\n  - dense: { units: 65536 }');

const given = (text: string, memory?: number) => {
  const { definition, locate } = resolveText(text);
  return [definition, { locate, registry: builtIn.registry, memory }] as const;
};

describe('an outline', () => {
  it.each(['wasm', 'typescript'])('says what a large pipeline takes and allocates none of it: %s', (backend) => {
    const { parameters, bytes } = outlinePipeline(...given(`backend: ${backend}\n${HUGE}`));
    expect(countOf(parameters)).toBe(784 * 8 + 8 + (8 + 1) * 65_536 + (65_536 + 1) * 65_536 + (65_536 + 1) * 10);
    expect(bytes).toBeGreaterThan(8 * countOf(parameters));
  });

  it('counts the bytes of every number', () => {
    const counted = new Memory(undefined);
    const kernels = counted.counting(createOutlineKernels('float64', 'typescript'));
    kernels.allocate([3, 5]);
    kernels.allocate([2]);
    expect(counted.bytes).toBe(8 * 17);
  });

  it('lets a stage read and write what it allocated', () => {
    const tensor = createOutlineKernels('float32', 'wasm').allocate([2, 2]);
    tensor.data.fill(3);
    expect([...tensor.data]).toEqual([3, 3, 3, 3]);
  });
});

describe('a pipeline that needs more memory than there is', () => {
  it('is refused at its place, before anything is allocated', async () => {
    const text = `backend: typescript\n${HUGE}`;
    const expected =
      'tiny.yaml:12:5: dense needs more memory than there is; give it smaller sizes ' +
      '(with it, the pipeline takes at least 17.2 GB, and this machine has 2.00 GB)';
    expect(refusalOf(() => outlinePipeline(...given(text, 2e9)))).toBe(expected);
    expect(await laterRefusalOf(openPipeline(...given(text, 2e9)))).toBe(expected);
  });

  it('is refused where WebAssembly has less than the machine', () => {
    expect(refusalOf(() => outlinePipeline(...given(HUGE, 1e12)))).toContain(
      'the pipeline takes at least 17.2 GB, and WebAssembly has 4.29 GB',
    );
  });

  it('may be one whose batches are too large', () => {
    const text = tinyWith('shuffleBatch: { size: 20 }', 'shuffleBatch: { size: 65536 }');
    expect(refusalOf(() => outlinePipeline(...given(text, 1e8)))).toMatch(
      /^tiny\.yaml:13:5: shuffleBatch needs more memory than there is; .+ takes at least 206 MB, and this machine has 100 MB\)$/,
    );
    expect(outlinePipeline(...given(TINY, 1e8)).bytes).toBeLessThan(1e6);
  });
});

it.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [17_179_869_184, '17.2 GB'],
  [2e9, '2.00 GB'],
  [206_000_000, '206 MB'],
])('%d bytes in words', (bytes, words) => {
  expect(inWords(bytes)).toBe(words);
});
