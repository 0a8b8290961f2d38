import { expect, it } from 'vitest';
import { importances, parametersOf } from '../../src/report/sweep/parameters.js';
import { sweepPage } from '../../src/report/sweep/sweep-page.js';
import type { ReportedTrial, SweepReport } from '../../src/report/sweep/sweep-report.js';

const trial = (number: number, more: Partial<ReportedTrial>): ReportedTrial => ({
  trial: number,
  status: 'completed',
  labels: { rate: '0.1', layer: 'relu' },
  value: 0.9,
  early: 0.9,
  others: { loss: 0.5 },
  epochs: 2,
  seconds: 1,
  curve: [0.8, 0.9],
  ...more,
});

/** The rate decides all, and the layer nothing. */
const trials: readonly ReportedTrial[] = Array.from({ length: 8 }, (_, i) => {
  const value = 0.5 + 0.1 * (i >> 1);
  const labels = { rate: ['0.0001', '0.001', '0.01', '0.1'][i >> 1], layer: i % 2 === 0 ? 'relu' : 'tanh' };
  return trial(i + 1, { labels, value, early: value, curve: [value - 0.1, value] });
});

const report = (more: Partial<SweepReport> = {}): SweepReport => ({
  folder: 'runs/x/sweep-1',
  name: 'x',
  status: 'completed',
  began: '2026-01-01T00:00:00.000Z',
  strategy: 'random',
  metric: 'validation.accuracy',
  higherIsBetter: true,
  trials,
  best: { trial: 8, folder: 'runs/x/sweep-1/8', figures: [['test accuracy', 0.79]] },
  yaml: 'name: x',
  ...more,
});

const pageOf = (more?: Partial<SweepReport>): string => sweepPage(report(more), { style: '', script: '' });

const chartsIn = (page: string) => JSON.parse(/id="charts">(.*?)<\/script>/.exec(page)?.[1] ?? '');

it('tells numbers from words, and what decides from what does not', () => {
  const parameters = parametersOf(trials);
  expect(parameters.map(({ name, kind }) => [name, kind])).toEqual([
    ['rate', 'number'],
    ['layer', 'word'],
  ]);
  const all = importances(parameters, trials);
  expect(all).toEqual([
    { name: 'rate', share: expect.closeTo(1, 12) },
    { name: 'layer', share: 0 },
  ]);
});

it('says so of a parameter that too few trials have', () => {
  const some = trials.map((one, i) => ({ ...one, labels: { ...one.labels, slope: i < 4 ? '0.5' : '' } }));
  expect(importances(parametersOf(some), some).at(-1)).toEqual({ name: 'slope', share: undefined });
  const rows = pageOf({ trials: some }).match(/<tr><th scope="row">(rate|layer|slope)<.*/g);
  expect(rows).toEqual([
    expect.stringMatching(/100 %/),
    expect.stringMatching(/ 0 %|>0 %/),
    expect.stringMatching(/too few trials/),
  ]);
});

it('draws a line a trial, on axes by powers of ten where numbers span many, the best one green', () => {
  const page = pageOf();
  const lines = [...page.matchAll(/<polyline points="([^"]*)"[^>]*stroke="var\(--(\w+)\)"/g)];
  expect(lines).toHaveLength(8);
  expect(lines.filter(([, , colour]) => colour === 'ok')).toHaveLength(1);
  const heights = lines.map(([, points]) => Number(points.split(' ')[0].split(',')[1]));
  expect(heights[0] - heights[2]).toBeCloseTo(heights[2] - heights[4], 0); // 0.0001, 0.001, 0.01
});

/** Two that came to their end, and one that was better at an early epoch, and was stopped there. */
const halved = pageOf({
  strategy: 'halving',
  trials: [
    trial(1, { value: 0.7, labels: { rate: '0.1', layer: 'relu', slope: '' } }),
    trial(2, { value: 0.99, status: 'stopped', epochs: 1, labels: { rate: '0.2', layer: 'leaky', slope: '0.3' } }),
    trial(3, { value: 0.8, labels: { rate: '0.3', layer: 'leaky', slope: '0.1' } }),
  ],
  best: { trial: 3, folder: 'runs/x/sweep-1/3', figures: [] },
});

