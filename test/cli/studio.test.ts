import { describe, expect, test } from 'vitest';
import { pipeline, startPipeline, TINY, untilWritten } from './pipeline-command.js';

describe.concurrent('studio', () => {
  test('serves the page with a file until Ctrl-C', async () => {
    const started = startPipeline(['studio', TINY, '--no-open']);
    let url = '';
    started.child.stdout.on('data', (chunk) => {
      url += chunk;
    });
    await untilWritten(started, '/\n');
    const offer = await (await fetch(`${url.trim()}offer.json`)).json();
    expect(offer).toMatchObject({ isServed: true, file: { name: 'tiny.yaml' } });
    started.child.kill('SIGINT');
    expect(await started.ended).toEqual({ code: 130, stdout: url, stderr: 'Ctrl-C ends it\n' });
  });

  test('says aloud that other machines may open it', async () => {
    const started = startPipeline(['studio', '--no-open', '--host', '0.0.0.0']);
    await untilWritten(started, 'Ctrl-C', 'stderr');
    started.child.kill('SIGTERM');
    const { code, stderr } = await started.ended;
    expect(code).toBe(143);
    expect(stderr).toContain('warning: other machines can open the studio, too, by 0.0.0.0 and this token\n');
  });

  test.each([
    [['--port', 'eighty'], '--port: expected a whole number from 0 to 65535, found "eighty"'],
    [['--port', '99999'], '--port: expected a whole number from 0 to 65535, found "99999"'],
    [['no.yaml'], 'no.yaml'],
    [['.'], 'found no run: there is no pipeline.yaml in it'],
    [['--host', '203.0.113.1'], 'the studio cannot listen at 203.0.113.1:0: '],
  ])('refuses %j', async (words, problem) => {
    const { code, stdout, stderr } = await pipeline(['studio', ...words, '--no-open']);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(problem);
  });
});
