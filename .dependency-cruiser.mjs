/**
 * The house: which room may import which. `npm run lint` refuses every other arrow, and every circle of files.
 *
 * Rooms are listed from the ground up, each with the rooms that its files may import beside their own. All of those stand
 * further up in the list (`room` throws otherwise), so no arrow runs upwards and rooms make no circle either. A new file in
 * src belongs to a room, or the check says that it has none.
 */
const rooms = new Map();

/** A room: its name, its files (a regular expression of paths below src/), the rooms it may import, and why it is one. */
function room(name, files, imports, why) {
  const paths = imports.map((other) => {
    if (!rooms.has(other)) throw new Error(`${name} may import only what is listed before it, and ${other} is not`);
    return rooms.get(other).path;
  });
  rooms.set(name, { path: `^src/${files}`, paths, imports, why });
}

const basics =
  'bytes|calibration|clock|crc32|errors|examples|examples-check|file-path|former-names|gradient-culprit|host|kinds|leased-step|not-finite|other-words|paired-vectors|picture-form|play-tape|printable|row-stream|scaling|scheduler|sigmoid|spec-check|stage-fault|stage-options|state|table|take-until-unsubscribed|tensor|through|unchanged-input|wrong-value';
room('basics', `core/(${basics})\\.ts$`, [], 'What travels, what goes wrong, and time: everything stands on it.');
room('random', 'core/random/', ['basics'], 'Numbers from a seed need nothing but the seed, and say where they stand.');
room(
  'kernels',
  'core/kernels/',
  ['basics', 'random'],
  'The interface to arithmetic, and the textbook, know tensors, and draws that depend on nothing but their key.',
);
room(
  'contract',
  'core/(built-value|checked-build|contract|onnx-rule|pytorch-rule|stage|stage-list|stand-alone|trusted-stage|weight-average)\\.ts$',
  ['basics', 'random', 'kernels'],
  'What a stage declares, and how one stands alone in a pipe: with the textbook, and with draws of its own.',
);
room('digits', 'core/digits/', ['random'], 'Handwriting is strokes and chance.');
room('tables', 'core/tables/', ['basics'], 'Tables are text, and samples are numbers.');
room('pictures', 'core/pictures/', ['basics'], 'Pictures are bytes, and samples are shapes of them.');
room(
  'files',
  'core/files/',
  ['basics', 'tables', 'pictures'],
  'What bytes of data files mean is the same wherever they come from; what unpacks them, the host brings.',
);
room(
  'downloads',
  'core/downloads/',
  ['basics', 'files'],
  'Mirrors are asked in the same way wherever a host has its network from.',
);
room(
  'families',
  'core/families/',
  ['basics', 'random', 'kernels', 'contract', 'tables'],
  'What a layer, a loss, an optimizer have in common, whichever back end computes it, whatever pipeline it is in.',
);
room(
  'stages',
  'stages/',
  ['basics', 'random', 'kernels', 'contract', 'digits', 'tables', 'families'],
  'A stage knows the contract and its family, never the pipeline, the run or the host that it is used in.',
);
room('statistics', 'core/statistics/', [], 'Means and chance are functions of numbers.');
room(
  'wasm',
  'core/wasm/',
  ['basics', 'kernels'],
  'The only room that knows pointers computes what the interface says.',
);
room(
  'create-kernels',
  'core/create-kernels\\.ts$',
  ['basics', 'kernels', 'wasm'],
  'The one place that picks a back end.',
);
room(
  'pipeline',
  'core/pipeline/',
  ['basics', 'random', 'kernels', 'contract', 'create-kernels'],
  'From a list of stages, whichever they are, to a checked, built pipeline.',
);
room(
  'sweep',
  'core/sweep/',
  ['basics', 'random'],
  'What is tried next is drawn from numbers and what came of them: no pipeline is known here, and none is run.',
);
room(
  'pipeline-file',
  'core/pipeline-file/',
  ['basics', 'contract', 'pipeline', 'sweep'],
  'YAML describes a pipeline; it neither runs one nor computes.',
);
room(
  'advice',
  'core/advice/',
  ['basics', 'kernels', 'contract', 'pipeline'],
  'It judges what stages declare, and builds and runs nothing.',
);
room(
  'model',
  'core/model/',
  ['basics', 'kernels', 'contract', 'tables', 'pipeline'],
  'What was learned is a network, numbers, and how to read samples: no run is needed to use it.',
);
room(
  'formats',
  'core/formats/',
  ['basics', 'contract', 'tables', 'pipeline', 'model'],
  'Other programs read and write a model in formats of theirs; the model knows none of them.',
);
room(
  'run',
  'core/run/',
  ['basics', 'kernels', 'pipeline', 'advice', 'model'],
  'A run takes a built pipeline, wherever it was written.',
);
room(
  'inspect',
  'core/inspect/',
  ['basics', 'random', 'kernels', 'contract', 'pipeline', 'run'],
  'It looks into pipelines and runs from outside; they work without being looked at.',
);
room(
  'report',
  'report/(?!browser/)',
  ['basics', 'statistics', 'formats', 'inspect', 'model', 'run', 'sweep'],
  'A report is a text made of what it is given: it reads no file, and runs nothing.',
);
const core = [...rooms.keys()].filter((name) => !['stages', 'wasm', 'report'].includes(name));
room(
  'report browser',
  'report/browser/',
  ['report'],
  'The script of a page knows its numbers, and nothing of who made them.',
);
room(
  'testing',
  'testing/',
  core,
  'marblenet/testing drives single stages: it needs neither Node nor the built-in ones.',
);
room(
  'portable',
  '(portable|built-in-stages)\\.ts$',
  [...core, 'stages', 'wasm'],
  'What runs in a page is core and stages, no more.',
);
room(
  'node',
  'node/',
  [...core, 'stages', 'report', 'portable'],
  'What needs Node: files, downloads, threads. It prints nothing.',
);
room(
  'page',
  'page/',
  [...core, 'stages', 'portable'],
  "What needs a page, its workers and fetch, and the entry of pages: Node's part is not for them.",
);
room(
  'studio',
  'studio/',
  [],
  'The live page is a program of a user: it imports marblenet/page by its name, and nothing of what is inside.',
);
room('index', 'index\\.ts$', ['portable', 'node'], 'The package is what is portable and what needs Node.');
room('cli', 'cli/', [...core, 'stages', 'report', 'node'], 'Commands parse, call and print; nothing calls them.');

