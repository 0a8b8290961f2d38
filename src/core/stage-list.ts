/** Options that are lists of stages: those of a block, which are checked, named, saved and drawn like the stages around it. */
import * as z from 'zod';
import type { AnyStage, Stage, StageDescription } from './contract.js';
import { isStage } from './stage.js';
import { valueAt } from './wrong-value.js';

const lists = z.registry<{ readonly stages: true }>();

/** An option that holds stages of a network, from input to output. */
export function stageList(): z.ZodArray<z.ZodType<Stage<'batch', 'batch'>, Stage<'batch', 'batch'>>> {
  const one = z.unknown().refine(isStage, 'a stage, as relu()');
  const list = z.array(one as unknown as z.ZodType<Stage<'batch', 'batch'>, Stage<'batch', 'batch'>>).min(1);
  lists.add(list, { stages: true });
  return list;
}

/** The options of a stage that are lists of stages, in their order; none of one that holds none. */
export const stageListsOf = ({ options: { shape } }: Pick<StageDescription, 'options'>): readonly string[] =>
  Object.keys(shape).filter((name) => isList(shape[name]));

const isList = (option: z.core.$ZodType): boolean =>
  lists.get(option) !== undefined || (option instanceof z.ZodOptional && isList(option.unwrap()));

/**
 * In a pipeline file, a list in the place of a stage's options is its first list of stages.
 *
 * @returns the options by name, as code has them
 */
export function optionsByName(definition: Pick<StageDescription, 'options'>, given: unknown): unknown {
  const [list] = stageListsOf(definition);
  return Array.isArray(given) && list !== undefined ? { [list]: given } : given;
}

/** The other way round, where there is no other option. */
export function optionsAsList(definition: Pick<StageDescription, 'options'>, options: unknown): unknown {
  const [list] = stageListsOf(definition);
  const isAlone = list !== undefined && Object.keys(options as object).join() === list;
  return isAlone ? valueAt(options, [list]) : options;
}

/** The lists of stages that a stage holds, by the names of their options, in their order; none of one that is no block. */
export const listsIn = ({
  definition,
  options,
}: Pick<AnyStage, 'definition' | 'options'>): readonly (readonly [option: string, stages: readonly AnyStage[]])[] =>
  stageListsOf(definition).flatMap((list) =>
    options[list] === undefined ? [] : [[list, options[list] as readonly AnyStage[]] as const],
  );

/** A list of a block that is not its first: files and tables name it. */
export interface SideList {
  readonly name: string;
  /** Whether the stage that was asked for is the first in it. */
  readonly begins: boolean;
}

/** That in which the stage of a block at a place stands; undefined where it is the block's first list. */
export function sideListAt(block: Pick<AnyStage, 'definition' | 'options'>, place: number): SideList | undefined {
  let held = 0;
  for (const [i, [name, stages]] of listsIn(block).entries()) {
    if (place < held + stages.length) return i === 0 ? undefined : { name, begins: place === held };
    held += stages.length;
  }
}

/** All of them in one list, as their places count them. */
export const stagesIn = (stage: Pick<AnyStage, 'definition' | 'options'>): readonly AnyStage[] =>
  listsIn(stage).flatMap(([, stages]) => stages);

/**
 * Options with something else in the place of each stage that they hold, whatever is in its place yet.
 *
 * @param change gets what stands there, how many stages are held before it, and where it is in the options: `stages`, 0
 */
export function mapStages<Options>(
  definition: Pick<StageDescription, 'options'>,
  options: Options,
  change: (item: unknown, place: number, at: readonly [list: string, i: number]) => unknown,
): Options {
  let changed = options;
  let place = 0;
  for (const list of stageListsOf(definition)) {
    const items = valueAt(options, [list]);
    if (!Array.isArray(items)) continue;
    changed = { ...changed, [list]: items.map((item, i) => change(item, place++, [list, i])) };
  }
  return changed;
}

/** A stage as files hold it. */
export interface PlainStage {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a stage is in a file, those that it holds not looked at yet. */
export const plainStageSchema: z.ZodType<PlainStage> = z.strictObject({
  name: z.string(),
  options: z.record(z.string(), z.unknown()),
});

/** The name of each stage by its place: of `network.0`, and of `network.1.0` that another one holds. */
export const namesByPlace = (stages: readonly PlainStage[], above: string): ReadonlyMap<string, string> =>
  new Map(
    stages.flatMap(({ name, options }, i) => {
      const place = `${above}.${i}`;
      // which options are lists of stages, only a registry knows; what looks like stages are stages
      const held = Object.values(options).flatMap((option) => z.array(plainStageSchema).safeParse(option).data ?? []);
      return [[place, name] as const, ...namesByPlace(held, place)];
    }),
  );

/** A stage, and those that it holds, as plain values. */
export const plainStage = ({ definition, options }: Pick<AnyStage, 'definition' | 'options'>): PlainStage => ({
  name: definition.name,
  options: mapStages(definition, options, (stage) => plainStage(stage as AnyStage)),
});
