#!/usr/bin/env node
/**
 * The `pipeline` command. A run trains on a thread of its own, which takes as long to load as the command line does: where
 * there will be one, they load side by side.
 */
import { allowRelaxedSimd } from '../node/relaxed-simd.js';
import { startTrainingThread } from '../node/training-thread.js';

allowRelaxedSimd();
if (process.argv[2] === 'run') startTrainingThread();
await import('./program.js');
