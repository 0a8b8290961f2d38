/**
 * Work shared between threads. A kernel is cut into units, each of which writes numbers of its own; whoever has nothing
 * to do takes the next unit. The thread that called the kernel takes from the back, the helpers take from the front, and
 * a helper that sleeps takes nothing: nobody waits long for a thread to wake up. Units begin with the first columns of a
 * matrix and end with the last, in every kernel, so that a thread finds in its own cache what it wrote in the kernel before:
 * what lies in another's takes a hundred nanoseconds to come, or five hundred, and longer if it has to be taken away from
 * there to be written. What no cache keeps so long may be cut by rows. The last tile of columns is often narrow, and the
 * calling thread is the one that has other things to do. How a kernel is cut, and the order of every sum, do not depend on
 * the number of threads, so the results do not either, bit for bit.
 *
 * Every thread has an instance of its own over the one memory. What they tell each other lies at its bottom, in words
 * that are cache lines apart.
 */

/** Units that nobody has taken: [front, end), front in the low half, end in the high half. Both start from FIRST. */
const OPEN: usize = 64;
/** How many units the helpers have finished. */
const FINISHED: usize = 128;
/** Where sleepers wait, and how many there are. */
const ALARM: usize = 192;
const SLEEPERS: usize = 196;
/** How many helpers there are. */
const HELPERS: usize = 200;
/** How far what is to be prepared has come: one of the states below; and the function that prepares it. */
const PREPARATION: usize = 256;
const PREPARE: usize = 260;
/** The function that runs a unit of the kernel that is shared, how many units are the helpers' own, and its arguments. */
const KERNEL: usize = 320;
const OWN: usize = 324;
export const ARGUMENTS: usize = 384;
export const PREPARATION_ARGUMENTS: usize = 512;
/** Those of a kernel that is offered: others are called before it is finished. */
export const OFFERED_ARGUMENTS: usize = 640;
/** Zeros up to 1024; nobody writes here. */
export const ZEROS: usize = 768;

/** How many bytes there are of constants, which the compiler puts at 1024; behind them begins what is handed out. */
export const CONSTANTS_BYTES: i32 = <i32>__heap_base - 1024;

/** Far above 0, so that an `end` that is lowered by more units than there are stays above it. */
const FIRST: i64 = 0x1000_0000;

/** How often an idle helper looks before it goes to sleep: about a fifth of a millisecond. */
const PATIENCE: i32 = 200_000;

/**
 * How often a thread looks, before it takes units that are the helpers' own: about as long as such a unit takes, so that it
 * loses no more than it might have lost, and that the helper's cache has lost nothing if it comes in time.
 */
const PATIENCE_WITH_OTHERS: i32 = 20_000;

/** Of what is to be prepared: whoever finds it ready may take it. */
const READY: i32 = 1;
const TAKEN: i32 = 2;
const DONE: i32 = 3;

/**
 * What runs one unit of a kernel. Threads tell each other of it by its index in the table of functions, which is the same in
 * every instance of one module.
 */
export type Unit = (unit: i32) => void;

/** How many calls were begun, which numbers them. */
let calls: i32 = 0;

/** A number for a call, so that a thread can tell what it has copied for this one from what it copied for another. */
export function nextCall(): i32 {
  return ++calls;
}

/** Whether any thread helps. */
// @ts-ignore: decorator
@inline
export function hasHelpers(): bool {
  return load<i32>(HELPERS) != 0;
}

/**
 * Runs a kernel's units, with what help there is. `worthwhile`: whether there is enough to do for help to pay. `own`: how
 * many of the first units are the helpers' own, so that each thread keeps to numbers that lie in its cache: they take no
 * others, and this thread leaves them theirs, for a while; if all are, whoever has nothing to do takes the next.
 */
export function share(kernel: Unit, units: i32, worthwhile: bool, own: i32 = units): void {
  if (offer(kernel, units, worthwhile, own)) finish();
}

/** How many units were offered last, of the kernel that KERNEL names; 0 when they are done. */
let offered: i32 = 0;

/**
 * Offers a kernel's units to helpers, and returns true: the thread that called may see to something else before it takes
 * its part, with `finish`. Until then, nobody may touch what the kernel writes, nor change what it reads, its arguments
 * included. Where there is no help, or it does not pay, runs all units and returns false.
 */
export function offer(kernel: Unit, units: i32, worthwhile: bool, own: i32 = units): bool {
  const isShared = worthwhile && units > 1 && hasHelpers();
  if (isShared) {
    finish();
    offered = units;
    store<u32>(KERNEL, kernel.index);
    store<i32>(OWN, own);
    store<i32>(FINISHED, 0);
    atomic.store<i64>(OPEN, ((FIRST + <i64>units) << 32) | FIRST);
    wakeSleepers();
  } else {
    for (let unit = 0; unit < units; unit++) kernel(unit);
  }
  if (isUntold && hasHelpers()) tellOfPreparation();
  return isShared;
}

