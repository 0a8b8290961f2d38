import { MarblenetError } from '../../core/errors.js';

/** A worker lacks what a trial needs, or does not allow it; another worker may have it. */
export class UnfitWorkerError extends MarblenetError {}
