/** Where runs are kept, as MARBLENET_RUNS says. */
import { environment } from '../node/cache-folder.js';

/** Where runs are kept, if nothing else is said. */
export const RUNS = 'runs';

/** What MARBLENET_RUNS says where nothing is to be kept. */
const NONE = 'none';

/** The folder in which runs are kept; undefined where nothing is to be kept. */
export function runsFolder(): string | undefined {
  const folder = environment('MARBLENET_RUNS') ?? RUNS;
  return folder === NONE ? undefined : folder;
}
