import { clock } from '../clock.js';

/** Milliseconds of steps that one measurement takes: a dozen turns of a scheduler that has other programs to run. */
const WINDOW = 40;

/** Steps that one measurement has at least. */
const FEWEST_STEPS = 4;

/** Milliseconds of steps until the other choice is tried again: at first, and at most. */
const SOONEST_TRIAL = 150;
const LATEST_TRIAL = 4_800;

/** What a choice must gain to be taken: less may be chance. */
const GAIN = 0.05;

/**
 * Decides by what steps really take whether workers help. On a machine that is busy with other programs, a worker that
 * has begun its part and does not get its turn makes the others wait: then one thread alone is faster, and may be until
 * the other programs end. So now and then the other choice is tried, for a few hundredths of a second; more rarely as long
 * as it keeps losing.
 *
 * Results do not depend on it: kernels compute the same bits on any number of threads.
 */
export class AdaptiveWorkers {
  #helping = true;
  #trying = false;
  /** Milliseconds a step, of either choice, as they were last measured. */
  readonly #pace = { alone: Number.POSITIVE_INFINITY, helped: Number.POSITIVE_INFINITY };
  #untilTrial = SOONEST_TRIAL;
  #sinceTrial = 0;
  #last = { rows: 0, time: 0 };
  #usual = 0;
  #steps = 0;
  #elapsed = 0;

  /** @param use starts or stops giving work to the workers, between two steps. */
  constructor(
    private readonly use: (helping: boolean) => void,
    private readonly now: () => number = () => clock.now(),
  ) {}

  /**
   * Called when a step begins. Only steps that follow one of the same size count, and of the size that came first: the
   * others are tests, short last batches, and what an epoch begins with.
   */
  step(rows: number): void {
    const time = this.now();
    const { rows: before, time: begun } = this.#last;
    this.#last.rows = rows;
    this.#last.time = time;
    if (this.#usual === 0) this.#usual = rows;
    if (rows !== this.#usual || before !== rows) return;
    this.#elapsed += time - begun;
    this.#steps++;
    if (this.#elapsed >= WINDOW && this.#steps >= FEWEST_STEPS) this.#judge();
  }

  /** At the end of a window: keep to what is done, try the other choice, or take it. */
  #judge(): void {
    this.#pace[this.#helping ? 'helped' : 'alone'] = this.#elapsed / this.#steps;
    this.#sinceTrial += this.#elapsed;
    this.#elapsed = 0;
    this.#steps = 0;
    if (this.#trying) {
      this.#trying = false;
      this.#sinceTrial = 0;
      const { alone, helped } = this.#pace;
      const [tried, kept] = this.#helping ? [helped, alone] : [alone, helped];
      if (tried < kept * (1 - GAIN)) {
        this.#untilTrial = SOONEST_TRIAL;
      } else {
        this.#untilTrial = Math.min(2 * this.#untilTrial, LATEST_TRIAL);
        this.#switch();
      }
    } else if (this.#sinceTrial >= this.#untilTrial) {
      this.#trying = true;
      this.#switch();
    }
  }

  #switch(): void {
    this.#helping = !this.#helping;
    this.use(this.#helping);
  }
}
