/**
 * Kernels on several threads. A kernel is cut into chunks, each of which writes numbers of its own, and an idle thread takes
 * the next chunks: the calling thread from the back, the workers from the front. A worker that sleeps takes none, so that
 * the calling thread never waits for one to wake up.
 *
 * Chunks go from the first columns of a matrix to the last, in every kernel, so that a thread finds in its own cache what it
 * wrote in the kernel before: a cache line from another core takes a hundred nanoseconds, or five hundred, and longer if it
 * is taken away from there to be written. What is too large for a cache may be cut by rows. The last tile of columns is
 * often narrow, and the calling thread is the one that has other work, too. How a kernel is cut, and the order of every sum,
 * do not depend on the number of threads, so the results do not either, bit for bit.
 *
 * Every thread has an instance of the module over the one memory. They communicate through words at its bottom (layout.ts).
 */
import {
  CALLER_SLEEPS,
  FINISHED,
  KERNEL,
  OPEN,
  PREFETCH,
  PREFETCH_FUNCTION,
  RESERVED,
  SLEEPING,
  WAKE_UPS,
  WORKERS,
} from './layout';

/** Both ends of OPEN start from here: far above 0, so that an `end` that is lowered by more chunks than there are stays above it. */
const FIRST: i64 = 0x1000_0000;

/** How often an idle worker looks for work before it goes to sleep: about a fifth of a millisecond. */
const SPIN_LIMIT: i32 = 200_000;

/**
 * How often the calling thread looks before it takes chunks that are reserved for workers: about as long as such a chunk
 * takes, so that it loses no more than it might have lost, and the worker's cache has lost nothing if it comes in time.
 */
const RESERVED_SPIN_LIMIT: i32 = 20_000;

/**
 * How often the calling thread looks whether a worker has finished, before it sleeps until then: longer than a chunk takes. A
 * worker that is not done by then does not have a core, on a machine that runs other programs too, and may need this one.
 */
const JOIN_SPIN_LIMIT: i32 = 20_000;

/** A prefetch: any thread may take it; a thread has taken it; it is done. */
const READY: i32 = 1;
const TAKEN: i32 = 2;
const DONE: i32 = 3;

/**
 * Runs one chunk of a kernel. Threads pass it by its index in the module's table of functions, which is the same in every
 * instance.
 */
export type Chunk = (chunk: i32) => void;

/** How many calls were begun, which numbers them. */
let calls: i32 = 0;

/** A number for a call, so that a thread can tell what it has packed for this one from what it packed for another. */
export function nextCall(): i32 {
  return ++calls;
}

// @ts-ignore: decorator
@inline
export function hasWorkers(): bool {
  return load<i32>(WORKERS) != 0;
}

/**
 * Runs a kernel's chunks on all threads. `worthwhile`: whether there is enough to do for threads to pay. `reserved`: how many
 * of the first chunks are the workers', so that each thread keeps to numbers that lie in its own cache: they take no others,
 * and the calling thread leaves them theirs, for a while. If all are, any thread takes the next.
 */
export function parallelFor(kernel: Chunk, chunks: i32, worthwhile: bool, reserved: i32 = chunks): void {
  if (dispatch(kernel, chunks, worthwhile, reserved)) join();
}

/** How many chunks were dispatched and are not joined yet; 0 when there are none. */
let dispatched: i32 = 0;

/**
 * Dispatches a kernel's chunks to the workers, and returns true: the calling thread may do something else before it takes its
 * part, with `join`. Until then, the memory that the kernel writes may not be touched, and what it reads not be changed, its
 * arguments included. Without workers, or where they do not pay, runs all chunks and returns false.
 */
export function dispatch(kernel: Chunk, chunks: i32, worthwhile: bool, reserved: i32 = chunks): bool {
  const isParallel = worthwhile && chunks > 1 && hasWorkers();
  if (isParallel) {
    join();
    dispatched = chunks;
    store<u32>(KERNEL, kernel.index);
    store<i32>(RESERVED, reserved);
    store<i32>(FINISHED, 0);
    atomic.store<i64>(OPEN, ((FIRST + <i64>chunks) << 32) | FIRST);
    wakeWorkers();
  } else {
    for (let chunk = 0; chunk < chunks; chunk++) kernel(chunk);
  }
  if (isUnpublished && hasWorkers()) publishPrefetch();
  return isParallel;
}

/** Runs the chunks that were dispatched last and not taken, and waits until the workers have finished theirs. */
export function join(): void {
  if (!dispatched) return;
  const reserved = load<i32>(RESERVED);
  let spins = reserved < dispatched ? RESERVED_SPIN_LIMIT : 0;
  let done = 0;
  while (true) {
    const seen = atomic.load<i64>(OPEN);
    const isReserved = hasChunks(seen) && endOf(seen) <= FIRST + reserved;
    if (isReserved && spins-- > 0) continue;
    const wanted = portionOf(seen);
    const open = atomic.sub<i64>(OPEN, wanted << 32);
    if (!hasChunks(open)) break;
    done += runChunks(load<u32>(KERNEL), max(frontOf(open), endOf(open) - wanted), endOf(open));
  }
  let finished = atomic.load<i32>(FINISHED);
  for (spins = JOIN_SPIN_LIMIT; finished + done < dispatched; finished = atomic.load<i32>(FINISHED)) {
    if (--spins < 0) sleepWhile(FINISHED, finished);
  }
  dispatched = 0;
}

/** Whether there is a prefetch that was not awaited, and whether workers cannot see it yet. */
let isScheduled: bool = false;
let isUnpublished: bool = false;

function publishPrefetch(): void {
  isUnpublished = false;
  atomic.store<i32>(PREFETCH, READY);
  wakeWorkers();
}

