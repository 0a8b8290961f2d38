// Builds dist/ from src/: the kernels and the stage index first, then the TypeScript compiler, the texts of options, and the
// command, in one piece. With --once, it leaves alone what another process has built while this one waited for it.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { takeTurn } from './one-build.mjs';

const root = new URL('..', import.meta.url);
const command = new URL('dist/bin/main.js', root);

/** Why it cannot be built here, if so. */
function obstacle() {
  const needed = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = needed.split('.').map(Number);
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number);
  if (ownMajor < major || (ownMajor === major && ownMinor < minor))
    return `marblenet needs Node ${needed} or newer, found ${process.versions.node}`;
  if (!existsSync(new URL('node_modules/rolldown', root)))
    return 'what builds marblenet is not installed: run "npm ci --include=dev" (NODE_ENV=production leaves it out)';
  return undefined;
}

const problem = obstacle();
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
const brokenOff = await takeTurn();
if (process.argv.includes('--once') && existsSync(command) && !brokenOff) process.exit();
await import('./kernels.mjs');
await import('./stage-index.mjs');
rmSync(new URL('dist', root), { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
await import('./option-texts.mjs');
await import('./bundle.mjs');
rmSync(new URL('dist/cli', root), { recursive: true }); // it is in the bundle
chmodSync(command, 0o755);
