/**
 * Changes to the text of a pipeline file that leave all else as it is written: comments, order, style. A form, a menu and
 * the flow change the text alone; what they show is read from it again.
 */
import { isAlias, isMap } from 'yaml';
import type { Change, Edited, Setting, StageInfo, WrittenStage } from '../protocol.js';
import { contentEnd, pairEnd, pairStart, type Slice, withSlices } from './lines.js';
import { insertBehind, moveStage, removeStage } from './lists.js';
import { removeKey, setKey } from './maps.js';
import { setOption, unsetOption, writtenAs } from './options.js';
import { byName, type Catalogue, findStage, keyOf, pairAt, parsed, requireUnused } from './place.js';
import { Refusal } from './refusal.js';
import { swapOf } from './swap.js';
import { flowText, oneLine } from './write.js';

/** The text after a change, or why it is not made. */
export function edit(text: string, change: Change, stages: readonly StageInfo[]): Edited {
  try {
    const changed = changedText(text, change, byName(stages));
    parsed(changed).toJS({ maxAliasCount: 10_000 }); // what is defined behind its use is found here
    return { text: changed };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    // of the reader of YAML, which says it in its own words
    if (error instanceof ReferenceError) return { refused: 'something would be used before it is written' };
    throw error;
  }
}

function changedText(text: string, change: Change, catalogue: Catalogue): string {
  const document = parsed(text);
  const made = (slices: readonly Slice[]): string => withSlices(text, slices);
  if (change.change === 'setting') {
    if (!isMap(document.contents)) throw new Refusal('the file holds no pipeline yet');
    const map = document.contents;
    const { key, value } = change;
    if (value === undefined) {
      const pair = pairAt(map, key);
      if (pair !== undefined) requireUnused(document, pairStart(pair), pairEnd(text, pair));
      return made(pair === undefined ? [] : removeKey(text, map, pair));
    }
    const behind = ['epochs', 'seed', 'description', 'name'].flatMap((one) => pairAt(map, one) ?? [])[0];
    return made([setKey(text, map, key, oneLine(value), behind)]);
  }
  const found = findStage(document, change.place, catalogue);
  switch (change.change) {
    case 'set':
      return made(setOption(text, found, change.option, oneLine(change.value)));
    case 'unset':
      return made(unsetOption(text, found, change.option, document));
    case 'insert':
      return made(insertBehind(text, found, called(change.stage, catalogue).minimal));
    case 'remove':
      return made(removeStage(text, found, document));
    case 'move':
      return made(moveStage(text, found, change.by));
    case 'swap': {
      const { place } = change;
      const { slice, unset, set } = swapOf(text, found, called(change.to, catalogue), document);
      const renamed = made([slice]);
      const without = unset.reduce(
        (now, option) => changedText(now, { change: 'unset', place, option }, catalogue),
        renamed,
      );
      return set.reduce(
        (now, [option, value]) => changedText(now, { change: 'set', place, option, value }, catalogue),
        without,
      );
    }
  }
}

function called(name: string, catalogue: Catalogue): StageInfo {
  const stage = catalogue.get(name);
  if (stage === undefined) throw new Refusal(`there is no stage ${name}`);
  return stage;
}

/** What a text sets, as it is written. */
export function readSettings(text: string): Partial<Record<Setting, string>> {
  try {
    const { contents } = parsed(text);
    if (!isMap(contents)) return {};
    const pairs = (['epochs', 'seed'] as const).flatMap((key) => {
      const pair = pairAt(contents, key);
      return pair === undefined ? [] : [[key, flowText(pair.value)] as const];
    });
    return Object.fromEntries(pairs);
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

/** A stage as the text has it, whether it is right or not; undefined where there is none. */
export function readStage(text: string, place: string, stages: readonly StageInfo[]): WrittenStage | undefined {
  try {
    const document = parsed(text);
    const { item } = findStage(document, place, byName(stages), true);
    const { name, options } = writtenAs({ item: (isAlias(item) && item.resolve(document)) || item });
    const written = isMap(options) ? options.items.map((pair) => [keyOf(pair), flowText(pair.value)] as const) : [];
    const [from = 0] = item.range ?? [];
    const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
    const lines = [lineOf(from), lineOf(contentEnd(text, item))] as const;
    return { name: String(name.value), lines, options: Object.fromEntries(written) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
