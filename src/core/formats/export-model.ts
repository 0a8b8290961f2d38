/** A model in the formats of other programs. */
import { PipelineError, unknownKey } from '../errors.js';
import { type Committee, isCommittee } from '../model/committee.js';
import type { Model } from '../model/model.js';
import { encodeSafetensors } from '../model/safetensors.js';
import { describeValue } from '../wrong-value.js';
import type { GraphOptions } from './graph.js';
import { encodeJs } from './js-module.js';
import { encodeJson } from './json.js';
import { type Naming, namedTensors, namings } from './named-tensors.js';
import { encodeNpz } from './npz.js';
import { encodeOnnx } from './onnx.js';

/** What some formats can be asked for. */
export interface ExportOptions extends GraphOptions {
  /** `safetensors` and `npz`: how tensors are called. Default `pytorch`. */
  readonly names?: Naming;
}

/** One file of a model that is carried elsewhere. */
export interface ExportedFile {
  /** What its name ends with: `.onnx` */
  readonly extension: string;
  readonly content: Uint8Array<ArrayBuffer>;
}

/** What a model can be exported as. */
export type ExportFormat = 'js' | 'onnx' | 'safetensors' | 'npz' | 'json';
export const exportFormats: readonly ExportFormat[] = ['js', 'onnx', 'safetensors', 'npz', 'json'];

/** Which options each of them has. */
const optionsOf: Readonly<Record<ExportFormat, readonly (keyof ExportOptions)[]>> = {
  js: [],
  onnx: ['logits'],
  safetensors: ['names'],
  npz: ['names'],
  json: [],
};

type Encoder<Source> = (model: Source, options: ExportOptions) => Promise<ExportedFile[]>;

const toOnnx: Encoder<Model | Committee> = async (model, options) => [
  { extension: '.onnx', content: encodeOnnx(model, options) },
];

const encoders: Readonly<Record<ExportFormat, Encoder<Model>>> = {
  async js(model) {
    const { code, types } = encodeJs(model);
    return [file('.js', code), file('.d.ts', types)];
  },
  onnx: toOnnx,
  async safetensors(model, { names = 'pytorch' }) {
    const tensors = Object.fromEntries(namedTensors(model, names));
    const { name, scaling } = model.description;
    const { classNames } = model;
    const metadata = {
      format: 'pt',
      name,
      scaling: JSON.stringify(scaling),
      ...(classNames && { classNames: JSON.stringify(classNames) }),
    };
    return [{ extension: '.safetensors', content: encodeSafetensors({ tensors, metadata }) }];
  },
  npz: async (model, { names = 'pytorch' }) => [{ extension: '.npz', content: encodeNpz(namedTensors(model, names)) }],
  json: async (model) => [file('.json', encodeJson(model))],
};

const file = (extension: string, text: string): ExportedFile => ({
  extension,
  content: new TextEncoder().encode(text),
});

/**
 * The files of a model in a format of other programs: `js` gives a module and its types, every other format one file. A
 * committee goes into ONNX alone.
 *
 * @throws PipelineError when there is no such format, it has no such option, or cannot say what a stage does.
 */
export async function exportModel(
  model: Model | Committee,
  to: ExportFormat,
  options: ExportOptions = {},
): Promise<readonly ExportedFile[]> {
  if (typeof model?.predict !== 'function') {
    throw new PipelineError(`exportModel: expected a model, as loadModel gives one, found ${describeValue(model)}`);
  }
  if (!Object.hasOwn(encoders, to)) {
    throw new PipelineError(`there is no format "${String(to)}" (expected ${exportFormats.join(', ')})`);
  }
  if (typeof options !== 'object' || options === null) {
    throw new PipelineError(`exportModel: the options should be an object, but are ${describeValue(options)}`);
  }
  const { names, logits } = options;
  if (names !== undefined && !namings.includes(names)) {
    throw new PipelineError(`exportModel: names should be ${namings.join(' or ')}, but is ${describeValue(names)}`);
  }
  if (logits !== undefined && typeof logits !== 'boolean') {
    throw new PipelineError(`exportModel: logits should be true or false, but is ${describeValue(logits)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (optionsOf[to] as readonly string[]).includes(name)) continue;
    const having = exportFormats.filter((format) => (optionsOf[format] as readonly string[]).includes(name));
    if (having.length === 0) throw new PipelineError(unknownKey(name, ['names', 'logits']));
    throw new PipelineError(
      `${to} has no option ${name}; ${having.join(' and ')} ${having.length > 1 ? 'have' : 'has'}`,
    );
  }
  if (!isCommittee(model)) return encoders[to](model, options);
  if (to === 'onnx') return toOnnx(model, options);
  throw new PipelineError(
    `a committee goes into onnx, its members side by side and their mean; export its members as ${to} one by one`,
  );
}
