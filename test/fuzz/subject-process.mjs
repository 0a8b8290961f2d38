// The process that cases run in: one at a time, each answered with what is wrong, or nothing, and how far its runs came.
import { plant } from './product.mjs';
import { emptyTally, tally } from './tally.mjs';
import { targets } from './targets/index.mjs';

const [, , target, fault] = process.argv;
if (fault !== undefined) plant(target, fault);
process.on('message', async (input) => {
  Object.assign(tally, emptyTally());
  const { attempt } = targets[target];
  const problem = await attempt(input).catch((error) => `the target itself failed: ${error?.stack ?? error}`);
  process.send({ problem, tally });
});
