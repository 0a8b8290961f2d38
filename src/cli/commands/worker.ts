import { printable } from '../../core/printable.js';
import { environment } from '../../node/cache-folder.js';
import { openStore } from '../../node/queue/open-store.js';
import { runWorker, type WorkerEvent } from '../../node/queue/run-worker.js';
import { command } from '../command.js';
import { plural } from '../format-count.js';
import { abortOnSignals } from '../interrupt.js';
import { wholeNumberOption, withDataFolder } from '../pipeline-options.js';
import { durationText } from '../sweep-text.js';
import { remark, say, warn } from '../text/say.js';

export const worker = command({
  command: 'worker <queue>',
  describe: 'Train trials of sweeps that were begun on other machines, as they come from a queue',
  builder: (yargs) =>
    withDataFolder(
      yargs.positional('queue', {
        type: 'string',
        demandOption: true,
        describe: 'Redis, or Valkey: redis://HOST:6379, with TLS rediss://USER:PASSWORD@HOST:6379',
      }),
      'Folder that stands for the one of the sweep (its --data, or that of its file); files elsewhere are refused',
    )
      .option('store', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'What all machines share: file:///mnt/sweeps, or s3://BUCKET/PREFIX',
      })
      .option('jobs', wholeNumberOption('jobs', { least: 1, default: '1', describe: 'How many trials at a time' }))
      .option(
        'stalled-after',
        wholeNumberOption('stalled-after', {
          least: 1,
          default: '30',
          describe: 'Seconds after which a worker that says nothing is taken to be gone, and its trial is taken over',
        }),
      )
      .option('allow-plugins', {
        type: 'boolean',
        default: false,
        describe: 'Load plug-ins that a trial names, from the data folder: code, which runs',
      })
      .option('offline', { type: 'boolean', default: false, describe: 'Never use the network for data' }),
  async handler({ queue, store, data, jobs = 1, stalledAfter = 30, allowPlugins, offline }) {
    await runWorker({
      url: queue,
      store: await openStore(store),
      dataFolder: data ?? environment('MARBLENET_DATA'),
      jobs,
      stalledAfter,
      plugins: allowPlugins,
      offline,
      signal: abortOnSignals(),
      onEvent: report,
    });
    remark('stopped; what was under way has gone back into the queue');
  },
});

function report(event: WorkerEvent): void {
  if (event.event === 'ready') remark(`waiting for trials from ${event.server}; Ctrl-C gives back what is under way`);
  else if (event.event === 'problem') warn(event.problem);
  else if (event.event === 'refused')
    warn(`${event.folder}: left to other workers, as all for this reason, which is said once: ${event.reason}`);
  else if (event.status === 'running') say(`${printable(event.folder)}: trains`);
  else {
    const { folder, status, epochs, seconds } = event;
    const why = status === 'failed' ? `: ${event.reason}` : '';
    say(`${printable(folder)}: ${status}${why} (${plural(epochs, 'epoch')}, ${durationText(seconds)})`);
  }
}
