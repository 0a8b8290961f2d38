/**
 * The pipelines whose figures docs/record.md has, for two epochs on a part of their data, with half of their filters: what is
 * far from right is seen.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type LoadedPipeline, loadPipeline } from '../src/node/load-pipeline.js';
import { runPipeline } from '../src/node/run-pipeline.js';
import { digits, mnist, takeExamples } from '../src/stages/index.js';

const { MARBLENET_DATA } = process.env;

/** Handwritten digits where there are any, else those that this program draws. */
const some =
  MARBLENET_DATA === undefined
    ? [digits({ train: 1600, test: 300 })]
    : [mnist(), takeExamples({ count: 1600, split: 'train' }), takeExamples({ count: 300, split: 'test' })];

/** Thirty steps are too few for averages of five hundred, and for a learning rate that rises in as many. */
const shorter = (optimizer: string): string[] => [
  `train.${optimizer}.warmUp=5`,
  'train.averageWeights.decay=0.7',
  'data.1.holdOut.validation=100',
];

/** A quarter of the multiplications. */
const narrower = ({ definition }: LoadedPipeline): string[] =>
  definition.network.flatMap(({ options }, i) =>
    'filters' in options ? [`network.${i}.conv2d.filters=${Number(options.filters) / 2}`] : [],
  );

describe.each([
  ['record/dense', 'adam', 0.75, 0.6],
  ['record/conv', 'adamW', 0.75, 0.6],
  ['conv/fashion', 'adamW', 0.55, 0.4], // of digits, some of them mirrored: clothes would have to be downloaded
])('pipelines/%s.yaml', (name, optimizer, handwritten, drawn) => {
  const floor = MARBLENET_DATA === undefined ? drawn : handwritten;

  it(`learns from 1,500 digits, in two epochs, to read ${Math.round(100 * floor)} % of others`, async () => {
    const path = fileURLToPath(new URL(`../pipelines/${name}.yaml`, import.meta.url));
    const set = [...shorter(optimizer), ...narrower(await loadPipeline(path))];
    const { definition } = await loadPipeline(path, { set });
    const [, holdOut, ...prepared] = definition.data;
    const { test } = await runPipeline(
      { ...definition, epochs: 2, data: [...some, holdOut, ...prepared] },
      MARBLENET_DATA === undefined ? {} : { dataFolder: MARBLENET_DATA },
    );
    expect(test?.accuracy).toBeGreaterThan(floor);
  }, 300_000);
});
