/**
 * A run trains on a thread of its own, which takes as long to load as the command line does: where there will be one, they
 * load side by side.
 */
import { allowFasterSimd } from '../node/simd.js';
import { startTrainingThread } from '../node/training-thread.js';

allowFasterSimd();
if (['run', 'resume'].includes(process.argv[2])) startTrainingThread();
await import('./program.js');
