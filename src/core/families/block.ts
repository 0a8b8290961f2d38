/** Stages that hold others. The stages inside have places, parameters and entries on the tape of their own, as those around. */
import { type MonoTypeOperatorFunction, pipe } from 'rxjs';
import type { AnyStage, Built, Context, Nested } from '../contract.js';
import type { Batch, Spec } from '../kinds.js';
import { type Layer, lift } from './network.js';

/** The stages that a block holds, built one on another; in a plain `pipe(...)` they draw what the block would draw. */
export function nested(stages: readonly AnyStage[], input: Spec<'batch'>, context: Context): Nested {
  if (context.nest !== undefined) return context.nest(stages, input);
  let output = input;
  const operators = stages.map((stage) => {
    const built: Built<'batch', 'batch'> = stage.build(output, { ...context, at: stage.definition.name });
    output = built.output;
    return built.operator;
  });
  return { output, operator: inTurn(operators) };
}

/** What stands around the stages of a block: a layer before them and one behind them. Neither has parameters. */
export interface Around {
  readonly opening: Pick<Layer, 'forward'>;
  readonly stages: Nested;
  readonly closing: Pick<Layer, 'forward'>;
}

/** The block itself: it takes batches of `input`, gives batches of the same shape, and has these parts one after another. */
export function blockOf(
  { opening, stages, closing }: Around,
  input: Spec<'batch'>,
  { at }: Context,
): Built<'batch', 'batch'> {
  const lifted = ({ forward }: Pick<Layer, 'forward'>) => lift({ output: input.shape, forward }, at);
  const block = { opening: lifted(opening), stages: stages.operator, closing: lifted(closing) };
  return { output: input, operator: inTurn([block.opening, block.stages, block.closing]), block };
}

const inTurn = (operators: readonly MonoTypeOperatorFunction<Batch>[]): MonoTypeOperatorFunction<Batch> =>
  operators.reduce((before, operator) => pipe(before, operator));
