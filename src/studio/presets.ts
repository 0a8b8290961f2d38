/** The pipelines that the page has at hand. */
import digits from '../../pipelines/offline.yaml';
import mnist from '../../pipelines/relu.yaml';
import spirals from '../../pipelines/two-spirals.yaml';
import type { GivenFile } from './worker/protocol.js';

/** In the page, they are called after their data. */
export const presets: readonly GivenFile[] = Object.entries({ digits, mnist, spirals }).map(([name, text]) => ({
  name: `${name}.yaml`,
  text: text.replace(/^name: .*/m, `name: ${name}`),
}));
