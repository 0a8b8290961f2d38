/** What is trained from files in a page and in Node: one program for both. */
import { builtInStages, parsePipelineFile, resolvePipelineFile, runPipeline } from 'marblenet';

const head = 'name: own\nseed: 7\nepochs: 3\nthreads: 1\n';
const train =
  'train: [shuffleBatch: { size: 2 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]\n';

const files = {
  table: `${head}data: [csv: { train: table.csv, target: kind }, standardize, oneHot]
network: [dense: { units: 8 }, relu, dense: { units: 2 }]
${train}`,
  pictures: `${head}data: [images: { train: pets, size: [8, 8], channels: 3 }, normalize: { divisor: 255 }, oneHot]
network: [dense: { units: 8 }, relu, dense: { units: 2 }]
${train}`,
  mnist: `${head}data: [mnist, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: 8 }, relu, dense: { units: 10 }]
${train}`,
};

/** The SHA-256 of the weights that each of the files leads to. */
export async function trainAll(host) {
  const weights = {};
  for (const [name, text] of Object.entries(files)) {
    const { definition } = resolvePipelineFile(parsePipelineFile(text, `${name}.yaml`), builtInStages);
    weights[name] = (await runPipeline(definition, { host })).weights;
  }
  return weights;
}
