/**
 * State: what a stage must remember to go on exactly where it stopped. A state dict holds it by name, as numbers and plain
 * values that a file can hold without knowing the stage: `{ count: 600, 'network.0.W.velocity': { shape, data } }`.
 */
import { messageOf, PipelineError } from './errors.js';
import { copyOf, type Floats, firstNotFinite, formatShape, sameShape, type Tensor } from './tensor.js';
import { describeValue } from './wrong-value.js';

/** What JSON can say, and says back as it was: no NaN, no infinity, no -0. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One value of a state dict. A tensor always has the same shape; an array may have another length each time. */
export type StateValue = Tensor | Floats | Int32Array | Uint8Array | Json;

/** What must be remembered, by name. */
export type StateDict = Readonly<Record<string, StateValue>>;

/** What can be stopped, and go on from there. */
export interface Stateful {
  /** Copies, which stay as they are whatever comes after. The names are the same each time. */
  state(): StateDict;
  /**
   * Goes on from such a state; called before anything flows. Names, types and shapes are those of `state()`: `restoreWhole`
   * has checked them.
   */
  restore(state: StateDict): void;
}

/** The state of a record whose fields are all that is to be remembered: tensors are written to, others replaced. */
export const stateOf = (record: Record<string, StateValue>): Stateful => ({
  state: () => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, copied(value)])),
  restore(state) {
    for (const [name, own] of Object.entries(record)) {
      if (isTensor(own)) own.data.set((state[name] as Tensor).data);
      else record[name] = copied(state[name]);
    }
  },
});

/** Many states in one, each under its own name: `count` of `train.4` is `train.4.count`. */
export const joinStates = (parts: readonly (readonly [name: string, part: Stateful])[]): Stateful => ({
  state() {
    const all = parts.flatMap(([name, part]) => withPrefix(`${name}.`, part.state()));
    const twice = all.find(([name], i) => all.findIndex(([other]) => other === name) < i);
    if (twice !== undefined) throw new TypeError(`two things that are to be remembered are called ${twice[0]}`);
    return Object.fromEntries(all);
  },
  restore(state) {
    for (const [name, part] of parts) part.restore(withoutPrefix(`${name}.`, state));
  },
});

const withPrefix = (prefix: string, state: StateDict): (readonly [string, StateValue])[] =>
  Object.entries(state).map(([name, value]) => [prefix + name, value]);

const withoutPrefix = (prefix: string, state: StateDict): StateDict =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );

/**
 * Restores all of a state, or nothing.
 *
 * @throws PipelineError that names what does not fit: the state is that of another pipeline.
 */
export function restoreWhole(target: Stateful, state: StateDict): void {
  const before = target.state();
  requireSameKind(before, state);
  try {
    target.restore(state);
  } catch (error) {
    target.restore(before);
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(`the state is broken: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws PipelineError that names what does not fit into the place of another state: names, types, shapes. */
export function requireSameKind(own: StateDict, state: StateDict): void {
  if (typeof state !== 'object' || state === null) {
    throw new PipelineError(`the state should be a state dict, but is ${describeValue(state)}`);
  }
  const misfits = misfitsBetween(own, state);
  if (misfits.length === 0) return;
  const shown =
    misfits.length <= MISFITS ? misfits : [...misfits.slice(0, MISFITS), `${misfits.length - MISFITS} more`];
  throw new PipelineError(`the state is not one of this pipeline: ${shown.join('; ')}`);
}

/** @throws PipelineError when numbers of a state are not finite: it is that of a run that has diverged, or is damaged. */
export function requireFiniteState(state: StateDict): void {
  for (const [name, value] of Object.entries(state)) {
    const numbers = numbersOf(value);
    const index = firstNotFinite(numbers);
    if (index === -1) continue;
    throw new PipelineError(`the state holds ${numbers[index]} in ${name}, so nothing can go on from it`);
  }
}

export const isFiniteState = (state: StateDict): boolean =>
  Object.values(state).every((value) => firstNotFinite(numbersOf(value)) === -1);

function numbersOf(value: StateValue): ArrayLike<number> {
  if (isTensor(value)) return value.data;
  if (ArrayBuffer.isView(value)) return value;
  return typeof value === 'number' ? [value] : [];
}

/** How many misfits an error names. */
const MISFITS = 4;

function misfitsBetween(own: StateDict, given: StateDict): string[] {
  const missing = Object.keys(own).filter((name) => !Object.hasOwn(given, name));
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(own, name));
  const different = Object.keys(own).filter((name) => Object.hasOwn(given, name) && !fits(own[name], given[name]));
  return [
    ...different.map((name) => `${name} is ${typeOf(given[name])} in the state, ${typeOf(own[name])} here`),
    ...missing.map((name) => `${name} is not in the state`),
    ...surplus.map((name) => `${name} is not here`),
  ];
}

/** Whether one may take the other's place; what is null here may become anything that JSON can say. */
function fits(own: StateValue, given: StateValue): boolean {
  if (isTensor(own) && isTensor(given)) {
    return typeOf(own) === typeOf(given) && given.data.length === own.data.length && sameShape(own.shape, given.shape);
  }
  return typeOf(own) === typeOf(given) || (own === null && isJson(given));
}

/** `float32 [784, 50]`, `an Int32Array`, `a number`. */
function typeOf(value: StateValue): string {
  if (isTensor(value))
    return `${value.data instanceof Float32Array ? 'float32' : 'float64'} ${formatShape(value.shape)}`;
  if (ArrayBuffer.isView(value)) return `an array of ${value.constructor.name.replace('Array', '').toLowerCase()}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : (jsonTypes[typeof value] ?? typeof value);
}

const jsonTypes: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  number: 'a number',
  string: 'a text',
  object: 'an object',
};

const copied = (value: StateValue): StateValue => {
  if (isTensor(value)) return copyOf(value);
  return ArrayBuffer.isView(value) ? value.slice() : value;
};

export const isTensor = (value: StateValue): value is Tensor =>
  typeof value === 'object' &&
  value !== null &&
  'data' in value &&
  ArrayBuffer.isView(value.data) &&
  'shape' in value &&
  Array.isArray(value.shape);

const isJson = (value: StateValue): value is Json => !isTensor(value) && !ArrayBuffer.isView(value);

/** State that begins anew with each epoch, unless a restored one waits for an epoch that goes on. */
export class EpochState<T extends Stateful> implements Stateful {
  #current: T | undefined;
  #isRestored = false;

  /** @param create makes the state of an epoch of which nothing has happened yet */
  constructor(private readonly create: () => T) {}

  /** The state of the epoch that begins, or goes on, now. */
  begin(): T {
    const current = this.#isRestored && this.#current !== undefined ? this.#current : this.create();
    this.#current = current;
    this.#isRestored = false;
    return current;
  }

  /** This epoch is over, or was left. */
  end(epoch: T): void {
    if (this.#current === epoch) this.#current = undefined;
  }

  state(): StateDict {
    return (this.#current ?? this.create()).state();
  }

  restore(state: StateDict): void {
    this.#current = this.create();
    this.#current.restore(state);
    this.#isRestored = true;
  }
}
