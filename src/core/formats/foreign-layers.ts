/** Weights that another program named, and how they fit what a network learns and remembers. */
import { DataError } from '../errors.js';
import { firstNotFinite, formatShape, indexIn, type Shape, sameShape, sizeOf } from '../tensor.js';
import type { CarriedTensor } from './carried-tensors.js';
import { type Convention, type Layout, laidBack } from './foreign-layout.js';

/** A tensor of a file. */
export interface ForeignTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** A layer of a file: its tensors by the last words of their names. */
interface ForeignLayer {
  readonly prefix: string;
  readonly parts: ReadonlyMap<string, ForeignTensor>;
}

/** A tensor of the network, and the one of the file that is its. */
interface Pair {
  readonly own: CarriedTensor;
  readonly part: ForeignTensor;
}

type Fail = (problem: string) => never;

/** What other programs call W and b beside what a stage says that PyTorch does: Keras, and stages without a rule. */
const otherNames: Readonly<Record<string, readonly string[]>> = { W: ['weight', 'kernel', 'w'], b: ['bias'] };

const namesOf = ({ name, pytorch }: CarriedTensor): readonly string[] => [
  ...new Set([pytorch.name, name, ...(otherNames[name] ?? [])]),
];

/** PyTorch counts the batches that a running mean has seen, and does not read the count. */
const UNREAD = 'num_batches_tracked';

/** What PyTorch calls a variance that a stage remembers: no numbers have one below 0. */
const VARIANCE = 'running_var';

/**
 * The numbers of each tensor of a network as it has them, by place and name, from tensors of a file: layer by layer in their
 * order. Names are `0.weight`, [outputs, inputs], and `0.bias`, as PyTorch has them; `W1`, [inputs, outputs], and `b1`, as the
 * notebook has them; or `network.0.W`. Layers with numbers in their names are taken in the order of these; where words differ,
 * as `conv1` and `bn1`, each place takes the first that is as large as it.
 *
 * @param path the file's name, for the messages.
 * @throws DataError that names what does not fit, with both shapes.
 */
export function fitTensors(
  tensors: readonly ForeignTensor[],
  carried: readonly CarriedTensor[],
  path: string,
): ReadonlyMap<string, Float64Array> {
  const fail: Fail = (problem) => {
    throw new DataError(path, problem);
  };
  const words = new Set(carried.flatMap(namesOf));
  const layers = layersOf(tensors, words, fail);
  const names = [...new Set(carried.map(({ place }) => place))];
  const places = names.map((name) => carried.filter(({ place }) => place === name));
  if (layers.length !== places.length) {
    fail(
      `it has ${layers.length} layers with weights, ${listOf(tensors)}; ` +
        `the pipeline has ${places.length}, ${listOf(carried.map((own) => ({ name: fullName(own), shape: own.value.shape })))}`,
    );
  }
  const pairs = layersFor(places, layers).flatMap(([owns, layer]) => pairsOf(owns, layer, fail));
  const conventionOf = conventionIn(pairs);
  return new Map(
    pairs.map(({ own, part }) => {
      const layout = layoutOf(own, part, conventionOf(part)) ?? fail(misfitOf(own, part));
      requireFinite(own, part, fail);
      if (own.pytorch.name === VARIANCE) requireNoneNegative(part, fail);
      return [fullName(own), laidBack(part.data, layout)];
    }),
  );
}

const fullName = ({ place, name }: CarriedTensor): string => `${place}.${name}`;

const listOf = (tensors: readonly { readonly name: string; readonly shape: Shape }[]): string =>
  tensors.length === 0 ? 'none' : tensors.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');

/**
 * Which layer of the file each layer of the network takes: the one of its name in PyTorch, where all are called so; else the
 * next, or the next of its size where names do not say the order.
 */
function layersFor(
  places: readonly (readonly CarriedTensor[])[],
  layers: readonly ForeignLayer[],
): (readonly [readonly CarriedTensor[], ForeignLayer])[] {
  const named = places.map((owns) => layers.find(({ prefix }) => prefix === owns[0].pytorch.module));
  const isNumbered = new Set(layers.map(({ prefix }) => prefix.replace(/[\d.]/g, ''))).size <= 1;
  const left = [...layers];
  return places.map((owns, i) => {
    if (!named.includes(undefined)) return [owns, named[i] as ForeignLayer];
    const found = isNumbered ? 0 : left.findIndex((layer) => isOfSize(owns, layer));
    const [layer] = left.splice(Math.max(0, found), 1);
    return [owns, layer];
  });
}

const isOfSize = (owns: readonly CarriedTensor[], { parts }: ForeignLayer): boolean =>
  parts.size === owns.length &&
  owns.every((own) => namesOf(own).some((word) => sizeOf(parts.get(word)?.shape ?? [0]) === sizeOf(own.value.shape)));

