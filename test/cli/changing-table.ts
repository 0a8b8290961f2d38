/** A pipeline of a table that somebody changes while it is learned from for the first time. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scratchFolder } from './pipeline-command.js';

const PIPELINE = `name: table
plugins: [changing.ts]
data: [csv: { train: table.csv, target: kind }, holdOut: { test: 10 }, oneHot]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 10 }, changing, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 10 }, forward, softmaxCrossEntropy, mean: { of: loss }]
`;

/** Lets batches pass, and with the first of them adds a row to the table: once, whichever thread or process it is in. */
const plugin = (folder: string): string => `import { stage } from 'marblenet';
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { tap } from 'rxjs';
import * as z from 'zod';
const mark = ${JSON.stringify(join(folder, 'is-changed'))};
function change() {
  if (existsSync(mark)) return;
  writeFileSync(mark, '');
  appendFileSync(${JSON.stringify(join(folder, 'table.csv'))}, '3,odd\\n');
}
export const changing = stage({
  name: 'changing',
  summary: 'Changes a table',
  family: 'batches',
  from: 'batch',
  to: 'batch',
  options: z.strictObject({}),
  example: 'changing',
  build: (_, input) => ({ output: input, operator: tap(change) }),
});
`;

/** @returns its file. */
export async function changingTable(): Promise<string> {
  const folder = await scratchFolder();
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 2 === 0 ? 'even' : 'odd'}\n`);
  await writeFile(join(folder, 'table.csv'), `size,kind\n${rows.join('')}`);
  await writeFile(join(folder, 'changing.ts'), plugin(folder));
  const path = join(folder, 'table.yaml');
  await writeFile(path, PIPELINE);
  return path;
}
