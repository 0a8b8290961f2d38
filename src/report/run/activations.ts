import { type Html, html } from '../html.js';
import { percent, tableOf } from '../parts.js';
import type { ActivationLine } from './run-report.js';

/** Which units of the activations say nothing. */
export const activationsTable = (activations: readonly ActivationLine[]): Html =>
  html`<p>A dead unit gives the same number for every example: no later stage learns anything from it.</p>
${tableOf(
  'what the activations give',
  ['stage', 'units', 'dead', 'numbers that are 0'],
  activations.map(({ place, name, units, dead, zeros }) => [`${place} ${name}`, units, dead, percent(zeros)]),
)}`;
