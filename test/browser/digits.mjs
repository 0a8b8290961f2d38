/** What is trained in a page and in Node: one program for both. */
import { builtInStages, loadModel, parsePipelineFile, resolvePipelineFile, runPipeline, wasmFlavour } from 'marblenet';

const file = ({ backend, threads }) => `
name: digits
seed: 42
epochs: 2
backend: ${backend}
threads: ${threads}
data: [digits: { train: 2000, test: 200 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: 50 }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 60 }, forward, softmaxCrossEntropy, accuracy]
`;

/** Trains, keeps the model as a file does, and returns what there is to compare. */
export async function trainDigits(task) {
  let fallback;
  const onEvent = (event) => {
    if (event.event === 'start') fallback = event.fallback;
  };
  const { definition } = resolvePipelineFile(parsePipelineFile(file(task), 'digits.yaml'), builtInStages);
  const { weights, steps, network } = await runPipeline(definition, { onEvent });
  const model = await loadModel(await network.encode());
  const { probabilities } = await model.predict(Uint8Array.from({ length: 784 }, (_, i) => i % 256));
  return { weights, steps, fallback, flavour: wasmFlavour(), probabilities: Array.from(probabilities.data) };
}
