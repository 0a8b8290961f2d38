import { expect, it } from 'vitest';
import { reflowed, together, widthOf, wrapped } from '../../../src/cli/text/layout.js';
import { formatTable, formatWide } from '../../../src/cli/text/table.js';

const rows = [
  ['stage', 'kinds', 'what it does', 'parameters'],
  ['  softmaxCrossEntropy', 'batch -> step', 'The softmax of each row, judged by its class: one loss a step', '0'],
  ['  dense', 'batch -> batch', 'y = x W + b, every output a weighted sum of every input', '39,250'],
];
const table = (columns: number): string => formatTable(rows, { alignRight: [3], columns });
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

it('has a line a row where there is room', () => {
  expect(table(Number.POSITIVE_INFINITY)).toBe(
    [
      'stage                  kinds           what it does                                                   parameters',
      '  softmaxCrossEntropy  batch -> step   The softmax of each row, judged by its class: one loss a step           0',
      '  dense                batch -> batch  y = x W + b, every output a weighted sum of every input            39,250',
      '',
    ].join('\n'),
  );
});

it('breaks the lines of words where there is less', () => {
  expect(table(80)).toBe(
    [
      'stage                  kinds           what it does                   parameters',
      '  softmaxCrossEntropy  batch -> step   The softmax of each row,                0',
      '                                       judged by its class: one loss',
      '                                       a step',
      '  dense                batch -> batch  y = x W + b, every output a        39,250',
      '                                       weighted sum of every input',
      '',
    ].join('\n'),
  );
});

it('puts cells below each other where there is little', () => {
  expect(table(30)).toContain('\n  dense  batch -> batch\n    y = x W + b, every output');
});

it('labels the cells of a row where they do not fit beside each other', () => {
  const [heading, ...others] = rows;
  const options = { heading, alignRight: [3] };
  expect(formatTable(others, { ...options, columns: 200 })).toBe(table(200));
  expect(formatTable([['network'], ...others.slice(1), ['total', '', '', '39,250']], { ...options, columns: 30 })).toBe(
    [
      'network',
      '  dense',
      '    kinds: batch -> batch',
      '    what it does: y = x W +',
      '      b, every output a',
      '      weighted sum of every',
      '      input',
      '    parameters: 39,250',
      'total',
      '  parameters: 39,250',
      '',
    ].join('\n'),
  );
});

it('puts the columns of a matrix that do not fit below each other', () => {
  const matrix = [
    ['', 'a', 'bb', 'c'],
    ['a', '10', '2', '.'],
    ['bb', '.', '3', '1'],
  ];
  const options = { alignRight: [1, 2, 3] };
  expect(formatWide(matrix, { ...options, columns: 13 })).toBe(formatTable(matrix, options));
  expect(formatWide(matrix, { ...options, columns: 12 })).toBe(
    ['     a  bb', 'a   10   2', 'bb   .   3', '', '    c', 'a   .', 'bb  1', ''].join('\n'),
  );
  expect(formatWide(matrix, { ...options, columns: 1 }).split('\n\n')).toHaveLength(3);
});

it('keeps every word whole, and in its line, at any width', () => {
  for (let columns = 20; columns <= 200; columns++) {
    const lines = table(columns).split('\n');
    for (const line of lines) expect(widthOf(line) <= columns || words(line).length === 1, line).toBe(true);
    expect(words(lines.join(' ')).sort()).toEqual(words(rows.flat().join(' ')).sort());
  }
});

it('counts columns, not characters', () => {
  expect(
    formatTable(
      [
        ['数字', 'a'],
        ['0123456', 'b'],
      ],
      { columns: 80 },
    ),
  ).toBe('数字     a\n0123456  b\n');
});

it('indents what goes on, and keeps together what belongs together', () => {
  expect(wrapped(`  epoch ${together('loss 0.1234')} end`, 18)).toBe('  epoch\n    loss 0.1234\n    end');
});

it('breaks paragraphs anew, and leaves diagrams alone', () => {
  const docstring = 'One two\nthree four.\n\n    x: --a--|   as wide as it is\n\nThe end\nof it.';
  expect(reflowed(docstring, 20)).toBe('One two three four.\n\n    x: --a--|   as wide as it is\n\nThe end of it.');
  expect(reflowed(docstring, 10)).toContain('One two\nthree\nfour.\n');
});
