// How far the runs of this process came: a target whose inputs are all refused looks at nothing but refusals.
export const emptyTally = () => ({ trained: 0, completed: 0, cutOff: 0 });

/** Runs that took a step; those of them that ended by themselves; and runs that were stopped before their first step. */
export const tally = emptyTally();

/** Counts a call of the program. */
export function tallyProgram(words, { code, stdout }) {
  if (words[0] !== 'run') return;
  const completed = code === 0 && stdout.includes('sha256:');
  if (completed) tally.completed++;
  if (completed || /"event":"(step|epoch)"|^epoch +\d/m.test(stdout)) tally.trained++;
}
