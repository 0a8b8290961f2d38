// The page's own worker, which trains.
import { filesHost } from 'marblenet';
import { trainAll } from './train.mjs';

addEventListener('message', async ({ data: { files, checksums } }) => {
  const downloads = new Set();
  const host = filesHost(files, { checksums, onDownload: ({ mirror }) => downloads.add(mirror) });
  try {
    postMessage({ weights: await trainAll(host), downloads: [...downloads] });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});
