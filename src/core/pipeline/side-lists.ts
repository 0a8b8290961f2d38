/** Which stages of a block stand in a list with a name of its own: `shortcut`. */
import { type SideList, sideListAt } from '../stage-list.js';
import { type PlacedStage, placeOf } from './assembly.js';

/**
 * For each block that a stage stands in, from outside in.
 *
 * @param rows with those blocks among them
 */
export const sideListsOf = (
  { section, position, inside }: PlacedStage,
  rows: readonly PlacedStage[],
): readonly (SideList | undefined)[] =>
  inside.map((place, depth) => {
    const above = placeOf({ section, position, inside: inside.slice(0, depth) });
    const block = rows.find((row) => placeOf(row) === above);
    return block && sideListAt(block, place);
  });
