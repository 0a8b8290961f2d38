// Trains in Node from the files of a folder, and prints the weights.
import { createNodeHost } from 'marblenet';
import { trainAll } from './train.mjs';

const [, , baseFolder, mnist] = process.argv;
console.log(JSON.stringify(await trainAll(createNodeHost({ baseFolder, dataFolder: mnist }))));
