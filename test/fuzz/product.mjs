// The product as the targets see it: as it was built, or with a fault planted in it, to see that a target finds it.
import { lastValueFrom, of } from 'rxjs';
import {
  createKernels,
  createNodeHost,
  csv,
  images,
  jsonl,
  loadModel,
  npz,
  readSamples,
  resumeRun,
  runPipeline,
} from '../../dist/index.js';
import { call, spawnProgram } from './program.mjs';

/** What a source gives to learn from. */
async function examplesOf(stage, floatType) {
  const host = createNodeHost();
  const kernels = createKernels(floatType, 'typescript');
  const source = await stage.open(host, ['train']);
  return lastValueFrom(of('train').pipe(source.build({ kind: 'split' }, { host, kernels, at: 'data' }).operator));
}

const asBuilt = {
  readIdx: (path) => createNodeHost().readIdx(path),
  runPipeline,
  resumeRun,
  loadModel,
  readSamples,
  readImages: (options) => examplesOf(images(options), 'float32'),
  readNpz: (options) => examplesOf(npz(options), 'float32'),
  readTable: (format, options) => examplesOf({ csv, jsonl }[format](options), 'float64'),
  call,
  spawnProgram,
};

export const product = { ...asBuilt };

/** Runs in code of a network with another number of layers than the target's own: not every input meets the fault. */
const onLongNetwork = (fault) => ({
  async runPipeline(definition, options) {
    if (definition.network?.length === 4) await fault();
    return asBuilt.runPipeline(definition, options);
  },
});

const programWith = (isMet, change) => {
  const faulty = (real) => async (words) => {
    const said = await real(words);
    return isMet(words, said) ? { ...said, ...change(said) } : said;
  };
  return { call: faulty(asBuilt.call), spawnProgram: faulty(asBuilt.spawnProgram) };
};

let lastModel;

/** By target: what is wrong, and the parts of the product that are. */
export const faults = {
  idx: {
    'a number is read wrong': {
      async readIdx(path) {
        const read = await asBuilt.readIdx(path);
        if (read.shape.length === 3) read.data[read.data.length - 1]++;
        return read;
      },
    },
    'a run that trained ends with a metric that is NaN': {
      async runPipeline(path, options) {
        const result = await asBuilt.runPipeline(path, options);
        return { ...result, test: { ...result.test, accuracy: Number.NaN } };
      },
    },
  },
  gzip: {
    'damage is passed over': {
      readIdx: (path) => asBuilt.readIdx(path).catch(() => ({ shape: [1], data: Uint8Array.of(0) })),
    },
  },
  yaml: {
    'lint takes what a run refuses': programWith(
      (_, { code, stdout }) => code === 2 && stdout.includes('learningRate'),
      () => ({ code: 0, stdout: 'ok\n' }),
    ),
    'a run that trained ends with a loss that is infinite': {
      async runPipeline(path, options) {
        const result = await asBuilt.runPipeline(path, options);
        return { ...result, train: { loss: Number.POSITIVE_INFINITY } };
      },
    },
  },
  options: {
    'an error is the engine’s own': onLongNetwork(() => Promise.reject(new TypeError('x is not a function'))),
    'it hangs': onLongNetwork(() => {
      for (;;);
    }),
    'the process ends': onLongNetwork(() => process.kill(process.pid, 'SIGKILL')),
    'it takes 2 GB': onLongNetwork(() => Array.from({ length: 2 }, () => Buffer.alloc(2 ** 30, 1))),
  },
  model: {
    'what is refused passes for the model before it': {
      async loadModel(source) {
        lastModel = await asBuilt.loadModel(source).catch((error) => lastModel ?? Promise.reject(error));
        return lastModel;
      },
    },
    'an error is the engine’s own': {
      loadModel: (source) =>
        asBuilt.loadModel(source).catch((error) => {
          throw error.message.includes('description') ? new TypeError('Cannot read properties of undefined') : error;
        }),
    },
  },
  checkpoint: {
    'what it goes on from is not what was kept': {
      async resumeRun(folder) {
        const result = await asBuilt.resumeRun(folder);
        return { ...result, weights: 'sha256:0' };
      },
    },
    'it completes with a metric that is infinite': {
      async resumeRun(folder) {
        const result = await asBuilt.resumeRun(folder);
        return { ...result, test: { ...result.test, loss: Number.POSITIVE_INFINITY } };
      },
    },
  },
  pictures: {
    'an error does not name the file': {
      readSamples: (path, ...rest) =>
        asBuilt.readSamples(path, ...rest).catch((error) => {
          throw Object.assign(error, { message: error.message.replaceAll(path, 'it') });
        }),
    },
    'images decodes something else': {
      async readImages(options) {
        const examples = await asBuilt.readImages(options);
        examples.features[0] ^= 1;
        return examples;
      },
    },
    'it gives a number too few': {
      async readSamples(...words) {
        const { shape, data } = await asBuilt.readSamples(...words);
        return { shape, data: data.slice(1) };
      },
    },
  },
  npz: {
    'an array is read in the wrong order': {
      async readNpz(options) {
        const examples = await asBuilt.readNpz(options);
        return { ...examples, features: examples.features.toReversed() };
      },
    },
    'an error does not name the file': {
      readNpz: (options) =>
        asBuilt.readNpz(options).catch((error) => {
          throw Object.assign(error, { message: error.message.replaceAll(options.file, 'it') });
        }),
    },
  },
  tables: {
    'numbers among words are taken for names': {
      readTable: (format, options) =>
        asBuilt.readTable(format, options).catch((error) => {
          if (!/which has \d+ numbers? and/.test(error.message)) throw error;
          return asBuilt.readTable(format, { ...options, categories: ['size', 'height'] });
        }),
    },
    'a decimal comma is lost': {
      async readTable(format, options) {
        const examples = await asBuilt.readTable(format, options);
        return { ...examples, features: examples.features.map((value) => (value > 900 ? value / 10 : value)) };
      },
    },
    'an error is the engine’s own': {
      readTable: (format, options) =>
        asBuilt.readTable(format, options).catch(() => {
          throw new TypeError('Cannot read properties of undefined');
        }),
    },
  },
  'command-line': {
    'a stack trace is printed': programWith(
      (words, { code }) => code === 2 && words.includes('--set'),
      ({ stderr }) => ({ stderr: `${stderr}    at run (file:///program.js:1:2)\n` }),
    ),
    'a run that trained prints a loss that is NaN': programWith(
      (_, { code, stdout }) => code === 0 && stdout.includes('sha256:'),
      ({ stdout }) => ({ stdout: `${stdout}test loss NaN\n` }),
    ),
  },
  program: {
    'an exit code that is none': programWith(
      (words, { code }) => code === 2 && words[0] === 'lint',
      () => ({ code: 7 }),
    ),
  },
};

export const plant = (target, fault) => Object.assign(product, faults[target][fault]);
