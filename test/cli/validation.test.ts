/** A pipeline with a `validation:` section, as every command shows it. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { VALIDATED } from '../tiny-pipeline.js';
import { eventsOf, fromRoot, linesOf, pipeline, runJson, scratchFile } from './pipeline-command.js';

let file: string;

beforeAll(async () => {
  file = await scratchFile('validated.yaml', VALIDATED);
});

/** What a command that must do well writes. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout } = await pipeline(args);
  expect(code).toBe(0);
  return stdout;
}

describe.concurrent('run, with a validation', () => {
  test('has its metrics on the line of each epoch, and those of the test on the last', async () => {
    const { code, stdout, stderr } = await pipeline(['run', file]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^tiny: 6,370 parameters, digits \(180 \+ 20 \+ 50 examples\), seed 1, float32$/m);
    const lines = linesOf(stdout);
    const metrics = 'loss \\d\\.\\d{4} accuracy \\d\\.\\d{4}';
    for (const epoch of [1, 2]) {
      expect(lines[epoch - 1]).toMatch(
        new RegExp(`^epoch   ${epoch}  train loss \\d\\.\\d{4}  validation ${metrics}  [\\d.]+ s [\\d,]+/s$`),
      );
    }
    expect(lines.at(-1)).toMatch(
      new RegExp(`validation ${metrics}  test ${metrics} after 2 epochs, 18 steps, [\\d.]+ s`),
    );
  });

  test('--json: tells how many there are, and of the validation after each epoch', async () => {
    const { start, epochs, end } = await runJson([file, '--set', 'validation.0.batch.size=3']);
    expect(start.data).toMatchObject({ train: 180, validation: 20, test: 50 });
    const judged = { loss: expect.any(Number), accuracy: expect.any(Number) };
    expect(epochs.map(({ validation, test }) => ({ validation, test }))).toEqual([
      { validation: judged, test: undefined },
      { validation: judged, test: undefined },
    ]);
    expect(end.validation).toEqual(epochs[1].validation);
    expect(end.test).toEqual(judged);
  });
});

describe.concurrent('commands that look at a pipeline, with a validation', () => {
  test('lint', async () => {
    expect(await output('lint', file)).toBe(`${file}: ok\n`);
  });

  test('print, whose result runs alike', async () => {
    const printed = await output('print', file);
    const lines = linesOf(printed);
    expect(lines).toContain('  - holdOut: { validation: 20, stratify: true }');
    expect(lines.filter((line) => /^\w+:$/.test(line))).toEqual([
      'data:',
      'network:',
      'train:',
      'validation:',
      'test:',
    ]);
    const [one, other] = await Promise.all([runJson([file]), runJson([await scratchFile('printed.yaml', printed)])]);
    expect(other.end.weights).toBe(one.end.weights);
  });

  test('summary', async () => {
    const lines = linesOf(await output('summary', file));
    const from = lines.indexOf('validation');
    expect(lines.slice(from, from + 7).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'validation',
      'batch',
      'forward',
      'softmaxCrossEntropy',
      'mean',
      'accuracy',
      'test',
    ]);
  });

  test('graph: a lane of its own, from the data through the network', async () => {
    const mermaid = await output('graph', file);
    expect(mermaid).toContain('  subgraph validation\n    validation0["batch"]\n');
    expect(mermaid).toContain('  data3 -- examples --> validation0\n');
    expect(mermaid).toContain('  validation1 -.-> network0\n  network2 -.-> validation1\n');
    const dot = await output('graph', file, '--format', 'dot');
    expect(dot).toContain('  subgraph cluster_validation {\n    label=validation;\n');
    expect(dot).toContain('  data3 -> validation0 [label=examples];\n');
  });

  test('graph --format svg: its lane is next to the network, and the test behind it says where its batches go', async () => {
    const svg = await output('graph', file, '--format', 'svg');
    const labels = [...svg.matchAll(/<text x="28" y="(\d+)" class="label">(\w+):<\/text>/g)];
    const lanes = labels.map(([, y, section]) => ({ section, y: Number(y) }));
    expect(lanes.map(({ section }) => section)).toEqual(['data', 'train', 'network', 'validation', 'test']);
    expect(lanes).toEqual(lanes.toSorted((a, b) => a.y - b.y));
    const laneOf = (y: number) => lanes.findLast((lane) => lane.y <= y + 22)?.section;
    const ofStages = [...svg.matchAll(/<rect class="box" x="[\d.]+" y="(\d+)"[^>]*\/><text[^>]*>(\w+)/g)];
    const stagesIn = (section: string) =>
      ofStages.flatMap(([, y, name]) => (laneOf(Number(y)) === section ? [name] : []));
    for (const section of ['validation', 'test'])
      expect(stagesIn(section)).toEqual(['batch', 'forward', 'softmaxCrossEntropy', 'mean', 'accuracy']);
    // examples go to each of the three; batches go from train and validation into the network and out of it
    expect(svg.match(/class="wire examples" d="M [^"]* V [^"]*"/g)).toHaveLength(3);
    expect(svg.match(/class="wire batch dashed"/g)).toHaveLength(2 + 2 + 1);
    const [, y] = /y="(\d+)" class="caption left">the network</.exec(svg) ?? [];
    expect(Number(y)).toBeGreaterThan(lanes[3].y);
    expect(svg).toContain('validation: batch, forward, softmaxCrossEntropy, mean, accuracy; test: batch');
  });

  test('tap: what comes out of one of its stages', async () => {
    const ended = await pipeline(['tap', file, '--stage', 'validation.4', '--json']);
    const taps = eventsOf(ended).map(({ stage, split, epoch }) => ({ stage, split, epoch }));
    expect(taps).toEqual([
      { stage: 'validation.4', split: 'validation', epoch: 1 },
      { stage: 'validation.4', split: 'validation', epoch: 2 },
    ]);
  });

  test('check and trace', async () => {
    expect((await pipeline(['check', file, '--parameters', '5'])).code).toBe(0);
    const [sample] = eventsOf(await pipeline(['trace', file, '--json'])).filter(({ event }) => event === 'sample');
    expect(sample).toMatchObject({ sample: 0, origin: { source: 'digits' } });
  });

  test('schema: a list of stages that learn nothing', async () => {
    const schema = JSON.parse(await readFile(fromRoot('schema/pipeline.schema.json'), 'utf8'));
    expect(schema.properties.validation.items).toEqual(schema.properties.test.items);
    expect(schema.properties.validation.description).not.toBe(schema.properties.test.description);
    const holding = schema.properties.data.items.anyOf.find(
      ({ properties }: { properties?: object }) => properties && 'holdOut' in properties,
    );
    expect(Object.keys(holding.properties.holdOut.properties)).toEqual(['validation', 'test', 'stratify']);
  });
});
