import { committeeOf, exportModel, runPipeline } from 'marblenet';
import { expect, it } from 'vitest';
import { temporaryFile } from '../../node/temporary-folder.js';
import { runOnnx } from '../formats/read-onnx.js';

it('averages how probable each yes is, and so does its graph in ONNX', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${Number(i % 7 > 3)},${Number(i % 5 > 1)}`);
  const table = await temporaryFile(['a,b,first,second', ...rows].join('\n'), 'questions.csv');
  const pipeline = await temporaryFile(
    `name: questions
epochs: 5
data: [csv: { train: ${table}, target: [first, second] }, standardize]
network: [dense: { units: 4 }, tanh, dense: { units: 2 }]
train: [shuffleBatch: { size: 8 }, forward, binaryCrossEntropy, backward, sgd: { learningRate: 0.5 }]
`,
    'questions.yaml',
  );
  const trained = await Promise.all([1, 2].map((seed) => runPipeline(pipeline, { set: [`seed=${seed}`] })));
  const committee = committeeOf(trained.map(({ network }) => network));
  const samples = { shape: [2, 2], data: [6, 0, 1, 4] };
  const [a, b] = await Promise.all(trained.map(({ network }) => network.predict(samples)));
  const { probabilities, classes } = await committee.predict(samples);
  const mean = Float64Array.from(a.probabilities?.data ?? [], (p, i) => (p + (b.probabilities?.data[i] ?? 0)) / 2);
  expect(probabilities).toEqual({ shape: [2, 2], data: mean });
  expect(classes).toEqual([]);
  const [{ content }] = await exportModel(committee, 'onnx');
  const said = await runOnnx(
    content,
    [2],
    [
      [6, 0],
      [1, 4],
    ],
  );
  for (const [i, p] of said.data.entries()) expect(p).toBeCloseTo(mean[i], 5);
});