/** Every tensor of a place with the one of the layer that is its, and none left. */
function pairsOf(owns: readonly CarriedTensor[], { prefix, parts }: ForeignLayer, fail: Fail): Pair[] {
  const pairs = owns.map((own) => {
    const [part, other] = namesOf(own).flatMap((word) => parts.get(word) ?? []);
    if (other !== undefined) fail(`it has two tensors for one: ${part.name} and ${other.name}`);
    const wanted = `${fullName(own)} ${formatShape(own.value.shape)}`;
    return {
      own,
      part: part ?? fail(`it has nothing for ${wanted}: the layer ${prefix} has ${listOf([...parts.values()])}`),
    };
  });
  const extra = [...parts.values()].find((part) => !pairs.some((pair) => pair.part === part));
  if (extra === undefined) return pairs;
  const known = owns.map(({ name }) => name).join(', ');
  return fail(
    `${extra.name} ${formatShape(extra.shape)} has no place in the pipeline: ${owns[0].place} has ${known} alone`,
  );
}

/** How the tensors of a file lie: as the shapes of some of them show, and else by what they are called. */
function conventionIn(pairs: readonly Pair[]): (part: ForeignTensor) => Convention {
  const outputsFirst = shownBy(pairs, (is) => ({ channelsFirst: false, outputsFirst: is }));
  const isOwn = pairs.every(({ own, part }) => part.name === fullName(own));
  const isKeras = pairs.some(({ part }) => /(^|\.)kernel$/.test(part.name));
  const channelsFirst = shownBy(pairs, (is) => ({ channelsFirst: is, outputsFirst: false })) ?? !(isOwn || isKeras);
  return ({ name }) => ({ channelsFirst, outputsFirst: outputsFirst ?? /(^|\.)weight$/.test(name) });
}

/** Which of two conventions shapes show that are not the same in both; undefined where none does, or they do not agree. */
function shownBy(pairs: readonly Pair[], conventionOf: (is: boolean) => Convention): boolean | undefined {
  const shown = pairs.flatMap(({ own, part }) => {
    const [without, having] = [false, true].map((is) => own.layout(conventionOf(is)).shape);
    if (isAlike(without, having)) return [];
    return isAlike(part.shape, without) ? [false] : isAlike(part.shape, having) ? [true] : [];
  });
  return shown.every((is) => is === shown[0]) ? shown[0] : undefined;
}

/** The layout of a tensor of the file; undefined where it does not fit. A matrix that fits one way alone lies that way. */
function layoutOf(own: CarriedTensor, part: ForeignTensor, convention: Convention): Layout | undefined {
  const { outputsFirst } = convention;
  return [outputsFirst, !outputsFirst]
    .map((is) => own.layout({ ...convention, outputsFirst: is }))
    .find(({ shape }) => isAlike(part.shape, shape));
}

/** Whether both are one shape but for axes of 1: a bias is [1, H], too, as NumPy keeps it. */
const isAlike = (one: Shape, other: Shape): boolean => {
  const [a, b] = [one, other].map((shape) => shape.filter((size) => size !== 1));
  return sameShape(a, b);
};

function misfitOf(own: CarriedTensor, { name, shape }: ForeignTensor): string {
  const there = own.layout({ channelsFirst: true, outputsFirst: false }).shape;
  const wanted = `${fullName(own)} ${formatShape(own.value.shape)}`;
  const alike = sameShape(there, own.value.shape) ? '' : `, which PyTorch has as ${formatShape(there)}`;
  return `${name} ${formatShape(shape)} does not fit ${wanted}${alike}`;
}

function requireFinite({ value }: CarriedTensor, { name, shape, data }: ForeignTensor, fail: Fail): void {
  const wrong = firstNotFinite(value.data instanceof Float32Array ? Float32Array.from(data) : data);
  if (wrong === -1) return;
  const found = data[wrong];
  const why = Number.isFinite(found) ? ', which is too large for float32' : ', expected finite numbers';
  fail(`${name} holds ${found} at ${formatShape(indexIn(shape, wrong))}${why}`);
}

function requireNoneNegative({ name, shape, data }: ForeignTensor, fail: Fail): void {
  const wrong = Array.prototype.findIndex.call(data, (value) => value < 0);
  if (wrong === -1) return;
  fail(`${name} holds ${data[wrong]} at ${formatShape(indexIn(shape, wrong))}, expected variances: 0 or more`);
}

function layersOf(tensors: readonly ForeignTensor[], words: ReadonlySet<string>, fail: Fail): ForeignLayer[] {
  const layers = new Map<string, Map<string, ForeignTensor>>();
  for (const tensor of tensors) {
    const [, dotted, word = '', number] = /^(?:(.*)\.)?([A-Za-z_]+)(\d*)$/.exec(tensor.name) ?? [];
    if (word === UNREAD) continue;
    if (!words.has(word)) {
      fail(
        `it has a tensor ${tensor.name} ${formatShape(tensor.shape)}, expected names as 0.weight and 0.bias, or W1 and b1`,
      );
    }
    const prefix = [dotted ?? '', number ?? ''].join('');
    const parts = layers.get(prefix) ?? new Map<string, ForeignTensor>();
    layers.set(prefix, parts.set(word, tensor));
  }
  const found = [...layers].map(([prefix, parts]) => ({ prefix: prefix || 'without a name', parts }));
  // a file may hold them by their names, "10" before "2"; without numbers, its own order is all there is
  return [...layers.keys()].every((prefix) => /\d/.test(prefix))
    ? found.sort((a, b) => a.prefix.localeCompare(b.prefix, 'en', { numeric: true }))
    : found;
}
