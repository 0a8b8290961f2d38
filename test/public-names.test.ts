/**
 * What each entry of the package exports by name. A name that comes or goes is a decision: it is written down here, and in
 * CHANGELOG.md. Types have no names at run time; test/package compiles programs that use them.
 */
import { expect, it } from 'vitest';
import * as node from '../src/index.js';
import * as page from '../src/page/index.js';
import * as stages from '../src/stages/index.js';
import * as testing from '../src/testing/index.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Beside every stage under its own name. */
const EVERYWHERE = [
  ...words('builtInStages exportModel loadModel runPipeline'),
  // former names
  ...words('reducer take trainedNetwork'),
  // stages of your own
  ...words(
    'activation augmentation batcher filePath formerly learningRate loss metric networkStage noOptions optimizer stage stateOf wholeBatches',
  ),
  // the numbers they work on
  ...words(
    'copyOf createKernels numpyRandom rowBuffer sameShape seededRandom sizeOf tensor wasmFlavour wasmInWords zeros',
  ),
  // data
  ...words('drawDigit encodeIdx findMnist fitColumns isOfClasses listPictures newPipelineFile pictureSample'),
  // from a pipeline file, or a list of stages, to a trained network
  ...words(
    'buildPipeline countOf joinRegistries openPipeline outlinePipeline parsePipelineFile pipelineJsonSchema readPipelineFile',
  ),
  ...words('registryOf resolvePipelineFile run train'),
  // what was learned
  ...words('committeeOf decodeCheckpoint encodeCheckpoint encodeZip evaluate isCommittee modelOf'),
  // looking into one
  ...words('adviceOn checkGradients numericalGradient traceSample viewOf'),
  // what goes wrong
  ...words(
    'DataError MarblenetError MissingDataError NotKnownError OptionsError PipelineError RunControl RunError StepRecorder',
  ),
];

it.each([
  [
    'marblenet in Node',
    node,
    words('allowFasterSimd createNodeHost evaluateRun loadPredictor readSamples resumeRun sweepPipeline writeReport'),
  ],
  ['marblenet in a page', page, words('decodeWeights filesHost webWorkers')],
])('%s exports every stage and a chosen few', (_, entry, own) => {
  expect(Object.keys(entry).sort()).toEqual([...Object.keys(stages), ...EVERYWHERE, ...own].sort());
});

it('marblenet/testing exports what tests of a stage need', () => {
  const names = 'batchOf examplesOf gradientError lossGradientError marbles stepOf';
  expect(Object.keys(testing).sort()).toEqual(words(names));
});
