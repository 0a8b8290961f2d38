// Options in code: every stage with right, wrong and extreme values, alone and in a pipeline.
import * as fc from 'fast-check';
import * as marblenet from '../../../dist/index.js';
import { briefRun } from '../brief-run.mjs';
import { problemOfError } from '../must-hold.mjs';

const factories = Object.values(marblenet).filter(
  (value) => typeof value === 'function' && 'definition' in value && value.definition.options !== undefined,
);
const byName = new Map(factories.map((factory) => [factory.definition.name, factory]));
const optionNames = [
  ...new Set(factories.flatMap(({ definition }) => Object.keys(definition.options.shape))),
  ...['__proto__', 'constructor', 'unit', ''],
];

/** Written down, since functions and symbols cannot be sent to another process. */
const odd = {
  function: () => 1,
  symbol: Symbol('a'),
  bigint: 10n,
  date: new Date(0),
  stage: marblenet.relu(),
  factory: marblenet.relu,
  array: new Float32Array(3),
  invalidDate: new Date(Number.NaN),
  map: new Map([[1, 2]]),
};
const value = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 10, 100, 0.1, 0.5, 0.9, 1.5, -1, -0, 1e-320, 1e308, 2 ** 31, 2 ** 53),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, '', 'loss', 'auto', 'zeros', 'drop'),
  fc.constantFrom([], {}, [28, 28], [0], { normal: 0.1 }, { normal: -1 }, { uniform: 1 }),
  fc.constantFrom(...Object.keys(odd)).map((name) => ({ odd: name })),
  fc.string({ maxLength: 5 }),
);
const given = fc.oneof(fc.dictionary(fc.constantFrom(...optionNames), value, { maxKeys: 3 }), value);
const isOdd = (given) => typeof given === 'object' && given !== null && typeof given.odd === 'string';
const revived = (given) => {
  if (isOdd(given)) return odd[given.odd];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([key, inner]) => [key, revived(inner)]));
};

const SECTIONS = ['data', 'network', 'train', 'test'];
const base = () => ({
  data: [
    marblenet.digits({ train: 40, test: 10 }),
    marblenet.normalize({ divisor: 255 }),
    marblenet.oneHot({ classes: 10 }),
  ],
  network: [marblenet.dense({ units: 4 }), marblenet.relu(), marblenet.dense({ units: 10 })],
  train: [
    marblenet.shuffleBatch({ size: 8 }),
    marblenet.forward(),
    marblenet.softmaxCrossEntropy(),
    marblenet.backward(),
    marblenet.sgd({ learningRate: 0.1 }),
  ],
  test: [marblenet.batch({ size: 8 }), marblenet.forward(), marblenet.softmaxCrossEntropy(), marblenet.accuracy()],
});
const settings = [
  'name',
  'seed',
  'random',
  'epochs',
  'dtype',
  'backend',
  'threads',
  'data',
  'network',
  'train',
  'epoch',
];

/** Numbers that ask for much are for lint to judge; here they would only take time. */
const isHuge = (given) =>
  typeof given === 'number'
    ? given >= 2 ** 31
    : typeof given === 'object' && given !== null && Object.values(given).some(isHuge);

const input = fc.record({
  stage: fc.constantFrom(...byName.keys()),
  given,
  section: fc.constantFrom(...SECTIONS),
  at: fc.nat(5),
  replace: fc.boolean(),
  setting: fc.option(fc.record({ key: fc.constantFrom(...settings), value }), { nil: undefined }),
});

async function attempt({ stage, given, section, at, replace, setting }) {
  let made;
  try {
    const options = revived(given);
    made = options === undefined ? byName.get(stage)() : byName.get(stage)(options);
  } catch (error) {
    return problemOfError(error, stage);
  }
  const definition = base();
  definition[section].splice(at, replace ? 1 : 0, made);
  if (setting !== undefined) definition[setting.key] = revived(setting.value);
  if (isHuge(given)) return undefined;
  const { error, problem } = await briefRun(definition);
  return problem ?? (error && problemOfError(error));
}

export const options = { trains: true, arbitrary: input, attempt, show: (found) => fc.stringify(found) };
