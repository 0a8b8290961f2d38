/**
 * What a sweep tries: for each path of a pipeline file, choices or a range. A choice may hold ranges and further choices, at
 * any depth, so that it is a tree: what stands inside a choice is drawn only where that choice was.
 *
 *     train.4:                                         # choice 0 or 1
 *       - sgd: { learningRate: { log: [0.01, 1] } }    # drawn with choice 0 alone
 *       - adam
 */
import type { Json } from '../state.js';
import type { Range } from './range.js';

/** One of several values. */
export interface Choice {
  readonly kind: 'choice';
  readonly place: readonly (string | number)[];
  readonly key: string;
  readonly options: readonly Template[];
}

export type Parameter = Range | Choice;

/** A value that may hold parameters. */
export type Template =
  | Parameter
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [key: string, value: Template])[] };

/** A value for each path of `over:`. */
export interface Space {
  readonly paths: readonly { readonly path: string; readonly parameter: Parameter }[];
}

/** What was drawn: by the key of each parameter that is there, the number, or which of the choices, counted from 0. */
export type Point = Readonly<Record<string, number>>;

/** A value of the pipeline file that a point says. */
export interface PointValue {
  readonly path: string;
  readonly value: Json;
  /** Where it stands below `over:`. */
  readonly place: readonly (string | number)[];
}

/** The words of ranges, and whether each is on a log scale, and of whole numbers. */
const RANGES = {
  uniform: { isLog: false, isWhole: false },
  log: { isLog: true, isWhole: false },
  integers: { isLog: false, isWhole: true },
  logIntegers: { isLog: true, isWhole: true },
} as const;

const CHOICE = 'choice';
const WORDS: readonly string[] = [CHOICE, ...Object.keys(RANGES)];

/** What is wrong with `over:`: where, and what was expected there. */
export interface SpaceProblem {
  readonly place: readonly (string | number)[];
  readonly expected: string;
}

type Place = readonly (string | number)[];

/** Reads what `over:` says; what is wrong with it is given to `refuse`, the first of it first. */
export function readSpace(
  over: Readonly<Record<string, unknown>>,
  refuse: (problem: SpaceProblem) => void = () => {},
): Space {
  const reader = new SpaceReader(refuse);
  return {
    paths: Object.entries(over).flatMap(([path, value]) => {
      const parameter = reader.whole([path], value);
      return parameter === undefined ? [] : [{ path, parameter }];
    }),
  };
}

class SpaceReader {
  constructor(private readonly refuse: (problem: SpaceProblem) => void) {}

  /** A whole entry of `over:`, where a list is one of choices. */
  whole(place: Place, value: unknown): Parameter | undefined {
    if (Array.isArray(value)) return this.choice(place, value, place);
    const template = isMap(value) ? this.template(place, value) : undefined;
    if (template?.kind === 'range' || template?.kind === 'choice') return template;
    if (template === undefined || !isMap(value) || wordOf(value) === undefined) {
      this.refuse({ place, expected: 'a list of choices, as [50, 100], or a range, as { log: [0.001, 0.1] }' });
    }
    return undefined;
  }

  /** A value inside: lists are lists there. */
  template(place: Place, value: unknown): Template | undefined {
    if (Array.isArray(value)) {
      const items = value.map((item, i) => this.template([...place, i], item));
      return { kind: 'list', items: items.filter((item) => item !== undefined) };
    }
    if (!isMap(value)) return { kind: 'constant', value: value as Json };
    const word = wordOf(value);
    if (word === CHOICE) return this.onlyKeys(place, value, word, []) && this.choiceOf(place, value[word]);
    if (word !== undefined) return this.range(place, value, word as keyof typeof RANGES);
    const entries = Object.entries(value).map(([key, inner]) => [key, this.template([...place, key], inner)] as const);
    return { kind: 'map', entries: entries.flatMap(([key, inner]) => (inner === undefined ? [] : [[key, inner]])) };
  }

  private choiceOf(place: Place, options: unknown): Choice | undefined {
    const inside = [...place, CHOICE];
    if (Array.isArray(options)) return this.choice(place, options, inside);
    this.refuse({ place: inside, expected: 'a list of choices' });
    return undefined;
  }

  /** @param inside where the list of its options stands */
  private choice(place: Place, options: readonly unknown[], inside: Place): Choice | undefined {
    if (options.length === 0) {
      this.refuse({ place: inside, expected: 'a list with at least one choice' });
      return undefined;
    }
    const read = options.map((option, i) => this.template([...inside, i], option));
    return { kind: 'choice', place: inside, key: keyOf(place), options: read.filter((one) => one !== undefined) };
  }

