// The page's own worker, which trains.
import { trainDigits } from './digits.mjs';

addEventListener('message', async ({ data }) => {
  postMessage({ ...(await trainDigits(data)), isolated: crossOriginIsolated, digests: crypto.subtle !== undefined });
});
