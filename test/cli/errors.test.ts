import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  type Ended,
  eventsOf,
  linesOf,
  pipeline,
  pipelineHere,
  pipelineProcess,
  scratchFile,
  startPipeline,
  TINY,
} from './pipeline-command.js';

/** The tiny pipeline with a slip of the pen in line 11. */
async function misspelt(): Promise<string> {
  return scratchFile('misspelt.yaml', (await readFile(TINY, 'utf8')).replace('- relu', '- rellu'));
}

describe.concurrent('a wrong command line ends with exit 2 and one line', () => {
  test.each([
    ['nothing at all', [], 'expected a command'],
    ['an unknown command', ['frobnicate', TINY], 'frobnicate'],
    ['a misspelt command', ['rnu', TINY], 'unknown command "rnu"; did you mean "run"? ("pipeline --help"'],
    ['an option in the place of a command', ['--offline'], 'expected a command, found the option --offline'],
    ['no file', ['run'], 'expected a file after run ("pipeline run --help"'],
    ['no file for lint', ['lint'], 'expected a file after lint'],
    ['a file too many', ['run', TINY, 'other.yaml'], `run takes one file, found "${TINY}" and "other.yaml"`],
    ['a file where none is taken', ['list', 'activations'], 'list takes no file and no name, found "activations"'],
    ['a stage that is none', ['explain', '-'], 'expected a stage, found "-"'],
    ['an empty word', ['lint', TINY, ''], 'found an empty word; is a variable of the shell empty?'],
    ['an unknown option', ['run', TINY, '--ofline'], 'unknown option --ofline; did you mean "--offline"?'],
    ['an option that every object has', ['run', TINY, '--__proto__', 'x'], 'unknown option --__proto__ '],
    ['another one', ['lint', TINY, '--constructor=x'], 'unknown option --constructor '],
    ['an unknown letter', ['run', TINY, '-q'], 'unknown option -q '],
    ['an option spelt as in code', ['run', TINY, '--everyStep'], 'did you mean "--every-step"?'],
    ['an option of another command', ['list', '--epochs', '3'], 'unknown option --epochs '],
    ['an option with a part', ['run', TINY, '--set.epochs=3'], 'unknown option --set.epochs; did you mean "--set"?'],
    ['an option that cannot be negated', ['run', TINY, '--no-json'], 'unknown option --no-json'],
    ['a setting of the file', ['run', TINY, '--epochs', '3'], 'change it by --set epochs=3'],
    ['the same in the singular', ['run', TINY, '--epoch', '3'], 'change it by --set epochs=3'],
    [
      'no colours',
      ['run', TINY, '--no-color'],
      'unknown option --no-color: the environment says whether there are colours; set NO_COLOR=1',
    ],
    ['a setting of the file, joined', ['run', TINY, '--seed=7'], 'change it by --set seed=7'],
    ['the name of the file', ['print', TINY, '--name', 'other'], 'change it by --set name=other'],
    ['a setting without its value', ['run', TINY, '--seed', '--json'], 'change it by --set seed=...'],
    ['an option of stages', ['run', TINY, '--learning-rate', '0.1'], 'change it by --set train.sgd.learningRate=0.1 ('],
    ['the same by its short name', ['run', '--lr=0.1', TINY], 'change it by --set train.sgd.learningRate=0.1 ('],
    ['the same by a slip', ['run', TINY, '--lerningrate', '0.1'], 'change it by --set train.sgd.learningRate=0.1 ('],
    ['the same in no file', ['run', '--learning_rate', '0.1'], '--set SECTION.STAGE.learningRate=0.1 ('],
    ['an option that train has before test', ['run', TINY, '--batch', '10'], '--set train.shuffleBatch.size=10 ('],
    [
      'an option of two layers',
      ['lint', TINY, '--units', '3'],
      '--set network.0.dense.units=3 or --set network.2.dense.units=3 (',
    ],
    [
      'an option of no stage there',
      ['run', TINY, '--momentum', '0.9'],
      'of the stages batchNorm, momentum, nesterov, and the file has none',
    ],
    ['words after --', ['run', TINY, '--', '--set', 'epochs=1'], 'nothing after "--" is read'],
    ['a file after --', ['lint', '--', TINY], 'nothing after "--" is read'],
    ['an option given twice', ['run', TINY, '--data', 'a', '--data', 'b'], '--data is given twice'],
    ['a flag given twice', ['run', TINY, '--json', '--json'], '--json is given twice'],
    ['a value where none is taken', ['run', TINY, '--json=yes'], '--json takes no value, found "yes"'],
    ['two formats at once', ['run', TINY, '--json', '--quiet'], '--json and --quiet: give one of them'],
    ['an option that needs another', ['run', TINY, '--every-step'], '--every-step: give --json, too'],
    ['an option without its value', ['run', TINY, '--set'], 'expected a value after --set'],
    [
      'an option in the place of a value',
      ['run', TINY, '--set', '--json'],
      'expected a value after --set, found --json',
    ],
    ['a picture of no kind', ['graph', TINY, '--format', 'png'], '"mermaid", "dot"'],
    ['a plug-in that is not there', ['list', '--plugin', 'nowhere.ts'], '--plugin nowhere.ts: there is no file '],
    [
      'a plug-in beside a pipeline file',
      ['run', TINY, '--plugin', 'swish.ts'],
      "the pipeline file names its plug-ins, plugins: [swish.ts], or --set 'plugins=[swish.ts]'",
    ],
    ['a format left out', ['export', 'runs/relu'], 'expected --to, as --to onnx ("pipeline export --help" shows'],
  ])('%s', async (_, args, words) => {
    expectRefusal(await pipelineHere(args), words);
  });

  test.each([
    ['a change that is none', ['run', TINY, '--set', 'epochs'], '--set epochs: expected two words joined by "="'],
    [
      'a swap to nothing',
      ['run', TINY, '--swap', 'relu=sigmoi'],
      '--swap relu=sigmoi: unknown stage "sigmoi"; did you mean "sigmoid"?',
    ],
    ['a pipeline by its name alone', ['run', 'relu'], 'relu: there is no such file; did you mean pipelines/relu.yaml?'],
    [
      'a misspelt file',
      ['run', 'pipelines/rleu.yaml'],
      'pipelines/rleu.yaml: there is no such file; did you mean pipelines/relu.yaml?',
    ],
    ['a folder', ['run', 'src'], 'src: this is a folder, expected a pipeline file'],
  ])('which a run finds: %s', async (_, args, words) => {
    expectRefusal(await pipelineHere(args), words);
  });

  test.each([
    ['a file that is not there', ['run', 'nowhere.yaml'], 'nowhere.yaml: there is no such file'],
    ['a stage without its section', ['run', TINY, '--set', 'sgd.learningRate=1'], 'say --set train.sgd.learningRate=1'],
  ])('which the thread of a run finds: %s', async (_, args, words) => {
    expectRefusal(await pipelineProcess(args), words);
  });

  const expectRefusal = ({ code, stdout, stderr }: Ended, words: string): void => {
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([expect.stringContaining(words)]);
  };
});

