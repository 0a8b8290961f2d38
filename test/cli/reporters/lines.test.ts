import { afterEach, expect, it, vi } from 'vitest';
import { lineReporter } from '../../../src/cli/reporters/lines.js';
import type { EndEvent } from '../../../src/core/run/events.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const end: EndEvent = {
  event: 'end',
  runId: 'a run',
  status: 'completed',
  epochs: 1,
  steps: 2,
  train: { loss: 0.5 },
  test: { accuracy: 0.75 },
  accuracyByClass: [1, 0.5],
  confusionMatrix: [
    [2, 0],
    [1, 1],
  ],
  data: { source: 'pets', train: 10, test: 4, scaling: { mean: 0, std: 1 } },
  seconds: 1,
  weights: 'sha256:0',
};

function saidAtTheEnd(event: EndEvent): string {
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true).mockClear();
  lineReporter().event(event);
  return said.mock.calls.map(([line]) => line).join('');
}

it('calls classes by their names, where the data says them', () => {
  const text = saidAtTheEnd({ ...end, data: { ...end.data, classNames: ['cat', 'dog'] } });
  expect(text).toContain('accuracy a class  cat: 100.0%  dog:  50.0%\n');
  expect(text).toContain('       cat  dog\n  cat    2    0\n  dog    1    1\n');
});

it('calls them by their labels, where it does not', () => {
  const text = saidAtTheEnd(end);
  expect(text).toContain('accuracy a class  0: 100.0%  1:  50.0%\n');
  expect(text).toContain('     0  1\n  0  2  0\n  1  1  1\n');
});

it('shows the worst of many classes, and the most frequent confusions', () => {
  const classes = 400; // more cells than a call may have arguments
  const confusionMatrix = Array.from({ length: classes }, (_, label) =>
    Array.from({ length: classes }, (_, predicted) => (label === predicted ? 9 : 0) as number),
  );
  confusionMatrix[7][3] = 12;
  confusionMatrix[399][0] = 1;
  const accuracyByClass = confusionMatrix.map((row, label) => (label === 5 ? Number.NaN : row[label] / (9 + label)));
  const text = saidAtTheEnd({ ...end, accuracyByClass, confusionMatrix });
  expect(text).toContain(
    'confusions: the most frequent of 2 pairs of 400 classes\n  7 taken for 3: 12\n  399 taken for 0: 1\n',
  );
  expect(text).toContain('accuracy a class  399:   2.2%  398:   2.2%');
  expect(text).toContain('(the lowest of 400 classes; --json has all)\n');
  expect(text.split('\n').length).toBeLessThan(30);
});

it('says nothing of a section without metrics', () => {
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const { runId, test } = end;
  const epoch = { event: 'epoch', runId, epoch: 1, step: 2, train: {}, seconds: 1, samplesPerSecond: 10 } as const;
  lineReporter().event({ ...epoch, ...(test && { test }) });
  lineReporter().event(epoch);
  expect(said.mock.calls).toEqual([['epoch   1  test accuracy 0.7500  1.0 s 10/s\n'], ['epoch   1  1.0 s 10/s\n']]);
});

it('says which epoch the model is of, where one was chosen, and that training stopped early', () => {
  const best = { epoch: 3, monitor: 'validation.loss', value: 0.125 };
  expect(saidAtTheEnd({ ...end, epochs: 8, best, stoppedEarly: true })).toContain(
    '\nmodel             of epoch 3, the best: validation.loss 0.1250; stopped early, after epoch 8\n',
  );
  expect(saidAtTheEnd({ ...end, epochs: 8, best })).toContain(
    '\nmodel             of epoch 3, the best: validation.loss 0.1250\n',
  );
  expect(saidAtTheEnd(end)).not.toContain('model');
});

it('ends with what was done, where nothing was measured', () => {
  const { test, accuracyByClass, confusionMatrix, ...bare } = end;
  expect(saidAtTheEnd({ ...bare, train: {} })).toMatch(/^trained for 1 epoch, 2 steps, 1.0 s$/m);
});

it('says where a run goes on, and that training is over where it is', () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { runId, data } = end;
  const start = {
    event: 'start',
    runId,
    name: 'a',
    seed: 1,
    epochs: 3,
    dtype: 'float32',
    parameters: 10,
    data,
  } as const;
  lineReporter().event({ ...start, resumedFrom: { epoch: 3, step: 1200 } });
  lineReporter().event({ ...start, resumedFrom: { epoch: 4, step: 1500, isOver: true } });
  const validated = { ...start, data: { ...data, validation: 3 } };
  lineReporter().event({ ...validated, resumedFrom: { epoch: 4, step: 1500, isOver: true } });
  expect(said.mock.calls.map(([line]) => line).filter((line) => String(line).startsWith('goes'))).toEqual([
    'goes on in epoch 3 of 3, after step 1,200\n',
    'goes on after epoch 3, the last, and step 1,500\n',
    'goes on after epoch 3, the last, and step 1,500; only the test is left\n',
  ]);
});
