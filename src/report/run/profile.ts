import type { ProfileEvent } from '../../core/run/events.js';
import { figure } from '../chart.js';
import { type Html, html } from '../html.js';
import { percent, tableOf } from '../parts.js';

/** Where the time of a run went, stage by stage. */
export const profileTable = ({ stages, seconds }: ProfileEvent): Html =>
  html`<p>Each stage by itself, without those that it calls or emits to. The whole run took ${figure(seconds)} seconds, turns of the event loop and checkpoints among them.</p>
${tableOf(
  'time and memory of each stage',
  ['stage', 'rows', 'calls', 'seconds', 'share', 'bytes'],
  stages.map(({ at, name, direction, rows, calls, seconds, share, bytes }) => [
    `${at} ${name}${direction === 'backward' ? ' backward' : ''}`,
    rows.toLocaleString('en-US'),
    calls.toLocaleString('en-US'),
    seconds.toFixed(3),
    percent(share),
    bytes.toLocaleString('en-US'),
  ]),
)}`;
