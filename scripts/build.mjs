// Builds dist/ from src/: the kernels and the stage index first, then the TypeScript compiler, then the command's execute bit.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import './kernels.mjs';
import './stage-index.mjs';

const root = new URL('..', import.meta.url);
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

rmSync(new URL('dist', root), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
chmodSync(new URL('dist/cli/main.js', root), 0o755);
