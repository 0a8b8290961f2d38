// The process that cases run in: one at a time, each answered with what is wrong, or nothing.
import { targets } from './targets/index.mjs';

const { attempt } = targets[process.argv[2]];
process.on('message', async (input) => {
  const problem = await attempt(input).catch((error) => `the target itself failed: ${error?.stack ?? error}`);
  process.send({ problem });
});
