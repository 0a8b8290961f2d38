import { createRequire } from 'node:module';

/** This package's version; `unknown` where it was bundled into another program. */
export function version(): string {
  try {
    return (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
