/** A drawing: strokes of a pen on a square sheet. */

/** From 0 to 1, from the left and from the top. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Stroke {
  /** Of the pen, as a share of the sheet's width. */
  readonly width: number;
  readonly points: readonly Point[];
}

export type Drawing = readonly Stroke[];

/** How thick the pen is at first, and at the least and most. */
export const pen = { first: 0.08, least: 0.03, most: 0.16, step: 0.01 };

/** The last stroke goes on. */
export function grown(drawing: Drawing, points: readonly Point[]): Drawing {
  const last = drawing.at(-1);
  if (last === undefined) return drawing;
  return [...drawing.slice(0, -1), { ...last, points: [...last.points, ...points] }];
}
