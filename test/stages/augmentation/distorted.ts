/** What an augmentation makes of samples. */
import { type Batch, type Context, createKernels, type Spec, type Stage, shuffleBatch } from 'marblenet';
import { batchOf, examplesOf } from 'marblenet/testing';
import { map, type Observable, of, pipe } from 'rxjs';
import { specOf } from '../../../src/core/kinds.js';
import { contextWith } from '../context.js';
import { emissionsOf } from '../emissions.js';
import type { Nested } from '../layers/images.js';

type Augmentation = Stage<'batch', 'batch'>;

/** Samples as float64, and what becomes of them: one after another, [D] each. */
export function distorted(
  stage: Augmentation,
  samples: Nested,
  { epoch = 1, rows }: { epoch?: number; rows?: readonly number[] } = {},
): number[][] {
  const given = { ...batchOf(samples, { dtype: 'float64' }), epoch, ...(rows && { rows: Int32Array.from(rows) }) };
  const [made] = emissionsOf(of(given).pipe(stage), ({ x }) => perSample(x));
  return made;
}

/** The numbers of each sample of a batch. */
export function perSample({ shape, data }: Batch['x']): number[][] {
  const width = data.length / shape[0];
  return Array.from({ length: shape[0] }, (_, b) => Array.from(data.subarray(b * width, (b + 1) * width)));
}

/** So many copies of one sample. */
export const copies = (count: number, sample: Nested): Nested => Array.from({ length: count }, () => sample);

/** Where the brightness of an image is, from its centre: to the right, and down. */
export function centroid(image: readonly number[], width: number): { readonly x: number; readonly y: number } {
  const height = image.length / width;
  const sum = image.reduce((all, value) => all + value, 0);
  const mean = (place: (i: number) => number) => image.reduce((all, value, i) => all + value * place(i), 0) / sum;
  return {
    x: mean((i) => i % width) - (width - 1) / 2,
    y: mean((i) => Math.floor(i / width)) - (height - 1) / 2,
  };
}

/** Batches through stages one on another, by kernels of this kind: what is distorted one batch ahead, or each in its turn. */
export function throughStages(
  stages: readonly Augmentation[],
  { backend, isAhead, epoch = 1 }: { backend: 'wasm' | 'typescript'; isAhead: boolean; epoch?: number },
): { readonly x: number[]; readonly t: number[] | undefined }[] {
  const pictures = Array.from({ length: 11 }, (_, n) =>
    Array.from({ length: 6 }, (_, y) => Array.from({ length: 5 }, (_, x) => Math.sin(n + 5 * y + x))),
  );
  const labels = pictures.map((_, i) => i % 3);
  const examples = { ...examplesOf(pictures, { labels, classes: 3 }), epoch };
  const context: Context = contextWith({ kernels: createKernels('float32', backend) });
  const batches = shuffleBatch({ size: 3 }).build(specOf(examples) as Spec<'examples'>, contextWith(context));
  const built = stages.reduce(
    ({ output, operator }, stage) => {
      const next = stage.build(output, context);
      return { output: next.output, operator: pipe(operator, inTurn, next.operator) };
    },
    { output: batches.output, operator: batches.operator },
  );
  return emissionsOf(of(examples).pipe(built.operator), ({ x, t }) => ({ x: [...x.data], t: t && [...t.data] }));

  function inTurn(batches: Observable<Batch>) {
    return batches.pipe(map((one) => (isAhead ? one : { ...one, ahead: undefined })));
  }
}
