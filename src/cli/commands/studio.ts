import open from 'open';
import { messageOf } from '../../core/errors.js';
import { createNodeHost } from '../../node/host.js';
import { readOffer } from '../../node/studio/offer.js';
import { isLoopback, serveStudio } from '../../node/studio/serve-studio.js';
import { command } from '../command.js';
import { dataOptions } from '../data-options.js';
import { abortOnSignals } from '../interrupt.js';
import { wholeNumberBetween, withData } from '../pipeline-options.js';
import { remark, say, warn } from '../text/say.js';

export const studio = command({
  command: 'studio [file]',
  describe: 'Open the studio: a page that trains a pipeline, and shows every number of it',
  builder: (yargs) =>
    withData(yargs)
      .positional('file', {
        type: 'string',
        describe: 'Pipeline file (YAML), or folder of a run: runs/relu/3, or runs/relu for the newest',
      })
      .option('port', {
        type: 'string',
        requiresArg: true,
        defaultDescription: '0',
        coerce: wholeNumberBetween('port', 0, 65_535),
        describe: 'Port; 0 is any that is free',
      })
      .option('host', {
        type: 'string',
        requiresArg: true,
        default: '127.0.0.1',
        describe: 'Address to listen at: 0.0.0.0 is for other machines, too',
      })
      .option('open', { type: 'boolean', default: true, describe: 'Open it in the browser (--no-open)' }),
  async handler({ file, port = 0, host: address, open: opens, data, offline }) {
    const signal = abortOnSignals();
    const offer = file === undefined ? undefined : await readOffer(file);
    const server = await serveStudio({ address, port, offer, host: createNodeHost(dataOptions(data, offline)) });
    try {
      if (offer?.remark !== undefined) warn(offer.remark);
      if (!isLoopback(address)) warn(`other machines can open the studio, too, by ${address} and this token`);
      say(server.url);
      remark('Ctrl-C ends it');
      if (opens) await open(server.url).catch((error) => warn(`no browser could be opened: ${messageOf(error)}`));
      await new Promise<never>((_, end) => signal.addEventListener('abort', () => end(signal.reason), { once: true }));
    } finally {
      await server.close();
    }
  },
});
