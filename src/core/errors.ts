/**
 * What goes wrong, and for whom. Every error that a person can cause or fix is a `MarblenetError`: one paragraph that
 * says where, what was found, what was expected and what to do. Anything else that is thrown is a bug in a stage.
 */
import leven from 'leven';
import { printable, shortened } from './printable.js';

/** What the process ends with: 1 failed while running, 2 wrong usage or pipeline file, 3 data missing or broken. */
export type ExitCode = 1 | 2 | 3;

/** An error that a person can cause or fix. Its kinds differ in the exit code of the command. */
export class MarblenetError extends Error {
  override readonly name: string = 'MarblenetError';

  /** Whether the message says where in the pipeline it went wrong, so that no place is to be added. */
  placed: boolean;
  /** Whether the same may work later: a disk was full, or another process is at it. */
  readonly passing: boolean;

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    { placed = false, passing = false, ...options }: PlacedOptions = {},
  ) {
    super(shortened(printable(oneParagraph(message)), LONGEST), options);
    this.placed = placed;
    this.passing = passing;
  }
}

/** What an error may have beside its message. */
export interface PlacedOptions extends ErrorOptions {
  readonly placed?: boolean;
  readonly passing?: boolean;
}

/** More than any message has to say; what is longer holds text from outside. */
const LONGEST = 2000;

/** Without the line breaks that a name or a value from a file may hold, or the words of another program. */
const oneParagraph = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

/** A run that could not go on: a loss that is no longer a number, a stage that threw. */
export class RunError extends MarblenetError {
  override readonly name = 'RunError';

  constructor(message: string, options?: PlacedOptions) {
    super(message, 1, options);
  }
}

/** A wrong command line, or a wrong pipeline: its message begins `FILE:LINE:COLUMN:` where there is a file. */
export class PipelineError extends MarblenetError {
  override readonly name: string = 'PipelineError';

  constructor(message: string, options?: PlacedOptions) {
    super(message, 2, options);
  }
}

/** Something that data files say and that have not been opened: not wrong, and known later. */
export class NotKnownError extends PipelineError {
  constructor(
    /** "the shape of a sample" */
    readonly what: string,
    /** What to do to know it beforehand. */
    advice: string,
  ) {
    super(`${what} is not known; ${advice}`);
  }
}

/** A data file that is broken or does not fit: its message begins with the path and, where one is known, the byte. */
export class DataError extends MarblenetError {
  override readonly name: string = 'DataError';

  constructor(path: string, problem: string, options: PlacedOptions & { readonly byte?: number } = {}) {
    const { byte, ...others } = options;
    super(`${path}: ${byte === undefined ? '' : `byte ${byte}: `}${problem}`, 3, others);
  }
}

/** Data that is nowhere to be had: not broken, so a pipeline may fall back to other data. */
export class MissingDataError extends DataError {
  override readonly name = 'MissingDataError';
  /** What was tried, without the advice. */
  readonly reason: string;

  constructor(path: string, problem: string, { advice = '', ...options }: ErrorOptions & { advice?: string } = {}) {
    super(path, advice === '' ? problem : `${problem}. ${advice}`, options);
    this.reason = `${path}: ${problem}`;
  }
}

/** `; did you mean "relu"?` where a candidate is near the word, else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = nearestTo(word, candidates);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** The candidate that differs least from a word, in at most a third of the word's length; capitals do not count. */
export function nearestTo(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const wanted = word.toLowerCase();
  const farthest = Math.max(1, Math.ceil(word.length / 3));
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: typingDistance(wanted, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance);
  return nearest?.candidate;
}

/** For a key of a pipeline, in a file or in code, that there is not. */
export const unknownKey = (key: string, known: readonly string[]): string =>
  `unknown key "${shortened(key)}"${didYouMean(key, known)} (expected ${known.join(', ')})`;

/** No name is as long, and to compare long texts takes long. */
const LONGEST_WORD = 100;

/** Letters to change, add or leave out; the same letters in another order are one slip, not two. */
const typingDistance = (a: string, b: string): number =>
  a !== b && [...a].sort().join() === [...b].sort().join() ? 1 : leven(a, b);

/** The message of anything that was thrown: of an Error, a text, or what can be said of another value. */
export function messageOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'string') return thrown;
    const isObject = typeof thrown === 'object' && thrown !== null;
    // an error of another realm is no instance of this one's
    if (isObject && 'message' in thrown) return String(thrown.message);
    return `${isObject ? 'an object' : String(thrown)} was thrown, which is no Error`;
  } catch {
    return 'an Error without a message was thrown';
  }
}
