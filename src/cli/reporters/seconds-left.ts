/** Milliseconds before there is enough to estimate from: the first steps wait for what is loaded, and say nothing of the others. */
const ENOUGH = 1000;

/**
 * Estimates how many seconds the rest of a run takes, by its pace since this was first called, validation included.
 *
 * @returns a function of the step, of how many, and of the time in milliseconds; it gives undefined as long as it cannot know.
 */
export function secondsLeft(): (step: number, steps: number, now: number) => number | undefined {
  let first: { readonly step: number; readonly now: number } | undefined;
  return (step, steps, now) => {
    first ??= { step, now };
    const [done, passed] = [step - first.step, now - first.now];
    return passed < ENOUGH || done === 0 ? undefined : ((passed / done) * (steps - step)) / 1000;
  };
}
