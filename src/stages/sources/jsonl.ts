import * as z from 'zod';
import { tableOptions, tableSource } from '../../core/families/table-source.js';

/**
 * JSON Lines: a table with one object a line, `{"width": 1.5, "colour": "red", "kind": "rose"}`, raw or gzip.
 *
 *     splits:   --train---test---|
 *               jsonl({ train: 'flowers.jsonl', target: 'kind' })
 *     examples: ---150--|
 *
 * Columns are the names that any of the objects has, and are read as those of `csv`: numbers stay numbers, text becomes one
 * column a value, true and false are values, too; null, or a name that an object has not, is a missing cell.
 *
 * Errors: a line that is no object, a value that is a list or an object, and all that `csv` refuses, each with `PATH:LINE`.
 */
export const jsonl = tableSource({
  name: 'jsonl',
  summary: 'A table of one JSON object a line',
  options: z.strictObject(tableOptions),
  example: `jsonl:
  train: train.jsonl
  test: test.jsonl
  target: species
  ignore: [id]`,
  table: (path, _, host) => host.openJsonLines?.(path),
});
