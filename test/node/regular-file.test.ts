/** A path that a reader would wait at for ever is refused before it is opened, whatever would have read it. */
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/node/host.js';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { readRegularFile } from '../../src/node/regular-file.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'read',
    (error: Error) => error.message,
  );

async function pipe(): Promise<string> {
  const path = join(await temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
}

describe.skipIf(process.platform === 'win32')('a path that leads to no file', () => {
  const data = (path: string) => messageOf(createNodeHost().readIdx(path));
  const pipelineFile = (path: string) => messageOf(loadPipeline(path));

  it('may be a pipe', async () => {
    const path = await pipe();
    expect(await data(path)).toBe(`${path}: found a pipe, expected an IDX file. Name a file.`);
    expect(await pipelineFile(path)).toBe(`${path}: this is a pipe, expected a pipeline file`);
  });

  it('may be a device', async () => {
    for (const path of ['/dev/zero', '/dev/tty']) {
      expect(await data(path)).toContain('found a device, expected an IDX file');
      expect(await pipelineFile(path)).toContain('this is a device, expected a pipeline file');
    }
  });

  it('may be a socket', async () => {
    const path = join(await temporaryFolder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await data(path)).toContain('found a socket');
    server.close();
  });

  it('may be a folder', async () => {
    const path = await temporaryFolder();
    expect(await data(path)).toContain('found a folder');
    expect(await pipelineFile(path)).toContain('this is a folder, expected a pipeline file');
  });
});

describe.skipIf(process.platform !== 'linux')('what Linux makes up', () => {
  it('is refused, since some of it has no end', async () => {
    for (const path of ['/proc/self/status', '/sys/kernel/mm/transparent_hugepage/enabled'])
      expect(await messageOf(readRegularFile(path))).toBe(
        'this is a file that the system makes up while it is read, expected a file',
      );
  });

  it('but not a file that is named through it', async () => {
    const path = await temporaryFile('abc');
    expect(await readRegularFile(`/proc/self/root${path}`)).toEqual(Buffer.from('abc'));
  });
});
