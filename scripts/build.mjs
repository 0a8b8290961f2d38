// Builds dist/ from src/: the kernels and the stage index first, then the TypeScript compiler, then the command, in
// one piece. With --if-needed, not when dist/ is newer than all that it is made of: npm prepares a package more often
// than it changes, and npx prepares its own folder's package before it runs a command of it.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('..', import.meta.url);
const command = new URL('dist/bin/main.js', root);

const changed = (url) => statSync(url).mtimeMs;

function isFresh() {
  if (!existsSync(command)) return false;
  const folders = ['src/', 'scripts/'].map((folder) => new URL(folder, root));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((path) => new URL(path.replaceAll('\\', '/'), folder)),
  );
  return [...sources, new URL('package.json', root)].every((source) => changed(source) <= changed(command));
}

if (!process.argv.includes('--if-needed') || !isFresh()) {
  await import('./kernels.mjs');
  await import('./stage-index.mjs');
  rmSync(new URL('dist', root), { recursive: true, force: true });
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  await import('./bundle.mjs');
  rmSync(new URL('dist/cli', root), { recursive: true }); // it is in the bundle
  chmodSync(command, 0o755);
}
