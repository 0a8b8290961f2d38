import { once } from 'node:events';
import { type SampleEvent, TOGETHER, type TraceEvent, traceSample } from '../../core/inspect/trace.js';
import { originText } from '../../core/model/origin-text.js';
import { inWords } from '../../core/pipeline/memory.js';
import { formatShape, type Shape } from '../../core/tensor.js';
import { environmentOf } from '../../node/environment.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, remarkUnread, whileWaiting } from '../data-options.js';
import { loadGiven } from '../given-file.js';
import { halfBlocks } from '../half-blocks.js';
import { IMAGES, imagesText } from '../images-text.js';
import { jsonPieces } from '../json-pieces.js';
import { roomFor, wholeNumberOption, withData, withPipelineFile, withValues } from '../pipeline-options.js';
import { type Block, blocksText, factsOf, numberText } from '../snapshot-text.js';
import { columnsOf, wrapped } from '../text/layout.js';
import { remark } from '../text/say.js';
import { styled } from '../text/style.js';
import { unshuffled } from '../unshuffled.js';

export const trace = command({
  command: 'trace <file>',
  describe: 'One example on its way: forward, back again, and the weights that it changes',
  builder: (yargs) =>
    withValues(withData(withPipelineFile(yargs))).option(
      'sample',
      wholeNumberOption('sample', { least: 0, default: '0', describe: 'Which example of the training data' }),
    ),
  async handler({ file, set, swap, plugins, data, offline, sample, values, json }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    remarkUnread(loaded, data);
    const room = roomFor(values);
    const definition = unshuffled(loaded.definition, TOGETHER);
    const events = await whileWaiting(PREPARING, ({ download }) => {
      const environment = environmentOf(loaded, dataOptions(data, offline, download));
      return traceSample(definition, environment, { sample, values: room.values, channels: json ? 0 : IMAGES });
    });
    if (json) {
      for (const event of events) await writeLine(jsonPieces(event));
      return;
    }
    const text = textOf(events, room.width);
    process.stdout.write(text);
    if (text.length > MUCH) {
      remark(
        `this is example ${sample} alone, in ${inWords(text.length)}; --values 8 shows fewer numbers of each tensor, and ` +
          '--sample N another example',
      );
    }
  },
});

/** More characters than anyone reads. */
const MUCH = 100_000;

/** Writes piece by piece, no faster than they are read. */
async function writeLine(pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  process.stdout.write('\n');
}

function textOf(events: readonly TraceEvent[], width: number): string {
  const pictures = events.filter((event) => event.event === 'sample').map(pictureText);
  const parts = (['forward', 'backward', 'update'] as const).map((part) => {
    const blocks = events.filter(({ event }) => event === part).flatMap(blockOf);
    return blocks.length === 0 ? '' : `${styled('bold', part)}\n${blocksText(blocks, width)}`;
  });
  return [...pictures, ...parts].filter((text) => text !== '').join('\n');
}

/** What the example is, and how it looks if it is a picture that a terminal can hold. */
function pictureText({ sample, label, targets, origin, shape, features, together }: SampleEvent): string {
  const [, width] = shape;
  const truth =
    label !== undefined ? `, label ${label}` : targets ? `, targets ${targets.map(numberText).join(' ')}` : '';
  const columns = columnsOf(process.stdout);
  const others = together
    ? `; with the ${together.examples - 1} behind it, since ${placed(together)} compares the samples of a batch`
    : '';
  const title = wrapped(
    `example ${sample} of ${originText(origin)}: ${formatShape(shape)}${truth}${others}\n`,
    columns,
  );
  return shape.length === 2 && width <= Math.min(76, columns - 2) ? `${title}\n${halfBlocks(features, width)}` : title;
}

function blockOf(event: TraceEvent): Block[] {
  switch (event.event) {
    case 'sample':
      return [];
    case 'forward':
      return [
        {
          heading: [placed(event), ...factsOf(event)].join(', '),
          tensors: event.tensors,
          ...(event.channels && { pictures: channelsText(event.channels, event.tensors.x.shape) }),
        },
      ];
    case 'backward':
      return [{ heading: placed(event), tensors: event.tensors }];
    case 'update': {
      const { parameter, norm, largest, tensors, filters } = event;
      const [before, after] = [largest.before, largest.after].map(numberText);
      return [
        {
          heading:
            `${placed(event)}: ${parameter} moves by ${numberText(norm)}, ` +
            `most at ${formatShape(largest.index)}: ${before} -> ${after}`,
          tensors,
          ...(filters && { pictures: filtersText(filters, tensors.after.shape) }),
        },
      ];
    }
  }
}

const channelsText = (channels: readonly (readonly number[])[], [, H, W, C = 1]: Shape): string =>
  imagesText(channels, [H, W], { each: 'channel', count: C });

const filtersText = (filters: readonly (readonly number[])[], [H, W, , count]: Shape): string =>
  imagesText(filters, [H, W], { each: 'filter', count });

const placed = ({ stage, name }: { readonly stage: string; readonly name: string }): string => `${stage} ${name}`;