room('kernel math', 'kernels/math/', [], 'Functions of numbers and vectors, AssemblyScript as all in src/kernels.');
room(
  'kernel threads',
  'kernels/threads/',
  ['kernel math'],
  'Threads are given functions: they do not know what these do.',
);
room('conv kernels', 'kernels/conv/', ['kernel math', 'kernel threads'], 'The products of convolutions.');
room('dense kernels', 'kernels/dense/', ['kernel math', 'kernel threads'], 'Products of whole matrices.');
room(
  'sparse kernels',
  'kernels/sparse/',
  ['kernel math', 'kernel threads', 'dense kernels'],
  'Products that skip zeros, and hand over to dense ones where there are few.',
);
for (const files of ['normalization', 'pools'])
  room(`${files} kernels`, `kernels/${files}/`, ['kernel math', 'kernel threads'], 'Each column or window by itself.');
for (const files of ['activations', 'augmentation', 'batches', 'losses', 'optimizers'])
  room(`${files} kernels`, `kernels/${files}/`, ['kernel math', 'kernel threads'], 'Each number or row by itself.');
const kernels = [...rooms.keys()].filter((name) => /kernels$|^kernel /.test(name) && !/^(create-)?kernels$/.test(name));
room('kernel index', 'kernels/index\\.ts$', kernels, 'What the WebAssembly module exports.');

const arrows = [...rooms].map(([name, { path, paths, imports, why }]) => ({
  name: `${name} may import ${imports.join(', ') || 'no other room'}`,
  comment: why,
  severity: 'error',
  from: { path },
  to: { path: '^src/', pathNot: [path, ...paths] },
}));

const portable = { path: '^src/(core|stages|testing|page|report)/|^src/portable\\.ts$' };
const packages = 'csv-parse|jpeg-js|leven|pure-rand|rxjs|uplot|yaml|zod';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...arrows,
    {
      name: 'no circle',
      comment: 'Of two files that import each other, directly or around a corner, neither can be read first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every file has its room',
      comment: 'Put the file into the folder, or the list of files, of a room in .dependency-cruiser.mjs.',
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: [...rooms.values()].map(({ path }) => path) },
    },
    {
      name: 'portable code needs no Node',
      comment:
        'core, stages and testing run in a page, too: what needs Node goes to src/node and comes in by the host.',
      severity: 'error',
      from: portable,
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'portable code needs few packages',
      comment: `Each of ${packages.replaceAll('|', ', ')} is known to run in a page.`,
      severity: 'error',
      from: portable,
      to: { path: 'node_modules', pathNot: `node_modules/(${packages})/` },
    },
    {
      name: 'every import leads somewhere',
      severity: 'error',
      comment: 'What cannot be found cannot be checked.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true, // an import of types alone is an arrow, too
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    doNotFollow: { path: 'node_modules' },
  },
};