/** Takes what nobody has taken of the units that were offered last, and waits until helpers are done with theirs. */
export function finish(): void {
  if (!offered) return;
  const own = load<i32>(OWN);
  let patience = own < offered ? PATIENCE_WITH_OTHERS : 0;
  let done = 0;
  while (true) {
    const seen = atomic.load<i64>(OPEN);
    const isTheirs = hasUnits(seen) && endOf(seen) <= FIRST + own;
    if (isTheirs && patience-- > 0) continue;
    const wanted = portionOf(seen);
    const open = atomic.sub<i64>(OPEN, wanted << 32);
    if (!hasUnits(open)) break;
    done += runUnits(load<u32>(KERNEL), max(frontOf(open), endOf(open) - wanted), endOf(open));
  }
  while (atomic.load<i32>(FINISHED) + done < offered) {}
  offered = 0;
}

/** Whether something is to be prepared, and whether helpers have yet to hear of it. */
let isAnnounced: bool = false;
let isUntold: bool = false;

function tellOfPreparation(): void {
  isUntold = false;
  atomic.store<i32>(PREPARATION, READY);
  wakeSleepers();
}

/** What a helper does all its life. */
export function help(): void {
  let idle = 0;
  while (true) {
    if (helpWithUnits() || helpToPrepare()) {
      idle = 0;
    } else if (++idle > PATIENCE) {
      sleep();
      idle = 0;
    }
  }
}

/** The front of OPEN's word, and its end; below the end, there are units to take. */
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
function hasUnits(open: i64): bool {
  return frontOf(open) < endOf(open);
}

/**
 * How many units to take: fewer and fewer, so that all threads end together, but not one after the other from the start,
 * since a word that two threads write to takes its time to go from one to the other.
 */
// @ts-ignore: decorator
@inline
function portionOf(open: i64): i64 {
  return max(1, (endOf(open) - frontOf(open)) / (2 * (load<i32>(HELPERS) + 1)));
}

/** Runs the units [first, end), and returns how many they are. */
// @ts-ignore: decorator
@inline
function runUnits(kernel: u32, first: i64, end: i64): i32 {
  for (let unit = first; unit < end; unit++) call_indirect<void>(kernel, <i32>(unit - FIRST));
  return <i32>(end - first);
}

function helpWithUnits(): bool {
  const seen = atomic.load<i64>(OPEN);
  if (!hasUnits(seen) || frontOf(seen) >= FIRST + load<i32>(OWN)) return false;
  const wanted = portionOf(seen);
  const open = atomic.add<i64>(OPEN, wanted);
  if (!hasUnits(open)) return false;
  // What it reads from here on belongs to the kernel whose unit it has: nobody begins another while one is unfinished.
  const finished = runUnits(load<u32>(KERNEL), frontOf(open), min(frontOf(open) + wanted, endOf(open)));
  atomic.add<i32>(FINISHED, finished);
  return true;
}

function helpToPrepare(): bool {
  if (atomic.load<i32>(PREPARATION) != READY) return false;
  if (atomic.cmpxchg<i32>(PREPARATION, READY, TAKEN) != READY) return false;
  call_indirect<void>(load<u32>(PREPARE));
  atomic.store<i32>(PREPARATION, DONE);
  return true;
}

function sleep(): void {
  atomic.add<i32>(SLEEPERS, 1);
  const alarm = atomic.load<i32>(ALARM);
  // Whoever opens units or readies a preparation looks for sleepers after it, so either this look sees the one, or that
  // look sees the other.
  if (!hasUnits(atomic.load<i64>(OPEN)) && atomic.load<i32>(PREPARATION) != READY) {
    atomic.wait<i32>(ALARM, alarm, -1);
  }
  atomic.sub<i32>(SLEEPERS, 1);
}

function wakeSleepers(): void {
  if (!atomic.load<i32>(SLEEPERS)) return;
  atomic.add<i32>(ALARM, 1);
  atomic.notify(ALARM, -1);
}

/** Says how many helpers there are. */
export function setHelpers(count: i32): void {
  atomic.store<i32>(HELPERS, count);
}

/** Lets a helper prepare what PREPARATION_ARGUMENTS say, when the next kernel, a layer, leaves it nothing to do. */
export function prepareSoon(prepare: () => void): void {
  store<u32>(PREPARE, prepare.index);
  isAnnounced = true;
  isUntold = true;
}

/** Returns when what was to be prepared is prepared; does it here if nobody has begun. */
export function awaitPreparation(): void {
  finish(); // it may read lists that make room for others now
  if (!isAnnounced) return;
  isAnnounced = false;
  if (isUntold || atomic.cmpxchg<i32>(PREPARATION, READY, TAKEN) == READY) {
    isUntold = false;
    call_indirect<void>(load<u32>(PREPARE));
  } else {
    while (atomic.load<i32>(PREPARATION) != DONE) {}
  }
}
