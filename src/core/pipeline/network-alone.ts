/** A network without the pipeline that trained it: to predict with what was learned before. */
import type { AnyStage, Network } from '../contract.js';
import { createKernels, outlineKernels } from '../create-kernels.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Parameter, Spec } from '../kinds.js';
import { seededRandom } from '../random/random.js';
import { turnScheduler } from '../scheduler.js';
import type { Stateful } from '../state.js';
import type { DType } from '../tensor.js';
import { Assembly, type Chain, type StageRow } from './assembly.js';
import { Memory } from './memory.js';

export interface NetworkAlone extends Network {
  readonly kernels: Kernels;
  /** Its stages, those inside others too, in the order of a pipeline file. */
  readonly rows: readonly StageRow[];
  /** Named by their place: `network.0.W`. */
  readonly parameters: readonly Parameter[];
  /** What its stages learn and remember, by their place; what is not known before it is restored is not set. */
  readonly state: Stateful;
}

/** More than a network of this kind takes to predict; a file that asks for more is not what it seems. */
const MOST = 2 ** 30;

/**
 * Builds the `network:` section alone, on one thread, with parameters that are to be restored.
 *
 * @param input the batches that it will get, `size` rows at most.
 * @throws PipelineError when the stages do not fit together, or take more than a gigabyte.
 */
export const buildNetwork = (stages: readonly AnyStage[], input: Spec<'batch'>, dtype: DType): NetworkAlone =>
  assemble(stages, input, createKernels(dtype, 'wasm'));

/** The same without numbers, to look at its shapes: nothing is allocated. */
export const outlineNetwork = (stages: readonly AnyStage[], input: Spec<'batch'>, dtype: DType): NetworkAlone =>
  assemble(stages, input, outlineKernels(dtype, 'wasm'));

function assemble(stages: readonly AnyStage[], input: Spec<'batch'>, kernels: Kernels): NetworkAlone {
  const assembly = new Assembly({
    kernels: new Memory(MOST).counting({ ...kernels, fill() {} }), // first weights need not be drawn
    random: seededRandom(0),
    scheduler: turnScheduler,
    host: undefined,
    epochs: 1,
    locate: (section, position, inside = []) => [section, position, ...inside].join('.'),
    registry: new Map(),
    instrument: (operator) => operator,
    outline: false,
  });
  const { output, operator } = assembly.chain(stages, input, 'network') as Chain<'batch'>;
  const { rows, parameters, learned: state } = assembly;
  return { kernels, input, output, operator, rows, parameters, state };
}