it('has the trial that is used green and first everywhere, whatever a stopped one had reached', () => {
  const lines = [...halved.matchAll(/<polyline [^>]*stroke="var\(--(\w+)\)"[^>]*><title>(trial \d)/g)];
  expect(lines.map(([, colour, name]) => [name, colour])).toEqual([
    ['trial 2', 'c0'],
    ['trial 1', 'c0'],
    ['trial 3', 'ok'],
  ]);
  expect(halved.match(/<polyline [^>]*stroke-dasharray[^>]*><title>[^<]*/g)).toEqual([
    expect.stringMatching(/trial 2: .*0\.99, stopped after epoch 1$/),
  ]);
  const [, curves] = chartsIn(halved);
  expect(curves.series.map(({ label, colour }: { label: string; colour: number }) => [label, colour === 2])).toEqual([
    ['trial 3', true],
    ['trial 1', false],
    ['trial 2', false],
  ]);
  const rows = [...halved.slice(halved.indexOf('id="table"')).matchAll(/<tr([^>]*)><th scope="row">(\d)/g)];
  expect(rows.map(([, best, number]) => number + best)).toEqual(['3 class="best"', '1', '2']);
});

it('leads to the reports of trials, has all figures of the best and all metrics, and what a better epoch was', () => {
  const page = pageOf({
    trials: [trial(1, { value: 0.7, report: '1/report.html' }), trial(2, { value: 0.6, others: { loss: 0.25 } })],
    best: {
      trial: 1,
      folder: 'runs/x/sweep-1/1',
      figures: [
        ['test loss', 0.4],
        ['validation accuracy', 0.7],
      ],
    },
    betterEpoch: { trial: 2, epoch: 1, value: 0.8 },
  });
  expect(page).toContain('<a href="1/report.html">its own report</a>');
  expect(page).toContain('<th scope="row"><a href="1/report.html">1</a></th>');
  expect(page).toContain('<dt>test loss of the best</dt><dd>0.4</dd>');
  expect(page).toContain('<dt>validation accuracy of the best</dt><dd>70.00 %</dd>');
  expect(page).toMatch(/<th scope="col">validation.accuracy<\/th><th scope="col">validation.loss<\/th>/);
  expect(page).toContain('<td>0.6</td><td>0.25</td>');
  expect(page).toContain(
    'trial 2 was better after epoch 1 (0.8): best: { monitor: validation.accuracy } would keep that',
  );
});

it('has the beginning of why a trial failed', () => {
  const page = pageOf({
    trials: [trial(1, { status: 'failed', reason: `runs/my x/1/pipeline.yaml:1:2: no: ${'because '.repeat(30)}` })],
  });
  expect(page).toMatch(/<span class="words">failed: pipeline\.yaml:1:2: no: [^<]{50,80}\.\.\.<\/span>/);
});

it('draws what a trial does not have below the axis', () => {
  const heights = [...halved.matchAll(/<polyline points="([^"]*)".*?trial (\d)/g)].map(([, points, number]) => [
    number,
    ...points.split(' ').map((point) => Number(point.split(',')[1])),
  ]);
  expect(Object.fromEntries(heights.map(([number, , , slope]) => [number, slope]))).toEqual({ 1: 344, 2: 34, 3: 314 });
  expect(halved.match(/<text [^>]*y="344.0"[^>]*>-<\/text>/g)).toHaveLength(1);
});

it('shows the best so far, which only grows, and the curves of the best trials', () => {
  const [best, curves] = chartsIn(
    pageOf({ trials: [...trials].reverse().map((one, i) => ({ ...one, trial: i + 1 })) }),
  );
  expect(best.series[0].values).toEqual(Array(8).fill(0.8));
  expect(curves.series).toHaveLength(8);
  expect(curves.x).toEqual([1, 2]);
});

it('has less to say of a sweep without a result', () => {
  const failed = trials.map((one) => ({
    ...one,
    value: undefined,
    early: undefined,
    curve: [],
    status: 'failed',
    reason: 'no',
  }));
  const page = pageOf({ trials: failed, best: undefined, status: 'failed' });
  expect(page).toContain('failed: no');
  expect(page).not.toContain('polyline');
  expect(pageOf({ trials: [], best: undefined })).toContain('0 trials');
});

it('takes a metric of which less is better', () => {
  const page = pageOf({ higherIsBetter: false, metric: 'validation.loss', best: undefined });
  expect(page.indexOf('<tr><th scope="row">1</th>')).toBeLessThan(page.indexOf('<tr><th scope="row">8</th>'));
});
