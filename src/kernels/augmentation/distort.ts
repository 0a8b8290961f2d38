/**
 * Distortions of a batch, sample by sample: now, on all threads; or later, by whichever thread finds the time, one distortion
 * after another, since each may read what the one before it wrote.
 */
import { BYTES } from '../math/vector';
import { ARGUMENTS, PREFETCH_ARGUMENTS, argumentsAt } from '../threads/layout';
import { forgetPacked } from '../threads/panel';
import { awaitPrefetch, parallelFor, schedulePrefetch, waitsUnpublished } from '../threads/parallel';
import { eraseSample } from './erase';
import { ERASE, Job, NOISE, WARP } from './job';
import { mixSample } from './mix';
import { addNoise } from './noise';
import { warpSample } from './warp';

/** From how many bytes on threads pay. */
const WORTHWHILE: i32 = 16_384;

@unmanaged
class Arguments {
  job: Job;
}

/** out[B, ...] = distorted x[B, ...] */
export function distort(job: Job): void {
  argumentsAt<Arguments>(ARGUMENTS).job = job;
  const isLarge = job.B * job.H * job.W * job.C * BYTES > WORTHWHILE;
  parallelFor(distortChunk, job.B, isLarge && job.fitsWorkers != 0);
}

function distortChunk(chunk: i32): void {
  distortSample(argumentsAt<Arguments>(ARGUMENTS).job, chunk);
}

@unmanaged
class Jobs {
  first: Job;
}

/** The job that was left last, of the calling thread. */
let last: usize = 0;

/**
 * Leaves a job for later, which must fit the panels of workers: it is done when `awaitPrefetch` returns. Until then, what it
 * writes may not be touched, and what it reads not be changed.
 */
export function distortLater(job: Job): void {
  job.next = 0;
  if (waitsUnpublished(runJobs)) {
    changetype<Job>(last).next = changetype<usize>(job);
  } else {
    awaitPrefetch();
    argumentsAt<Jobs>(PREFETCH_ARGUMENTS).first = job;
    schedulePrefetch(runJobs);
  }
  last = changetype<usize>(job);
}

function runJobs(): void {
  forgetPacked(); // this thread may be between two chunks of a kernel
  for (let job = argumentsAt<Jobs>(PREFETCH_ARGUMENTS).first; changetype<usize>(job); job = changetype<Job>(job.next)) {
    for (let b = 0; b < job.B; b++) distortSample(job, b);
  }
}

function distortSample(job: Job, b: i32): void {
  switch (job.kind) {
    case WARP:
      return warpSample(job, b);
    case NOISE:
      return addNoise(job, b);
    case ERASE:
      return eraseSample(job, b);
    default:
      return mixSample(job, b);
  }
}
