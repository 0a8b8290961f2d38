/** Most tests of commands run them in their own process, from the sources: the built command is the same. */
import { describe, expect, test } from 'vitest';
import { fromRoot, pipelineHere, pipelineProcess, TINY } from './pipeline-command.js';

describe.concurrent('the built command in a process of its own does the same', () => {
  test.each([
    [['list']],
    [['explain', 'conv2d']],
    [['explain', 'gelu']],
    [['summary', 'pipelines/conv/strong.yaml']],
    [['graph', 'pipelines/validation.yaml', '--format', 'svg']],
    [['print', TINY, '--swap', 'relu=elu']],
    [['lint', TINY, fromRoot('pipelines/relu.yaml'), fromRoot('test/cli/slow.yaml')]],
    [['check', TINY, '--parameters', '5', '--json']],
    [['trace', TINY, '--json']],
    [['tap', TINY, '--stage', 'network.1', '--json']],
    [['help', 'evaluate']],
    [['predict', 'runs/nowhere', '5.png']],
    [['lint', TINY, '--set', 'epoch=3']],
    [['frobnicate']],
  ])('%j', async (args) => {
    const built = await pipelineProcess(args);
    expect(built.stdout + built.stderr).not.toBe('');
    expect(built).toEqual(await pipelineHere(args));
  });
});
