/** Where the time of a run went, as a table. */
import { inWords } from '../core/pipeline/memory.js';
import { printable } from '../core/printable.js';
import type { ProfileEvent } from '../core/run/events.js';
import { formatCount } from './format-count.js';
import { columnsOf, proseColumnsOf, wrapped } from './text/layout.js';
import { formatTable } from './text/table.js';

/** A row a stage in the order of a pipeline file, its layers forward and back apart, and their sum. */
export function profileText({ stages, seconds }: ProfileEvent): string {
  const widest = Math.max(0, ...stages.map(({ at }) => at.length));
  const rows = stages.map(({ at, name, direction, rows, calls, seconds, share, bytes }) => [
    `${at.padEnd(widest)}  ${printable(name)}${direction === 'backward' ? ' backward' : ''}`,
    formatCount(rows),
    formatCount(calls),
    seconds.toFixed(3),
    percent(share),
    bytes === 0 ? '' : inWords(bytes),
  ]);
  const measured = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const table = formatTable([...rows, ['all', '', '', measured.toFixed(3), percent(1), '']], {
    heading: ['stage', 'rows', 'calls', 'seconds', 'share', 'memory'],
    alignRight: [1, 2, 3, 4, 5],
    columns: columnsOf(process.stdout),
  });
  const rest = `stages took ${measured.toFixed(1)} of ${seconds.toFixed(1)} s; between them are events, checkpoints and turns of the event loop`;
  return `${table}${wrapped(rest, proseColumnsOf(process.stdout), 0)}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