test.concurrent('a failed run ends with exit 1 and one line', async () => {
  const { code, stdout, stderr } = await pipelineProcess([
    'run',
    TINY,
    '--quiet',
    '--set',
    'train.sgd.learningRate=1e9',
  ]);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(linesOf(stderr)).toEqual([expect.stringMatching(/: the loss became .* try a smaller learningRate$/)]);
});

describe.concurrent('a wrong pipeline file', () => {
  test.each(['run', 'print'])('%s says file, line and column', async (command) => {
    const file = await misspelt();
    const { code, stdout, stderr } = await pipeline([command, file]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([
      `${file}:11:5: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)`,
    ]);
  });
});

describe.concurrent('- is standard input', () => {
  const given = async (args: readonly string[], text: string) => {
    const started = startPipeline(args);
    started.child.stdin.end(text);
    return started.ended;
  };

  test('for run', async () => {
    const ended = await given(['run', '-', '--json'], await readFile(TINY, 'utf8'));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(eventsOf(ended).at(-1)).toMatchObject({ status: 'completed', steps: 20 });
  });

  test('for lint, which checks it beside a file', async () => {
    const { code, stdout } = await given(['lint', TINY, '-'], 'this is no pipeline');
    expect(code).toBe(2);
    expect(linesOf(stdout)).toEqual([`${TINY}: ok`, expect.stringMatching(/^<stdin>:1:1: expected a pipeline, with /)]);
  });

  test('whose places are called so', async () => {
    const { code, stdout } = await given(['lint', '-'], (await readFile(TINY, 'utf8')).replace('- relu', '- rellu'));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^<stdin>:11:5: unknown stage "rellu"/);
  });

  test('whose paths are seen from the working directory', async () => {
    const ended = await given(['lint', '-'], `plugins: [test/cli/linger.ts]\n${await readFile(TINY, 'utf8')}`);
    expect(ended).toEqual({ code: 0, stdout: '<stdin>: ok\n', stderr: '' });
  });

  test.each([
    ['what is no text', '\0'],
    ['nothing', ''],
  ])('%s is refused', async (_, text) => {
    const { code, stderr } = await given(['print', '-'], text);
    expect(code).toBe(2);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^<stdin>:1:1: /)]);
  });
});

test.concurrent.each([
  ['a wrong pipeline file', ['run', 'nowhere.yaml'], 2],
  ['a wrong command line', ['rnu'], 2],
  ['a failed run', ['run', TINY, '--set', 'train.4.sgd.learningRate=1e9'], 1],
])('--debug shows the stack trace of %s', async (_, args, code) => {
  const ended = await pipelineProcess([...args, '--debug']);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(/^ +at .*\.js:\d+:\d+/m);
});

test.concurrent('text from outside moves no cursor', async () => {
  const tiny = await readFile(TINY, 'utf8');
  const file = await scratchFile('name.yaml', tiny.replace('name: tiny', 'name: "\\e]0;PWNED\\a\\e[31mred"'));
  for (const command of ['run', 'summary']) {
    const { code, stdout, stderr } = await pipelineHere([command, file], { NO_COLOR: '1' });
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout + stderr).toContain('\\x1b]0;PWNED\\x07\\x1b[31mred: ');
  }
});
