import { gzipSync } from 'node:zlib';
import { jsonl } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { temporaryFile } from '../../node/temporary-folder.js';
import { readSource, refusalOf } from '../read-source.js';

const FLOWERS = `{"width": 1.5, "colour": "red", "wild": true, "kind": "rose"}

{"colour": "blue", "wild": false, "kind": "iris", "width": 25e-1}
{"width": -3, "colour": "red", "wild": true, "kind": "rose", "note": null}
`;

const read = async (text: string | Uint8Array, options: { target: string; ignore?: string[] }) =>
  (await readSource(jsonl({ ...options, train: await temporaryFile(text, 'flowers.jsonl') }), 'train'))[0];

describe('jsonl', () => {
  it.each<[string, string | Uint8Array]>([
    ['lines', FLOWERS],
    ['lines as on Windows, and a byte order mark', `\ufeff${FLOWERS.replaceAll('\n', '\r\n')}`],
    ['no end of the last line', FLOWERS.trimEnd()],
    ['gzip', gzipSync(FLOWERS)],
  ])('reads objects by their names: %s', async (_, text) => {
    const examples = await read(text, { target: 'kind', ignore: ['note'] });
    // width, colour=blue, colour=red, wild=false, wild=true
    expect(Array.from(examples.features)).toEqual([1.5, 0, 1, 0, 1, 2.5, 1, 0, 1, 0, -3, 0, 1, 0, 1]);
    expect(examples).toMatchObject({ labels: Int32Array.of(1, 0, 1), classNames: ['iris', 'rose'] });
  });

  it('takes null, and a name that is not there, for a missing value', async () => {
    const text = '{"x": 1, "y": 1}\n{"x": null, "y": 2}\n{"y": 3}\n{"x": 3, "y": 4}\n';
    expect(Array.from((await read(text, { target: 'y' })).features)).toEqual([1, 2, 2, 3]);
  });

  it.each([
    ['a line that is no JSON', '{"x": 1, "y": 2}\n{"x": 1,\n', 'flowers.jsonl:2: found no JSON'],
    ['a list', '[1, 2]\n', 'flowers.jsonl:1: found a list, expected an object'],
    ['one value over several lines', '[\n  {"x": 1}\n]\n', 'this looks like one JSON value over several lines'],
    [
      'a list over several lines, by what reads it',
      '[\n  {"x": 1}\n]\n',
      'over several lines; a list of objects comes in by the source records',
    ],
    [
      'a list of objects',
      '[{"x": 1}, {"x": 2}]\n',
      'flowers.jsonl:1: found a list, expected an object; a list of objects',
    ],
    ['a table of text', 'x,y\n1,2\n', 'expected one object a line; the source csv reads tables of text'],
    ['a list in an object', '{"x": [1], "y": 2}\n', 'flowers.jsonl:1: found a list for x, expected text, a number'],
    [
      'a word among numbers',
      `${'{"x": 1, "y": 2}\n'.repeat(20)}{"x": "one", "y": 2}\n`,
      'flowers.jsonl:21: found "one" for x',
    ],
    [
      'true among numbers',
      '{"x": true, "y": 2}\n{"x": 1, "y": 2}\n{"x": true, "y": 2}\n',
      'flowers.jsonl:2: found "1" for x, which has 1 number and 2 words',
    ],
    ['nothing', '', 'found no values, expected one JSON object a line'],
    ['a column that is not there', '{"x": 1}\n', 'has no column "y"'],
  ])('refuses %s', async (_, text, problem) => {
    expect(await refusalOf(read(text, { target: 'y' }))).toContain(problem);
  });
});
