/** Loud: the figures of a stand-in must not be taken for those of the real data. */
import type { Origin } from '../core/host.js';
import { printable } from '../core/printable.js';
import { remark } from './text/say.js';
import { styled } from './text/style.js';

export function warnOfFallback({ source, fallbackFor, reason }: Origin): void {
  if (fallbackFor === undefined) return;
  const line = `!! ${fallbackFor} could not be had: these are ${source} drawn by this program, not ${fallbackFor} !!`;
  const { stderr } = process;
  // one style at a time: Node 20 does not ask whether the stream has colours when it is given a list
  remark(styled('bold', styled('yellow', line, stderr), stderr));
  remark(`   ${printable(reason ?? '')}; --data DIR names a folder that has it`);
}
