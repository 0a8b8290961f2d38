import { join, resolve } from 'node:path';

/** What an environment variable says; an empty one is one that is not set. */
export const environment = (name: string): string | undefined => process.env[name] || undefined;

/**
 * Where downloads, and what large files decode to, are kept: the folder in MARBLENET_CACHE, else the user's cache folder of
 * the operating system. Undefined for a user without a home folder, as a container's may be.
 */
export async function defaultCacheFolder(): Promise<string | undefined> {
  const named = environment('MARBLENET_CACHE');
  if (named !== undefined) return resolve(named);
  try {
    const { default: envPaths } = await import('env-paths'); // it asks for the home folder when it is loaded
    return join(envPaths('marblenet', { suffix: '' }).cache, 'mnist');
  } catch {
    return undefined;
  }
}
