/** What one sees who runs a pipeline in a terminal. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { silent, startMirror } from '../node/mirror-server.js';
import { VALIDATED } from '../tiny-pipeline.js';
import { hasTerminals, inTerminal } from './in-terminal.js';
import { fromRoot, pipeline, runJson, SLOW, scratchFile, scratchFolder, TINY } from './pipeline-command.js';

const CTRL_C = '\u0003';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const TO_LINE_START = '\u001b[1G';
const CLEAR_LINE = '\u001b[2K';

/** What was drawn from the line's start on, up to the next order to the terminal. */
const barsIn = (screen: string): string[] =>
  screen
    .split(TO_LINE_START)
    .slice(1)
    .map((piece) => piece.split('\u001b')[0])
    .filter((piece) => piece !== '');

describe.skipIf(!hasTerminals)('in a terminal (needs python3)', { concurrent: true }, () => {
  test.each([
    [200, 20],
    [80, 8],
    [40, 4],
  ])('%i columns wide, a bar fills up in one line and goes away', async (columns, width) => {
    const { code, stdout: screen } = await inTerminal(['run', SLOW], { columns });
    expect(code).toBe(0);

    const bars = barsIn(screen).filter((line) => !line.startsWith('preparing data'));
    expect(bars.length).toBeGreaterThanOrEqual(2); // at least one an epoch
    for (const bar of bars) {
      expect(bar).toMatch(new RegExp(`^[█░]{${width}} [ \\d]{3}% {2}loss \\d\\.\\d{4}`));
      expect(bar.length).toBeLessThanOrEqual(columns);
    }
    const filled = bars.map((bar) => bar.split('█').length - 1);
    expect(filled).toEqual([...filled].sort((a, b) => a - b));
    expect(filled.at(-1)).toBeGreaterThan(0);

    const [, afterwards] = screen.slice(screen.lastIndexOf(TO_LINE_START)).split(CLEAR_LINE);
    expect(afterwards).not.toMatch(/[█░]/);
    expect(afterwards).toMatch(/^epoch {3}2 /);
    expect(screen.match(/epoch {3}[12] {2}train/g)).toHaveLength(2);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
    expect(screen).toContain(HIDE_CURSOR);
  });

  test('lint says how many trials of a sweep it has checked, where there are many', async () => {
    const sweep = 'sweep: { trials: 500, over: { network.0.dense.units: { integers: [4, 5000] } } }\n';
    const file = await scratchFile('tiny.yaml', VALIDATED + sweep);
    const { code, stdout } = await inTerminal(['lint', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/checking trials: \d+ of 500 +\d s/);
    expect(stdout.slice(stdout.lastIndexOf(CLEAR_LINE))).toMatch(/tiny\.yaml: ok, with 500 trials of a\s+sweep/);
  });

  test('a run ends with what to do next, and that works', async () => {
    const changes = ['--set', 'epochs=1', '--swap', 'relu = tanh'];
    const { code, stdout: screen } = await inTerminal(['run', TINY, ...changes, '--profile'], { columns: 300 });
    expect(code).toBe(0);
    const last = screen.trimEnd().split('\r\n').at(-1);
    expect(last).toBe(
      `next: pipeline trace ${TINY} --set epochs=1 --swap 'relu = tanh'   ` +
        'shows every number of one example; "pipeline --help" shows all commands',
    );
    expect(await pipeline(['trace', TINY, ...changes])).toMatchObject({ code: 0, stderr: '' });
    expect((await pipeline(['run', TINY, ...changes])).stderr).not.toContain('next: ');
  });

  test('a run of a table ends with what to do with another table', async () => {
    const words = [
      'run',
      fromRoot('pipelines/iris.yaml'),
      '--set',
      'epochs=1',
      '--no-report',
      '--out',
      await scratchFolder(),
    ];
    const { stdout: screen } = await inTerminal(words, { columns: 300 });
    expect(screen).toMatch(/next: pipeline predict \S+ FILE {3}says what it makes of each row of a table\r\n/);
  });

  test('40 columns wide, only a command is longer than a line', async () => {
    const { code, stdout: screen } = await inTerminal(['run', TINY, '--set', 'epochs=1'], {
      columns: 40,
      environment: { NO_COLOR: '1' },
    });
    expect(code).toBe(0);
    const lines = screen.slice(screen.lastIndexOf(CLEAR_LINE) + CLEAR_LINE.length).split('\r\n');
    expect(lines.filter((line) => line.length > 40)).toEqual([`next: pipeline trace ${TINY} --set epochs=1`]);
    expect(lines.slice(-4)).toEqual([
      '      shows every number of one example;',
      '      "pipeline --help" shows all',
      '      commands',
      '',
    ]);
    const weights = lines.indexOf('weights');
    const hash = lines.slice(weights + 1, weights + 3).map((line) => line.trim());
    expect(hash.join('')).toBe((await runJson([TINY, '--set', 'epochs=1'])).end.weights);
  });

  test('40 columns wide, a summary is a block a stage', async () => {
    const { stdout: screen } = await inTerminal(['summary', TINY], { columns: 40, environment: { NO_COLOR: '1' } });
    const lines = screen.split('\r\n');
    const dense = lines.indexOf('  dense');
    expect(lines.slice(dense, dense + 4)).toEqual([
      '  dense',
      '    kind: batch',
      '    output: [B, 8]',
      '    parameters: 6,280',
    ]);
  });

  test('Ctrl-C ends the run and gives the cursor back', async () => {
    const { code, stdout: screen } = await inTerminal(['run', SLOW, '--set', 'epochs=1000000'], {
      press: [[CTRL_C, '░']],
    });
    expect(code).toBe(130);
    expect(barsIn(screen).length).toBeGreaterThanOrEqual(1);
    expect(screen.endsWith(`${CLEAR_LINE}interrupted\r\n`)).toBe(true);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
  });

  test('a confusion matrix that is wider stands in blocks below each other', async () => {
    const text = (await readFile(TINY, 'utf8')).replace('- accuracy', '- confusionMatrix');
    const file = await scratchFile('matrix.yaml', text);
    const { stdout: screen } = await inTerminal(['run', file], { columns: 24 });
    const lines = screen.split('\r\n');
    const begin = lines.indexOf('     0  1  2  3  4  5  6');
    const second = lines.indexOf('     7  8  9');
    expect(second - begin).toBe(11);
    const block = (from: number) => lines.slice(from + 1, from + 11).map((line) => line.trim().split(/ +/).map(Number));
    const rows = block(begin).map((row, i) => [...row, ...block(second)[i].slice(1)]);
    const json = await runJson([file]);
    expect(rows).toEqual(json.end.confusionMatrix?.map((row, label) => [label, ...row]));
  });

  test.each([
    ['--json', {}],
    ['--quiet', {}],
    ['--no-out', { TERM: 'dumb' }],
  ])('%s with %j draws no bar', async (option, environment) => {
    const { code, stdout: screen } = await inTerminal(['run', SLOW, option, '--set', 'epochs=1'], { environment });
    expect(code).toBe(0);
    expect(screen).not.toMatch(/[█░]/);
    expect(screen).not.toContain(HIDE_CURSOR);
    expect(screen).not.toContain(TO_LINE_START);
    expect(screen.includes('next: ')).toBe(option === '--no-out');
  });
});

// Not concurrent: mirrors close after every test.
test.skipIf(!hasTerminals)('waiting for data is a line with the seconds (needs python3)', async () => {
  const mirror = await startMirror(silent);
  const { code, stdout: screen } = await inTerminal(['run', 'pipelines/relu.yaml'], {
    press: [[CTRL_C, 'preparing data']],
    environment: { MARBLENET_MIRRORS: mirror.url },
  });
  expect(code).toBe(130);
  expect(barsIn(screen)[0]).toMatch(/^preparing data {2}\d+ s/);
  expect(screen.endsWith(`${CLEAR_LINE}interrupted\r\n`)).toBe(true);
});

describe.concurrent('colour', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what makes colours begins with one
  const COLOUR = /\u001b\[[\d;]*m/;

  test.skipIf(!hasTerminals).each<[Record<string, string>, boolean]>([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
    [{ CI: 'true' }, false],
    [{ CI: 'true', FORCE_COLOR: '1' }, true],
  ])('in a terminal with %j: %j (needs python3)', async (environment, expected) => {
    const { code, stdout: screen } = await inTerminal(['print', 'nowhere.yaml'], { environment });
    expect(code).toBe(2);
    expect(COLOUR.test(screen)).toBe(expected);
    expect(screen).toContain('error:');
  });

  test.each<[Record<string, string>, boolean]>([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
  ])('in a pipe with %j: %j', async (environment, expected) => {
    const { stdout } = await pipeline(['run', TINY, '--quiet'], environment);
    expect(COLOUR.test(stdout)).toBe(expected);
    expect(stdout).toContain('test loss ');
  });
});
