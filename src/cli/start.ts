/**
 * A run trains on a thread of its own, which takes as long to load as the command line does: where there will be one, they
 * load side by side.
 */
import { allowFasterSimd } from '../node/simd.js';
import { startTrainingThread } from '../node/training-thread.js';

allowFasterSimd();
if (process.argv[2] === 'run') startTrainingThread();
await import('./program.js');