  private range(place: Place, value: Keyed, word: keyof typeof RANGES): Range | undefined {
    const { isLog, isWhole } = RANGES[word];
    const [low, high] = Array.isArray(value[word]) ? (value[word] as unknown[]) : [];
    const isNumber = isWhole ? Number.isSafeInteger : Number.isFinite;
    const isPair = Array.isArray(value[word]) && value[word].length === 2 && isNumber(low) && isNumber(high);
    if (!isPair || Number(low) >= Number(high) || (isLog && Number(low) <= 0)) {
      const above = isLog ? ', both above 0' : '';
      this.refuse({
        place: [...place, word],
        expected: `two ${isWhole ? 'whole ' : ''}numbers, the smaller one first${above}, as [${isWhole ? '16, 256' : '0.001, 0.1'}]`,
      });
      return undefined;
    }
    const { points } = value;
    if (points !== undefined && !(Number.isSafeInteger(points) && Number(points) >= 2 && Number(points) <= 1000)) {
      this.refuse({ place: [...place, 'points'], expected: 'a whole number from 2 to 1000' });
      return undefined;
    }
    if (!this.onlyKeys(place, value, word, ['points'])) return undefined;
    return {
      kind: 'range',
      place,
      key: keyOf(place),
      low: Number(low),
      high: Number(high),
      isLog,
      isWhole,
      points: points as number | undefined,
    };
  }

  private onlyKeys(place: Place, value: Keyed, word: string, more: readonly string[]): true | undefined {
    const other = Object.keys(value).find((key) => key !== word && !more.includes(key));
    if (other === undefined) return true;
    const allowed = more.length === 0 ? 'nothing' : more.join(', ');
    this.refuse({ place, expected: `${allowed} beside "${word}", not "${other}"` });
    return undefined;
  }
}

type Keyed = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Keyed => typeof value === 'object' && value !== null && !Array.isArray(value);

const wordOf = (value: Keyed): string | undefined => WORDS.find((word) => Object.hasOwn(value, word));

/** `train.4`, and inside it `train.4/0/sgd/learningRate`. */
const keyOf = (place: Place): string => place.join('/');

/** The parameters of a value that do not stand inside another one. */
export function parametersIn(template: Template): readonly Parameter[] {
  switch (template.kind) {
    case 'constant':
      return [];
    case 'list':
      return template.items.flatMap(parametersIn);
    case 'map':
      return template.entries.flatMap(([, value]) => parametersIn(value));
    default:
      return [template];
  }
}

/** Those of a space that are always there. */
export const outermost = ({ paths }: Space): readonly Parameter[] => paths.map(({ parameter }) => parameter);

/** All of them, each before those inside it. */
export const allParameters = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.flatMap((one) =>
    one.kind === 'range' ? [one] : [one, ...one.options.flatMap((option) => allParameters(parametersIn(option)))],
  );

/** The parameters that stand inside the choice that was taken. */
export const insideOf = (parameter: Parameter, drawn: number): readonly Parameter[] =>
  parameter.kind === 'range' ? [] : parametersIn(parameter.options[drawn]);

/** A point of a space, each of its parameters drawn by `draw`, before those inside it. */
export function pointOf(space: Space, draw: (parameter: Parameter) => number): Point {
  const point: Record<string, number> = {};
  const add = (parameters: readonly Parameter[]): void => {
    for (const parameter of parameters) {
      point[parameter.key] = draw(parameter);
      add(insideOf(parameter, point[parameter.key]));
    }
  };
  add(outermost(space));
  return point;
}

/** What a point says in the pipeline file. */
export const valuesOf = ({ paths }: Space, point: Point): readonly PointValue[] =>
  paths.map(({ path, parameter }) => ({
    path,
    value: writtenAt(parameter, point),
    place: parameter.kind === 'choice' ? [...parameter.place, point[parameter.key]] : parameter.place,
  }));

/** What a template is at a point. */
export function writtenAt(template: Template, point: Point): Json {
  switch (template.kind) {
    case 'constant':
      return template.value;
    case 'list':
      return template.items.map((item) => writtenAt(item, point));
    case 'map':
      return Object.fromEntries(template.entries.map(([key, value]) => [key, writtenAt(value, point)]));
    case 'range':
      return point[template.key];
    case 'choice':
      return writtenAt(template.options[point[template.key]], point);
  }
}
