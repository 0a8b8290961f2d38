/** How the line of a run looks: by its colour, and by its dashes where colours are hard to tell apart. */
interface RunLook {
  /** A colour of the style sheet. */
  readonly colour: string;
  /** Lengths of dashes and gaps. */
  readonly dash: readonly number[];
}

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

export const lookOf = (run: number): RunLook => ({ colour: `--c${run % 8}`, dash: dashes[run % dashes.length] });
