/** Options that are lists of stages: those of a block, which are checked, named, saved and drawn like the stages around it. */
import * as z from 'zod';
import type { AnyStage, Stage, StageDescription } from './contract.js';
import { isStage } from './stage.js';
import { valueAt } from './wrong-value.js';

const lists = z.registry<{ readonly stages: true }>();

/** An option that holds stages of a network, from input to output. A stage has one such option at most. */
export function stageList(): z.ZodArray<z.ZodType<Stage<'batch', 'batch'>, Stage<'batch', 'batch'>>> {
  const one = z.unknown().refine(isStage, 'a stage, as relu()');
  const list = z.array(one as unknown as z.ZodType<Stage<'batch', 'batch'>, Stage<'batch', 'batch'>>).min(1);
  lists.add(list, { stages: true });
  return list;
}

/** The option of a stage that is a list of stages; undefined for one that holds none. */
export const stageListOf = ({ options: { shape } }: Pick<StageDescription, 'options'>): string | undefined =>
  Object.keys(shape).find((name) => lists.get(shape[name]) !== undefined);

/**
 * In a pipeline file, a list in the place of a stage's options is its list of stages.
 *
 * @returns the options by name, as code has them
 */
export function optionsByName(definition: Pick<StageDescription, 'options'>, given: unknown): unknown {
  const list = stageListOf(definition);
  return Array.isArray(given) && list !== undefined ? { [list]: given } : given;
}

/** The other way round, where there is no other option. */
export function optionsAsList(definition: Pick<StageDescription, 'options'>, options: unknown): unknown {
  const list = stageListOf(definition);
  const isAlone = list !== undefined && Object.keys(options as object).length === 1;
  return isAlone ? valueAt(options, [list]) : options;
}

/** The stages that a stage holds; none of one that is no block. */
export function stagesIn({ definition, options }: Pick<AnyStage, 'definition' | 'options'>): readonly AnyStage[] {
  const list = stageListOf(definition);
  return list === undefined ? [] : (options[list] as readonly AnyStage[]);
}

/** Options with something else in the place of each stage that they hold, whatever is in its place yet. */
export function mapStages<Options>(
  definition: Pick<StageDescription, 'options'>,
  options: Options,
  change: (item: unknown, i: number, list: string) => unknown,
): Options {
  const list = stageListOf(definition);
  const items = list === undefined ? undefined : valueAt(options, [list]);
  if (list === undefined || !Array.isArray(items)) return options;
  return { ...options, [list]: items.map((item, i) => change(item, i, list)) };
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
      // which option is a list of stages, only a registry knows; what looks like stages are stages
      const held = Object.values(options).map((option) => z.array(plainStageSchema).safeParse(option));
      const inside = held.flatMap(({ data = [] }) => [...namesByPlace(data, place)]);
      return [[place, name] as const, ...inside];
    }),
  );

/** A stage, and those that it holds, as plain values. */
export const plainStage = ({ definition, options }: Pick<AnyStage, 'definition' | 'options'>): PlainStage => ({
  name: definition.name,
  options: mapStages(definition, options, (stage) => plainStage(stage as AnyStage)),
});
