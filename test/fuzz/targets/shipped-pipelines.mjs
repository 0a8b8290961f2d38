// The pipelines that the package comes with, made small: a few drawn digits in the place of MNIST, and tables where they are.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../pipelines/', import.meta.url));

/** Texts, by their paths below pipelines/. */
export function shippedPipelines() {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.map((name) => [name, small(readFileSync(`${folder}${name}`, 'utf8'))]));
}

const small = (text) =>
  text
    .replace(/^(description: ).*(\n {2}.*)*$/m, '$1small')
    .replace('mnist: { fallback: digits }', 'digits: { train: 200, test: 50 }')
    .replace('train: 20000, test: 2000', 'train: 200, test: 50')
    .replace('validation: 5000', 'validation: 50')
    .replace('train: data/', `train: ${folder}data/`);
