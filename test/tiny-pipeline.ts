/** A pipeline that trains in a blink, and what is said of it when it is wrong. */
import { expect } from 'vitest';
import { PipelineError } from '../src/core/errors.js';
import { buildPipeline, type Pipeline } from '../src/core/pipeline/pipeline.js';
import {
  type Overrides,
  type PipelineFile,
  parsePipelineFile,
  resolvePipelineFile,
} from '../src/core/pipeline-file/pipeline-file.js';
import { builtIn } from '../src/node/plugins.js';

/** One stage a line, so that the line numbers in messages are easy to follow. */
export const TINY = `name: tiny
seed: 1
epochs: 2
data:
  - digits: { train: 200, test: 50 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - dense: { units: 8 }
  - relu
  - dense: { units: 10 }
train:
  - shuffleBatch: { size: 20 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
  - mean: { of: loss }
test:
  - batch: { size: 30 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
  - accuracy
`;

/** The same with a validation: 180 digits to learn from, 20 to validate on, 50 to test. */
export const VALIDATED = TINY.replace('  - normalize', '  - holdOut: { validation: 20 }\n  - normalize').replace(
  'test:\n',
  `validation:
  - batch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
  - accuracy
test:
`,
);

/** The tiny pipeline with one piece of its text replaced. */
export function tinyWith(piece: string, replacement: string): string {
  const pieces = TINY.split(piece);
  expect(pieces.length, `times that the tiny pipeline holds ${piece}, plus one`).toBeGreaterThan(1);
  const [before, ...after] = pieces;
  return before + replacement + after.join(piece);
}

/** Everything from one section's name on, up to the next section's. */
export const sectionOf = (section: string): string =>
  new RegExp(`^${section}:\n(?:  .*\n)+`, 'm').exec(TINY)?.[0] ?? expect.fail(`no section ${section}`);

/** Reads a file's text. */
export const resolveText = (text: string, overrides: Overrides = {}): PipelineFile =>
  resolvePipelineFile(parsePipelineFile(text, 'tiny.yaml', overrides), builtIn.registry);

/** Reads and builds a file's text. */
export function buildText(text: string, overrides: Overrides = {}): Pipeline {
  const { definition, locate } = resolveText(text, overrides);
  return buildPipeline(definition, { locate, registry: builtIn.registry });
}

/** The message of a refusal, which must be one paragraph for whoever wrote the file. */
export function refusalOf(attempt: () => unknown): string {
  let refusal: unknown;
  try {
    attempt();
  } catch (error) {
    refusal = error;
  }
  return messageOfRefusal(refusal);
}

/** The same of something that is refused later. */
export const laterRefusalOf = async (attempt: Promise<unknown>): Promise<string> =>
  messageOfRefusal(await attempt.then(() => undefined).catch((error) => error));

function messageOfRefusal(refusal: unknown): string {
  if (!(refusal instanceof PipelineError)) expect.fail(`expected a PipelineError, found ${refusal}`);
  expect(refusal.exitCode).toBe(2);
  expect(refusal.message).not.toMatch(/[\r\n]/);
  return refusal.message;
}
