/** What runs on a thread that decodes: a picture at a time, from its bytes to its sample. */

import { parentPort } from 'node:worker_threads';
import { decodeSample } from '../../core/files/decode-picture.js';
import { inflate } from '../unpacked-bytes.js';
import type { PictureJob } from './picture-threads.js';

parentPort?.on('message', async ({ bytes, form }: PictureJob) => {
  const decoded = await decodeSample(bytes, form, inflate);
  parentPort?.postMessage(decoded, 'sample' in decoded ? [decoded.sample.buffer as ArrayBuffer] : []);
});

parentPort?.postMessage('ready');
