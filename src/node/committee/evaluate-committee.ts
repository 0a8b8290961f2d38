/** How good a committee is: the mean of what its members say, and each of them alone, on the same examples. */
import { join } from 'node:path';
import { networkStage } from '../../core/families/network.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import type { Examples, Split } from '../../core/kinds.js';
import { meanOf } from '../../core/model/committee.js';
import type { ModelDescription } from '../../core/model/description.js';
import { probabilitiesBy } from '../../core/model/probabilities.js';
import type { Registry } from '../../core/pipeline/registry.js';
import { noOptions } from '../../core/stage.js';
import { type Tensor, widthOf } from '../../core/tensor.js';
import type { DataOptions } from '../environment.js';
import { examplesOf, openJudging, openWith, registryFor, withThreads } from '../evaluate-model.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { loadCommittee } from '../load-predictor.js';
import { files } from '../run-folder.js';
import { judge, type MemberEvaluation, type SplitEvaluation, said } from '../split-evaluation.js';
import { trainedMembers } from './committee-folder.js';

/**
 * Sends the examples of a split through the network of each member, and judges each, and the mean of what they say.
 *
 * @param folder `runs/relu/committee-1`
 * @param loaded the pipeline that says what the data are, and the loss
 * @throws what `loadPredictor` and `evaluateModel` throw.
 */
export async function evaluateCommittee(
  folder: string,
  loaded: LoadedPipeline,
  split: Split,
  more: Registry,
  options: DataOptions,
): Promise<SplitEvaluation> {
  const members = await trainedMembers(folder);
  await loadCommittee(folder, members, registryFor(loaded, more)); // whether they are what they were, and fit together
  const outputs: Tensor[] = [];
  const evaluated: MemberEvaluation[] = [];
  let read: Examples | undefined;
  let first: ModelDescription | undefined;
  for (const { run, seed, labels, weights } of members) {
    const path = join(run, files.model);
    const { pipeline, section, description } = await openJudging(path, loaded, split, more, options);
    const who = { run, seed, ...(labels && { labels }), weights };
    await withThreads(pipeline, async () => {
      read ??= await examplesOf(pipeline, loaded, split); // the same for all, and read once
      first ??= description;
      const { outputs: own, ...figures } = await said(pipeline, section, read, description);
      evaluated.push({ ...who, ...figures, judged: judge(own, read, description).judged });
      outputs.push(probabilitiesBy[description.outputs](own) ?? own);
    });
  }
  const [examples, description] = [read, first] as [Examples, ModelDescription]; // there is a member
  const mean = meanOf(outputs);
  const averaged = saying(asSaid[description.outputs](mean));
  const { pipeline, section } = await openWith([averaged], description.dtype, loaded, split, options);
  const { outputs: _, ...figures } = await withThreads(pipeline, () => said(pipeline, section, examples, description));
  const reading = description.outputs === 'numbers' ? 'numbers' : 'probabilities';
  return {
    split,
    examples,
    learnedFrom: description.reached?.data,
    ...figures,
    ...judge(mean, examples, { ...description, outputs: reading }),
    members: evaluated,
  };
}

/** From probabilities back to what the loss takes: numbers of which its softmax or sigmoid makes the same probabilities. */
const asSaid: Readonly<Record<ModelDescription['outputs'], (mean: Tensor) => Tensor>> = {
  logits: ({ shape, data }) => ({ shape, data: data.map((p) => Math.log(atLeast(p))) }),
  binaryLogits: ({ shape, data }) => ({
    shape,
    data: data.map((p) => Math.log(atLeast(p)) - Math.log(atLeast(1 - p))),
  }),
  probabilities: (mean) => mean,
  numbers: (mean) => mean,
};

/** What all members take for impossible has no logarithm: the smallest normal float32 stands for it. */
const atLeast = (p: number): number => Math.max(p, 2 ** -126);

/** A network that says of the examples, each once and in their order, what was found before. */
const saying = (outputs: Tensor) =>
  networkStage({
    name: 'average',
    summary: 'What the members of a committee say on average',
    options: noOptions,
    example: 'average',
    build(_, { size }, { kernels }) {
      const shape = outputs.shape.slice(1);
      const width = widthOf(outputs);
      const rows = rowBuffer(kernels, size, shape);
      let next = 0;
      return {
        output: shape,
        forward(x) {
          const y = rows(x.shape[0]);
          y.data.set(outputs.data.subarray(next * width, (next + x.shape[0]) * width));
          next += x.shape[0];
          return [y, (dy) => dy];
        },
      };
    },
  })();
