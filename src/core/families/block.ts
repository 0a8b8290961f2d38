/** Stages that hold others. The stages inside have places, parameters and entries on the tape of their own, as those around. */
import { type MonoTypeOperatorFunction, pipe } from 'rxjs';
import type { AnyStage, Block, Built, Context, Nested } from '../contract.js';
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

/** A layer around the stages of a block, without parameters. */
type Link = Pick<Layer, 'output' | 'forward'>;

/** What a block is made of: a layer before its stages, lists of them with layers between, and a layer behind them. */
export interface Around {
  readonly opening: Link;
  readonly inside: readonly (Nested | Link)[];
  readonly closing: Link;
}

/** The block itself: it takes batches of `input`, and has these parts one after another. */
export function blockOf(
  { opening, inside, closing }: Around,
  input: Spec<'batch'>,
  { at }: Context,
): Built<'batch', 'batch'> {
  const block: Block = [
    { part: 'opening', operator: lift(opening, at) },
    ...inside.map((one) =>
      'operator' in one
        ? { part: 'stages' as const, operator: one.operator }
        : { part: 'between' as const, operator: lift(one, at) },
    ),
    { part: 'closing', operator: lift(closing, at) },
  ];
  const output = { ...input, shape: closing.output };
  return { output, operator: inTurn(block.map(({ operator }) => operator)), block };
}

const inTurn = (operators: readonly MonoTypeOperatorFunction<Batch>[]): MonoTypeOperatorFunction<Batch> =>
  operators.reduce((before, operator) => pipe(before, operator));
