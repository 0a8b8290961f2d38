/** `pipeline trace`: one example from its bytes to new weights. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeTinyMnist } from '../node/tiny-mnist.js';
import { eventsOf, linesOf, pipeline, scratchFile, scratchFolder, TINY } from './pipeline-command.js';

async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pipeline(['trace', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const places = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^\w+\.\d/.test(line)).map((line) => line.split(/[,:]/)[0]);

describe.concurrent('trace', () => {
  test('shows the digit, the way forward, the way back, and the update', async () => {
    const stdout = await output(TINY, '--sample', '3');
    const [picture, forward, backward, update] = stdout.split(/^(?:forward|backward|update)\n/m);
    const [title, blank, ...pixels] = picture.split('\n');
    expect({ title, blank }).toEqual({ title: 'example 3 of digits: [28, 28], label 3', blank: '' });
    expect(pixels.slice(0, 14).join('')).toMatch(/[█▀▄]/);
    expect(pixels.slice(14)).toEqual(['', '']);
    for (const line of pixels) expect(line).toMatch(/^[ █▀▄]{0,30}$/);

    const front = ['network.0 dense', 'network.1 relu', 'network.2 dense', 'train.2 softmaxCrossEntropy'];
    expect(places(forward.split('\n'))).toEqual([
      'data.0 digits',
      'data.1 normalize',
      'data.2 oneHot',
      'train.0 batch',
      ...front,
    ]);
    expect(forward).toMatch(/^train\.2 softmaxCrossEntropy, loss \d\.\d{4}$/m);
    expect(places(backward.split('\n'))).toEqual(front.toReversed());
    expect(backward).toMatch(/^ {2}dW {2}\[784, 8\] /m);
    expect(update).toMatch(/^train\.4 sgd: network\.0\.W moves by [\d.e-]+, most at \[\d+, \d\]: \S+ -> \S+$/m);
    expect(update.match(/^ {2}(before|after|change) /gm)).toHaveLength(12);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('draws what a convolution gives, as many channels as fit', async () => {
    const file = join(dirname(TINY), '..', '..', 'pipelines', 'conv', 'lenet.yaml');
    const stdout = await output(file, '--set', 'data.0=digits: { train: 20, test: 10 }');
    const [, conv] = stdout.split(/^network\.0 conv2d\n/m);
    expect(linesOf(conv)[1]).toBe('  channels 0 to 2 of 20');
    const drawn = linesOf(conv).slice(2, 14);
    expect(drawn.join('')).toMatch(/[█▀▄]/);
    for (const line of drawn) expect(line).toMatch(/^[ █▀▄]{0,78}$/);
    expect(linesOf(conv)[14]).toBe('network.1 maxPool2d');

    const [, filters] = stdout.split(/^train\.\d \w+: network\.0\.W moves .*\n(?: {2}\w+ +\[5, 5, 1, 20\].*\n){3}/m);
    expect(linesOf(filters)[0]).toBe('  filters 0 to 10 of 20');
    const rows = linesOf(filters).slice(1, 4); // five rows of weights, two a line
    expect(rows.join('')).toMatch(/[█▀▄]/);
    for (const row of rows) expect(row).toMatch(/^[ █▀▄]{0,78}$/);
    expect(linesOf(filters)[4]).toMatch(/: network\.0\.b moves by /);
  });

  test('goes through one example, whatever batches the file asks for', async () => {
    for (const batcher of ['drawBatch: { size: 50, steps: 9 }', 'shuffleBatch: { size: 50, lastBatch: drop }']) {
      const stdout = await output(TINY, '--set', `train.0=${batcher}`, '--json');
      const events = eventsOf({ code: 0, stdout, stderr: '' });
      expect(events.filter(({ event, stage }) => event === 'forward' && stage === 'network.1')).toEqual([
        expect.objectContaining({ tensors: { x: expect.objectContaining({ shape: [1, 8] }) }, labels: [0] }),
      ]);
    }
  });

  test('says how to see less, where it is much', async () => {
    const { code, stdout, stderr } = await pipeline(['trace', TINY, '--values', 'all']);
    expect(code).toBe(0);
    expect(stdout.length).toBeGreaterThan(100_000);
    expect(stderr.replace(/\s+/g, ' ').trim()).toMatch(
      /^this is example 0 alone, in \d+ kB; --values 8 shows fewer numbers of each tensor, and --sample N another example$/,
    );
  });

  test('--json: an object a line, all numbers with --values all', async () => {
    const stdout = await output(TINY, '--json', '--values', 'all');
    const events = eventsOf({ code: 0, stdout, stderr: '' });
    expect([...new Set(events.map(({ event }) => event))]).toEqual(['forward', 'sample', 'backward', 'update']);
    const [weights] = events.filter(({ parameter }) => parameter === 'network.0.W') as unknown as [
      { tensors: Record<'before' | 'after' | 'change', { values: number[] }> },
    ];
    expect(weights.tensors.after.values).toHaveLength(6272);
    // of the data set, the numbers of one example, not of all 200
    const [digits] = events.filter(({ stage }) => stage === 'data.0') as unknown as [
      { labels: number[]; tensors: { x: { shape: number[]; values: number[] } } },
    ];
    expect(digits.tensors.x.shape).toEqual([200, 28, 28]);
    expect(digits.tensors.x.values).toHaveLength(784);
  });

  test('takes MNIST from --data, and a stand-in is named', async () => {
    const folder = await scratchFolder();
    await writeTinyMnist(folder, (file) => file);
    const relu = 'pipelines/relu.yaml';
    expect(await output(relu, '--data', folder, '--sample', '1')).toMatch(/^example 1 of mnist: \[28, 28\], label 5\n/);
    expect(await output(relu, '--offline')).toMatch(/^example 0 of digits instead of mnist: /);
  });

  test('an example that is no picture has none', async () => {
    const plugin = await scratchFile(
      'pair.ts',
      `import { noOptions, stage } from 'marblenet';
       import { map } from 'rxjs';
       export const pair = stage({
         name: 'pair', summary: 'Two points', family: 'sources', from: 'split', to: 'examples',
         options: noOptions, example: 'pair',
         build: () => ({
           output: { kind: 'examples', shape: [2], classes: undefined },
           operator: map((split) => ({
             split, epoch: 1, shape: [2], features: Float64Array.of(1, 2, 3, 4), scaling: { mean: 0, std: 1 },
             labels: Int32Array.of(0, 1), classes: undefined, origin: { source: 'pair' },
           })),
         }),
       });`,
    );
    const text = (await readFile(TINY, 'utf8'))
      .replace(/- digits:.*/, '- pair')
      .replace('data:', 'plugins: [./pair.ts]\ndata:');
    const file = await scratchFile('pair.yaml', text.replace('./pair.ts', plugin));
    const lines = linesOf(await output(file, '--sample', '1'));
    expect(lines.slice(0, 3)).toEqual(['example 1 of pair: [2], label 1', '', 'forward']);
  });

  test.each([
    [['--sample', '200'], 'there is no example 200 in train, it has 0 to 199'],
    [['--sample', 'first'], '--sample: expected a whole number from 0 on, found "first"'],
    [['--sampel', '1'], 'sampel'],
    [['--swap', 'relu=rellu'], '--swap relu=rellu: unknown stage "rellu"; did you mean "relu"?'],
  ])('%j is refused', async (args, words) => {
    const { code, stdout, stderr } = await pipeline(['trace', TINY, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(linesOf(stderr)).toEqual([expect.stringContaining(words)]);
  });
});
