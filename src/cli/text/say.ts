/** What people read: results on standard output, remarks and errors on standard error, as wide as their terminals. */
import { printable } from '../../core/printable.js';
import { columnsOf, wrapped } from './layout.js';
import { styled } from './style.js';

export const say = (text: string): void => void process.stdout.write(`${wrapped(text, columnsOf(process.stdout))}\n`);

export const remark = (text: string): void =>
  void process.stderr.write(`${wrapped(text, columnsOf(process.stderr))}\n`);

export const warn = (message: string): void =>
  remark(`${styled('yellow', 'warning:', process.stderr)} ${printable(message)}`);

/** A terminal shows what is an error; elsewhere the message begins with its place, `FILE:LINE:COLUMN:`, as programs read it. */
export const remarkError = (message: string): void =>
  remark(process.stderr.isTTY ? `${styled('red', 'error:', process.stderr)} ${message}` : message);
