/** `${NAME:default}` in pipeline files, seen from the command line. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { laterRefusalOf, resolveText } from '../tiny-pipeline.js';
import { eventsOf, pipeline, scratchFile, TINY } from './pipeline-command.js';

/** The tiny pipeline with its name (2:7) and learning rate (18:26) replaced. */
async function tinyWith(name: string, learningRate = '0.1'): Promise<string> {
  const tiny = await readFile(TINY, 'utf8');
  return scratchFile(
    'v.yaml',
    tiny.replace('name: tiny', () => `name: ${name}`).replace('Rate: 0.1', () => `Rate: ${learningRate}`),
  );
}

const NOT_SET = (name: string): string =>
  `the variable ${name} is not set; set it in the environment, or give it a default: \${${name}:...}\n`;

describe.concurrent('a variable', () => {
  test.each([
    ['${NAME}', 'fine', 'fine'],
    ['${NAME:other}', 'fine', 'fine'],
    ['${NAME:other}', '', 'other'],
    ['${NAME:a b: c, "d" # [e]}', '', 'a b: c, "d" # [e]'],
    ['run of ${NAME}, ${NAME}!', 'me', 'run of me, me!'],
    ['"${NAME}"', '7', '7'],
    ["'${NAME:7}'", '', '7'],
    ['"${NAME: x\\n}"', '', ' x\\n'],
    ['$${NAME}', 'me', '${NAME}'],
    ['$$${NAME}', 'me', '$${NAME}'],
    ['$NAME $(id) `id`', 'me', '$NAME $(id) `id`'],
    ['${NAME}', '{ a: 1 }', '{ a: 1 }'],
    ['${NAME}', 'a\nseed: 9', 'a\nseed: 9'],
    ['${NAME}', 'b # c', 'b # c'],
    ['${NAME}', '&a b', '&a b'],
    ['${NAME}', '*a', '*a'],
    ['${NAME}', '${PATH}', '${PATH}'],
  ])('%s with NAME=%j is %j, and so it is where it is printed', async (written, value, expected) => {
    const first = await loadPipeline(await tinyWith(written), { variables: { NAME: value } });
    expect(first.definition).toMatchObject({ name: expected, seed: 1 });
    const again = resolveText(first.resolved, { variables: { NAME: 'another' } });
    expect(again.definition.name).toBe(expected);
    expect(again.resolved).toBe(first.resolved);
  });

  test('is of the environment', async () => {
    const { stdout } = await pipeline(['run', await tinyWith('${NAME:x}', '${RATE}'), '--json'], {
      NAME: 'mine',
      RATE: '0.2',
    });
    expect(eventsOf({ code: 0, stdout, stderr: '' })[0]).toMatchObject({ event: 'start', name: 'mine' });
  });

  test.each([
    ['${RATE}', '0.5', 0.5],
    ['${RATE:0.25}', '', 0.25],
    ['${RATE: -0.25}', '1e-3', 0.001],
    ['0.${RATE}', '125', 0.125],
  ])('a number %s with RATE=%j is %d', async (written, value, expected) => {
    const { resolved } = await loadPipeline(await tinyWith('x', written), { variables: { RATE: value } });
    expect(resolved).toContain(`sgd: { learningRate: ${expected}, `);
  });

  test('may be the name of a stage, which --swap then finds', async () => {
    const tiny = (await readFile(TINY, 'utf8')).replace('- relu', '- ${ACT:tanh}');
    const { stdout } = await pipeline(['print', await scratchFile('v.yaml', tiny), '--swap', 'tanh=elu']);
    expect(stdout).toContain('  - elu');
  });

  test('stands in --set as in the file', async () => {
    const set = ['--set', 'train.sgd.learningRate=${RATE}', '--set', 'name="$${RATE}"'];
    const { stdout } = await pipeline(['print', TINY, ...set], { RATE: '0.5' });
    expect(stdout).toMatch(/^name: \$\$\{RATE\}$/m);
    expect(stdout).toContain('learningRate: 0.5,');
  });
});

describe.concurrent('a variable that is wrong is named with its place', () => {
  test.each([
    ['x', '${RATE}', `18:26: ${NOT_SET('RATE').trim()}`],
    ['${WHO}', '0.1', `2:7: ${NOT_SET('WHO').trim()}`],
    ['a ${B:b} ${__proto__}', '0.1', `2:7: ${NOT_SET('__proto__').trim()}`],
    ['${toString}', '0.1', `2:7: ${NOT_SET('toString').trim()}`],
    ['${1A}', '0.1', '2:7: expected a variable as ${NAME} or ${NAME:default}, found "${1A}"; $${ stands for the signs'],
    ['${A', '0.1', '2:7: expected a variable as ${NAME} or ${NAME:default}, found "${A"'],
    ['"${\\e[31mA}"', '0.1', '2:7: expected a variable as ${NAME} or ${NAME:default}, found "${\\'],
    ['${A:${B}}', '0.1', '2:7: expected a variable as ${NAME} or ${NAME:default}, found "${A:${B}"'],
    [
      '${A:-b}',
      '0.1',
      '2:7: in "${A:-b}", the default begins right after the colon: ${A:b}; where it is to begin with "-"',
    ],
    ['x', '${RATE:fast}', '18:26: sgd: learningRate: expected a number, found the text "fast"'],
    ['x', '"${RATE:1}"', '18:26: sgd: learningRate: expected a number, found the text "1"; write it without quotes'],
    ['x', '${RATE:}', '18:26: sgd: learningRate: expected a number, found nothing'],
    ['x\n${KEY}: 1', '0.1', '3:1: "${KEY}" is a name, and variables stand for values alone'],
  ])('name: %s, learningRate: %s', async (name, rate, problem) => {
    const file = await tinyWith(name, rate);
    expect(await laterRefusalOf(loadPipeline(file, { variables: {} }))).toContain(`${file}:${problem}`);
  });

  test.each(['lint', 'run', 'print'])('by %s', async (command) => {
    const file = await tinyWith('x', '${RATE}');
    const { code, stdout, stderr } = await pipeline([command, file]);
    expect({ code, said: command === 'lint' ? stdout : stderr }).toEqual({
      code: 2,
      said: `${file}:18:26: ${NOT_SET('RATE')}`,
    });
  });

  test('but not where a change takes its place', async () => {
    const file = await tinyWith('x', '${RATE}');
    expect(await pipeline(['lint', file, '--set', 'train.sgd.learningRate=0.1'])).toMatchObject({ code: 0 });
    expect((await pipeline(['lint', file, '--set', 'train.sgd.learningRate=${OTHER}'])).stdout).toBe(
      `--set train.sgd.learningRate=\${OTHER}: ${NOT_SET('OTHER')}`,
    );
  });
});
