import type { Stats } from 'node:fs';

/**
 * What tells the content of a file from another under the same path: its size, its times and its number on the disk. Who edits
 * a file can set the time of its last change back, but not the one at which that was done.
 */
export const identityOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): string => [size, mtimeMs, ctimeMs, ino].join(' ');
