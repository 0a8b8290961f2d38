/** What is shown of a point: short names, and values on one line. */
import type { Json } from '../state.js';
import { allParameters, type Choice, outermost, type Parameter, type Point, type Space, writtenAt } from './space.js';

/** `{ units: '50', 'train.4': 'sgd', 'sgd.learningRate': '0.03' }`: the same keys for all points, with '' for what is not there. */
export function labelsOf(space: Space, point: Point): Readonly<Record<string, string>> {
  const names = shortNames(space);
  const labels: Record<string, string> = Object.fromEntries([...names.values()].map((name) => [name, '']));
  for (const parameter of allParameters(outermost(space))) {
    const name = names.get(parameter.key);
    if (name !== undefined && point[parameter.key] !== undefined) labels[name] = textOf(parameter, point);
  }
  return labels;
}

/** `units=50 train.4=sgd sgd.learningRate=0.03` */
export const describePoint = (space: Space, point: Point): string =>
  Object.entries(labelsOf(space, point))
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}=${text}`)
    .join(' ');

/** By the key of a parameter, the end of its path, as long as it must be to be no other's. */
function shortNames(space: Space): ReadonlyMap<string, string> {
  const paths = new Map(allParameters(outermost(space)).map((parameter) => [parameter.key, pathOf(parameter)]));
  const all = [...new Set(paths.values())].map((path) => path.split('.'));
  const nameOf = (path: string): string => {
    const segments = path.split('.');
    for (let length = 1; length < segments.length; length++) {
      const end = segments.slice(-length);
      const sharing = all.filter((other) => other.slice(-length).join('.') === end.join('.'));
      if (sharing.length === 1 && !/^\d+$/.test(end[0])) return end.join('.');
    }
    return path;
  };
  return new Map(Array.from(paths, ([key, path]) => [key, nameOf(path)]));
}

/** Without which choice it stands in: `train.4.sgd.learningRate` of `train.4/0/sgd/learningRate`. */
const pathOf = ({ key }: Parameter): string => {
  const [path, ...inside] = key.split('/');
  return [path, ...inside.filter((segment) => !/^\d+$/.test(segment) && segment !== 'choice')].join('.');
};

function textOf(parameter: Parameter, point: Point): string {
  if (parameter.kind === 'range') return String(point[parameter.key]);
  const value = writtenAt(parameter, point);
  return haveNames(parameter) ? headOf(value) : flowText(value);
}

/** Whether the names of the stages, or of what else the choices are, tell them apart. */
function haveNames({ options }: Choice): boolean {
  const heads = options.map((option) => {
    if (option.kind === 'map') return option.entries.length === 1 ? option.entries[0][0] : undefined;
    return option.kind === 'constant' ? String(option.value) : undefined;
  });
  return !heads.includes(undefined) && new Set(heads).size === heads.length;
}

const headOf = (value: Json): string =>
  typeof value === 'object' && value !== null ? (Object.keys(value)[0] ?? '') : String(value);

/** As YAML writes it on one line. */
function flowText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key}: ${flowText(inner)}`)
    .join(', ')} }`;
}
