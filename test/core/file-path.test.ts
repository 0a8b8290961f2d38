import { expect, it } from 'vitest';
import * as z from 'zod';
import { filePath } from '../../src/core/file-path.js';
import { parsePipelineFile, resolvePipelineFile } from '../../src/core/pipeline-file/pipeline-file.js';
import { digits, stage } from '../../src/index.js';
import { builtIn } from '../../src/node/plugins.js';
import { TINY } from '../tiny-pipeline.js';

const options = z.strictObject({
  one: filePath().optional().describe('A file'),
  beside: filePath().default('beside.csv').describe('Another'),
  many: z.array(filePath()).describe('Files'),
  named: z.record(z.string(), z.strictObject({ file: filePath(), title: z.string() })).describe('Files by name'),
  either: z.union([z.enum(['none', 'all']), z.strictObject({ from: filePath() }), filePath()]).describe('A form'),
  note: z.string().describe('No file'),
});

const reading = stage({
  name: 'reading',
  summary: 'A source of many files',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options,
  example: 'reading: { many: [a] }',
  build: (_, input, context) => digits.definition.build({ train: 1, test: 1 }, input, context),
});

const printed = (given: string, rebase?: (path: string) => string): unknown => {
  const text = TINY.replace(/- digits.*/, `- reading: ${given}`);
  const registry = new Map([...builtIn.registry, ['reading', reading]]);
  const { resolved } = resolvePipelineFile(parsePipelineFile(text, 'my.yaml'), registry, rebase && { rebase });
  const again = resolvePipelineFile(parsePipelineFile(resolved, 'printed.yaml'), registry);
  return again.definition.data[0].options;
};

const common = 'many: [a, b], named: { x: { file: c, title: d } }, note: e';

it('rebases each path that a stage declares, and no other text', () => {
  const others = {
    many: ['/f/a', '/f/b'],
    named: { x: { file: '/f/c', title: 'd' } },
    note: 'e',
    beside: '/f/beside.csv',
  };
  const rebase = (path: string) => `/f/${path}`;
  expect(printed(`{ one: o, either: none, ${common} }`, rebase)).toEqual({ ...others, one: '/f/o', either: 'none' });
  expect(printed(`{ either: g, ${common} }`, rebase)).toEqual({ ...others, either: '/f/g' });
  expect(printed(`{ either: { from: g }, ${common} }`, rebase)).toEqual({ ...others, either: { from: '/f/g' } });
});

it('leaves paths as they are where nothing is said', () => {
  expect(printed(`{ one: o, either: g, ${common} }`)).toMatchObject({ one: 'o', many: ['a', 'b'], either: 'g' });
});
