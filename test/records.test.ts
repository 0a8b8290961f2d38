/** The pipelines whose figures docs/record.md has, for two epochs on a part of their data: what is far from right is seen. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../src/node/load-pipeline.js';
import { runPipeline } from '../src/node/run-pipeline.js';
import { digits, mnist, takeExamples } from '../src/stages/index.js';

const { MARBLENET_DATA } = process.env;

/** Handwritten digits where there are any, else those that this program draws. */
const some =
  MARBLENET_DATA === undefined
    ? [digits({ train: 2500, test: 500 })]
    : [mnist(), takeExamples({ count: 2500, split: 'train' }), takeExamples({ count: 500, split: 'test' })];

/** Thirty steps are too few for averages of five hundred, and for a learning rate that rises in as many. */
const shorter = (optimizer: string) => [`train.${optimizer}.warmUp=5`, 'train.averageWeights.decay=0.7'];

describe.each([
  ['record/dense', 'adam', 0.75, 0.6],
  ['record/conv', 'adamW', 0.85, 0.65],
  ['conv/fashion', 'adamW', 0.65, 0.45], // of digits, some of them mirrored: clothes would have to be downloaded
])('pipelines/%s.yaml', (name, optimizer, handwritten, drawn) => {
  const floor = MARBLENET_DATA === undefined ? drawn : handwritten;

  it(`learns from 1,500 digits, in two epochs, to read ${100 * floor} % of others`, async () => {
    const path = fileURLToPath(new URL(`../pipelines/${name}.yaml`, import.meta.url));
    const { definition } = await loadPipeline(path, { set: shorter(optimizer) });
    const [, holdOut, ...prepared] = definition.data;
    const { test } = await runPipeline(
      { ...definition, epochs: 2, data: [...some, holdOut, ...prepared] },
      MARBLENET_DATA === undefined ? {} : { dataFolder: MARBLENET_DATA },
    );
    expect(test?.accuracy).toBeGreaterThan(floor);
  }, 300_000);
});
