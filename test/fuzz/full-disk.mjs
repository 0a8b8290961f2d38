// A cache on a disk that is full: node test/fuzz/full-disk.mjs --kilobytes 64,512,4096. Needs root, to mount a small tmpfs.
// The data come from a mirror here; a run must train on them although they cannot be kept, and leave nothing half-written.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { kilobytes: { type: 'string', default: '64,512,4096' }, data: { type: 'string' } },
});
const data = values.data ?? process.env.MARBLENET_DATA;
if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.log('SKIPPED: a full disk: only root may mount one');
  process.exit();
}
if (data === undefined) {
  console.log('SKIPPED: a full disk: name a folder with MNIST, --data DIR or MARBLENET_DATA, to be served');
  process.exit();
}
const { createReadStream, existsSync } = await import('node:fs');
const mirror = createServer((request, response) => {
  const path = join(data, request.url.split('/').at(-1));
  if (!existsSync(path)) {
    response.writeHead(404).end();
    return;
  }
  createReadStream(path).pipe(response);
});
await new Promise((resolve) => mirror.listen(0, '127.0.0.1', resolve));

let failures = 0;
for (const kilobytes of values.kilobytes.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'marblenet-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch {
    console.log('SKIPPED: a full disk: this machine lets nobody mount a tmpfs');
    rmSync(folder, { recursive: true, force: true });
    break;
  }
  try {
    const words = ['dist/bin/main.js', 'run', 'pipelines/relu.yaml', '--set', 'epochs=1', '--quiet'];
    const child = spawn(process.execPath, words, {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: {
        PATH: process.env.PATH,
        MARBLENET_CACHE: folder,
        MARBLENET_MIRRORS: `http://127.0.0.1:${mirror.address().port}/`,
      },
      timeout: 180_000,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    const left = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.part'));
    const isRight = code === 0 && /mnist \(download .*60,000/.test(said) && left.length === 0 && !/^\s+at /m.test(said);
    if (!isRight) failures++;
    console.log(`${kilobytes} kB: exit ${code}, ${left.length} files left half-written${isRight ? '' : `\n${said}`}`);
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}
mirror.close();
process.exitCode = failures > 0 ? 1 : 0;
