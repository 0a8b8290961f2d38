// Trains on drawn digits alone (pipelines/offline.yaml), then reads the 10,000 real test images of MNIST.
//
//     node bench/digits-on-mnist.mjs [--data FOLDER]
import { parseArgs } from 'node:util';
import { createNodeHost, findMnist, runPipeline } from 'marblenet';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const host = createNodeHost(values.data ? { dataFolder: values.data } : {});

const { network, test } = await runPipeline('pipelines/offline.yaml');
const { test: files } = await findMnist(host);
const images = await host.readIdx(files.images);
const labels = await host.readIdx(files.labels);
const { classes } = await network.predict(images);
const right = classes.filter((predicted, i) => predicted === labels.data[i]).length;

console.log(`drawn digits it had not seen: ${(100 * test.accuracy).toFixed(1)} %`);
console.log(`real MNIST test images:       ${((100 * right) / classes.length).toFixed(1)} %`);
