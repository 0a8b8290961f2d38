import { lastValueFrom, tap as look, map, take } from 'rxjs';
import { emissionsOf } from '../../core/inspect/emissions.js';
import { channelsOf, samplesOf } from '../../core/inspect/images.js';
import { type Snapshot, snapshotOf } from '../../core/inspect/snapshot.js';
import type { Kind, Kinds } from '../../core/kinds.js';
import { placeOf, type StageRow } from '../../core/pipeline/assembly.js';
import { turnsWhenReady } from '../../core/scheduler.js';
import { environmentOf } from '../../node/environment.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, remarkUnread, whileWaiting } from '../data-options.js';
import { loadGiven } from '../given-file.js';
import { IMAGES, imagesText } from '../images-text.js';
import { jsonPieces } from '../json-pieces.js';
import { roomFor, wholeNumberOption, withData, withPipelineFile, withValues } from '../pipeline-options.js';
import { blocksText, factsOf, withFirst } from '../snapshot-text.js';
import { untilDrained } from '../standard-output.js';

export const tap = command({
  command: 'tap <file>',
  describe: 'What comes out of one stage while the pipeline runs',
  builder: (yargs) =>
    withValues(withData(withPipelineFile(yargs)))
      .option('stage', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'Place of the stage, as train.3 or train.forward, or its name',
      })
      .option(
        'count',
        wholeNumberOption('count', { least: 1, default: '3', describe: 'After how many emissions to stop' }),
      ),
  async handler({ file, set, swap, plugins, data, offline, stage: name, count, values, json }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    remarkUnread(loaded, data);
    const room = roomFor(values);
    await whileWaiting(PREPARING, ({ download, clear }) => {
      const environment = {
        ...environmentOf(loaded, dataOptions(data, offline, download)),
        scheduler: turnsWhenReady(untilDrained),
      };
      const emissions = emissionsOf(loaded.definition, environment, name).pipe(
        // In numbers at once: the tensors are written anew with the next batch.
        map(({ stage, value, learned }) => ({
          stage,
          snapshot: snapshotOf(value, room.values, learned),
          pictures: json ? '' : picturesOf(stage, value),
        })),
        look(({ stage, snapshot, pictures }) => {
          clear();
          const pieces = json ? jsonOf(stage, snapshot) : [textOf(stage, snapshot, pictures, room.width)];
          for (const piece of pieces) process.stdout.write(piece);
        }),
        take(count),
      );
      return lastValueFrom(emissions, { defaultValue: undefined });
    });
  },
});

function* jsonOf(stage: StageRow, snapshot: Snapshot): Generator<string> {
  yield* jsonPieces({ stage: placeOf(stage), name: stage.name, ...snapshot });
  yield '\n';
}

/** What the samples are like that a stage distorted, or the channels that a layer made of the first one. */
function picturesOf({ section, definition: { family } }: StageRow, value: Kinds[Kind]): string {
  if (typeof value !== 'object' || !('x' in value)) return '';
  const { x } = value;
  const [B, H, W, C = 1] = x.shape;
  if (family === 'augmentation') return imagesText(samplesOf(x, IMAGES) ?? [], [H, W], { each: 'sample', count: B });
  if (section !== 'network') return '';
  return imagesText(channelsOf(x, IMAGES) ?? [], [H, W], { each: 'channel', count: C });
}

/** Which value this is, what is to be said of it beside its tensors, as many labels as fit, and what it looks like. */
function textOf(stage: StageRow, snapshot: Snapshot, pictures: string, width: number): string {
  const { split, epoch, step, labels, tensors } = snapshot;
  const facts = [
    split,
    ...(epoch === undefined ? [] : [`epoch ${epoch}`]),
    ...(step === undefined ? [] : [`step ${step}`]),
    ...factsOf(snapshot),
  ].join(', ');
  const begun = `${placeOf(stage)} ${stage.name}: ${facts}`;
  const heading = labels === undefined ? begun : withFirst(`${begun}, labels `, labels, tensors.x.shape[0], width);
  return blocksText([{ heading, tensors, pictures }], width);
}
