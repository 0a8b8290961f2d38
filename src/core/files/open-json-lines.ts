/** Tables of JSON Lines: one object a line. */
import { DataError, messageOf } from '../errors.js';
import type { OpenTable } from '../table.js';
import { type ObjectBlock, tableOfObjects } from '../tables/object-table.js';
import { requireText } from './file-signature.js';
import { textOfFile } from './text-of-file.js';

/** Lines in a block: few enough to go through without holding up the event loop. */
const LINES = 1000;
/** Characters of a line: a file of other bytes may have no end of one. */
const LONGEST_LINE = 2 ** 20;

/**
 * Opens a table of one JSON object a line, in UTF-8 or UTF-16. Empty lines are passed over.
 *
 * @param bytesOf the bytes of the file, unpacked, from the first on, each time
 * @throws DataError with `PATH:LINE` when the file is missing, empty or not text, or a line is no object.
 */
export async function openJsonLines(path: string, bytesOf: () => AsyncIterable<Uint8Array>): Promise<OpenTable> {
  for await (const chunk of bytesOf()) {
    requireText(path, chunk, 'one JSON object a line');
    break;
  }
  const table = await tableOfObjects(path, () => blocksOf(path, linesOf(path, textOfFile(path, bytesOf()))));
  if (table.names.length === 0) throw new DataError(path, 'found no values, expected one JSON object a line');
  return table;
}

async function* blocksOf(path: string, text: AsyncIterable<string>): AsyncGenerator<ObjectBlock, void, undefined> {
  let objects: unknown[] = [];
  let lines: number[] = [];
  let line = 0;
  for await (const row of text) {
    line++;
    if (row.trim() === '') continue;
    objects.push(parsed(path, row, line));
    lines.push(line);
    if (objects.length < LINES) continue;
    yield { objects, lines };
    objects = [];
    lines = [];
  }
  if (objects.length > 0) yield { objects, lines };
}

function parsed(path: string, row: string, line: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch (cause) {
    const advice = line === 1 ? adviceOn(row) : '';
    throw new DataError(`${path}:${line}`, `found no JSON (${messageOf(cause)}), expected one object a line${advice}`, {
      cause,
    });
  }
  if (line === 1 && Array.isArray(value) && typeof value[0] === 'object') {
    throw new DataError(`${path}:1`, `found a list, expected an object${OF_A_LIST}`);
  }
  return value;
}

const OF_A_LIST = '; a list of objects comes in by the source records, in code, or write each on a line of its own';

/** What a first line that is no JSON looks like, and what would read it. */
function adviceOn(row: string): string {
  if (/^\s*\[\s*$/.test(row)) return `; this looks like one JSON value over several lines${OF_A_LIST}`;
  if (/^\s*\{\s*$/.test(row)) return '; this looks like one JSON value over several lines';
  return /^\s*[[{]/.test(row) ? '' : '; the source csv reads tables of text';
}

async function* linesOf(path: string, text: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = '';
  let line = 1;
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    line += lines.length;
    yield* lines;
    if (rest.length > LONGEST_LINE) {
      throw new DataError(
        `${path}:${line}`,
        `found a line of more than ${LONGEST_LINE} characters, expected one object a line`,
      );
    }
  }
  if (rest !== '') yield rest;
}