/** What a worker does until it is terminated. */
export function runWorker(): void {
  let idle = 0;
  while (true) {
    if (runSomeChunks() || runPrefetch()) {
      idle = 0;
    } else if (++idle > SPIN_LIMIT) {
      sleep();
      idle = 0;
    }
  }
}

/** The front of OPEN's word, and its end; between them are the chunks to take. */
// @ts-ignore: decorator
@inline
function frontOf(open: i64): i64 {
  return open & 0xffffffff;
}

// @ts-ignore: decorator
@inline
function endOf(open: i64): i64 {
  return open >>> 32;
}

// @ts-ignore: decorator
@inline
function hasChunks(open: i64): bool {
  return frontOf(open) < endOf(open);
}

/**
 * How many chunks to take: fewer and fewer, so that all threads end together, but not one after the other from the start,
 * since a word that two threads write takes its time to go from one to the other.
 */
// @ts-ignore: decorator
@inline
function portionOf(open: i64): i64 {
  return max(1, (endOf(open) - frontOf(open)) / (2 * (load<i32>(WORKERS) + 1)));
}

/** Runs the chunks [first, end), and returns how many they are. */
// @ts-ignore: decorator
@inline
function runChunks(kernel: u32, first: i64, end: i64): i32 {
  for (let chunk = first; chunk < end; chunk++) call_indirect<void>(kernel, <i32>(chunk - FIRST));
  return <i32>(end - first);
}

/** Of a worker: takes chunks and runs them; false if there are none for it. */
function runSomeChunks(): bool {
  const seen = atomic.load<i64>(OPEN);
  if (!hasChunks(seen) || frontOf(seen) >= FIRST + load<i32>(RESERVED)) return false;
  const wanted = portionOf(seen);
  const open = atomic.add<i64>(OPEN, wanted);
  if (!hasChunks(open)) return false;
  // What is read from here on belongs to the kernel whose chunks these are: no other begins while one is unfinished.
  const finished = runChunks(load<u32>(KERNEL), frontOf(open), min(frontOf(open) + wanted, endOf(open)));
  atomic.add<i32>(FINISHED, finished);
  wakeCaller(FINISHED);
  return true;
}

/** Of a worker: takes the prefetch and runs it; false if there is none. */
function runPrefetch(): bool {
  if (atomic.load<i32>(PREFETCH) != READY) return false;
  if (atomic.cmpxchg<i32>(PREFETCH, READY, TAKEN) != READY) return false;
  call_indirect<void>(load<u32>(PREFETCH_FUNCTION));
  atomic.store<i32>(PREFETCH, DONE);
  wakeCaller(PREFETCH);
  return true;
}

function sleep(): void {
  atomic.add<i32>(SLEEPING, 1);
  const wakeUps = atomic.load<i32>(WAKE_UPS);
  // The calling thread opens chunks, or publishes a prefetch, and then looks for sleepers. So either this look sees the work,
  // or that look sees the sleeper.
  if (!hasChunks(atomic.load<i64>(OPEN)) && atomic.load<i32>(PREFETCH) != READY) {
    atomic.wait<i32>(WAKE_UPS, wakeUps, -1);
  }
  atomic.sub<i32>(SLEEPING, 1);
}

function wakeWorkers(): void {
  if (!atomic.load<i32>(SLEEPING)) return;
  atomic.add<i32>(WAKE_UPS, 1);
  atomic.notify(WAKE_UPS, -1);
}

/** Whether the host lets the calling thread sleep: a page's own thread must spin. */
let maySleep: bool = false;

/** Of the calling thread: sleeps as long as a word that a worker is about to change is what it was, if it may. */
function sleepWhile(word: usize, seen: i32): void {
  if (!maySleep) return;
  atomic.store<i32>(CALLER_SLEEPS, 1);
  // The worker changes the word, and then looks whether the caller sleeps. So either the caller sees the change, or the
  // worker sees the sleeper.
  atomic.wait<i32>(word, seen, -1);
  atomic.store<i32>(CALLER_SLEEPS, 0);
}

/** Of a worker: wakes the calling thread, if that sleeps, after this word was changed. */
function wakeCaller(word: usize): void {
  if (atomic.load<i32>(CALLER_SLEEPS)) atomic.notify(word, 1);
}

/** Sets how many workers there are, and whether the calling thread may sleep when it waits for them. */
export function setWorkers(count: i32, callerMaySleep: bool): void {
  maySleep = callerMaySleep;
  atomic.store<i32>(WORKERS, count);
}

/** Schedules what PREFETCH_ARGUMENTS describe, for a worker that the next kernel, a layer, leaves without work. */
export function schedulePrefetch(prefetch: () => void): void {
  store<u32>(PREFETCH_FUNCTION, prefetch.index);
  isScheduled = true;
  isUnpublished = true;
}

/** Whether this very prefetch is scheduled, and no worker can have seen it: what it is given may still be changed. */
export function waitsUnpublished(prefetch: () => void): bool {
  return isUnpublished && load<u32>(PREFETCH_FUNCTION) == prefetch.index;
}

/** Returns when the scheduled prefetch is done; runs it here if no worker has taken it. */
export function awaitPrefetch(): void {
  join(); // the step may read sparse rows that this batch's will replace
  if (!isScheduled) return;
  isScheduled = false;
  if (isUnpublished || atomic.cmpxchg<i32>(PREFETCH, READY, TAKEN) == READY) {
    isUnpublished = false;
    call_indirect<void>(load<u32>(PREFETCH_FUNCTION));
  } else {
    for (let spins = JOIN_SPIN_LIMIT; atomic.load<i32>(PREFETCH) != DONE; ) {
      if (--spins < 0) sleepWhile(PREFETCH, TAKEN);
    }
  }
}
