/** Options that are given in code: names and values are looked at before any work, as those of a pipeline file are. */
import { didYouMean, PipelineError } from '../errors.js';
import { describeValue } from '../wrong-value.js';
import type { TrainOptions } from './train.js';

/** What the value of an option may be, in words, and whether one is. */
export interface OptionType {
  readonly expected: string;
  readonly is: (value: unknown) => boolean;
}

/** Options of any type, by name: `satisfies` holds such a list against the type. */
export type OptionTypes<Options> = Readonly<Record<keyof Options, OptionType>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '' && !value.includes('\0');
const has = (value: unknown, ...methods: readonly string[]): boolean =>
  isObject(value) && methods.every((method) => typeof Reflect.get(value, method) === 'function');

export const optionTypes = {
  flag: { expected: 'true or false', is: (value) => typeof value === 'boolean' },
  text: { expected: 'a text', is: isText },
  texts: { expected: 'a list of texts', is: (value) => Array.isArray(value) && value.every(isText) },
  path: { expected: 'a path', is: isText },
  /** Looked at where it is read. */
  place: { expected: 'a path or a URL', is: (value) => isText(value) || (isObject(value) && 'href' in value) },
  call: { expected: 'a function', is: (value) => typeof value === 'function' },
  object: { expected: 'an object', is: isObject },
  signal: {
    expected: 'an AbortSignal',
    is: (value) => has(value, 'addEventListener', 'removeEventListener') && 'aborted' in (value as object),
  },
  host: { expected: 'a host, as createNodeHost() gives', is: (value) => has(value, 'readFile', 'readIdx', 'download') },
  registry: {
    expected: 'a registry, as registryOf({ my }) gives',
    is: (value) => has(value, 'get', 'keys', 'entries'),
  },
  /** Looked at elsewhere, which has more to say. */
  any: { expected: 'anything', is: () => true },
} as const satisfies Record<string, OptionType>;

/** One of these words. */
export const oneOf = (...words: readonly string[]): OptionType => ({
  expected: words.join(', ').replace(/, ([^,]*)$/, ' or $1'),
  is: (value) => words.some((word) => word === value),
});

export const trainOptions: OptionTypes<TrainOptions> = {
  everyStep: optionTypes.flag,
  scalars: optionTypes.flag,
  runId: optionTypes.text,
  from: optionTypes.any,
  betweenSteps: optionTypes.call,
  signal: optionTypes.signal,
  onEvent: optionTypes.call,
};

/**
 * A misspelt `from` would train anew, without a word.
 *
 * @throws PipelineError for an option that there is not, or whose value is none.
 */
export function requireKnownOptions(
  given: unknown,
  known: Readonly<Record<string, OptionType>>,
  what = 'runPipeline',
): void {
  if (!isObject(given) || Array.isArray(given)) {
    throw new PipelineError(
      `${what}: the options should be an object, as { ${Object.keys(known)[0]} }, but are ${describeValue(given)}`,
    );
  }
  const names = Object.keys(known);
  for (const [name, value] of Object.entries(given)) {
    if (!names.includes(name)) {
      throw new PipelineError(
        `${what} has no option "${name}"${didYouMean(name, names)} (expected ${names.join(', ')})`,
      );
    }
    const { expected, is } = known[name];
    if (value !== undefined && !is(value)) {
      throw new PipelineError(`${what}: ${name} should be ${expected}, but is ${describeValue(value)}`);
    }
  }
}
