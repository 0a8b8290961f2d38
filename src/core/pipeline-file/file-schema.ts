import * as z from 'zod';
import { settings } from '../pipeline/settings.js';
import { sweepSettings, varySettings } from '../sweep/settings.js';

const stageList = z.array(z.unknown()).min(1);

/** Everything in a pipeline file but the stages themselves, which have schemas of their own. */
export const fileSchema = z.strictObject({
  extends: z.string().min(1).optional().describe('Another pipeline file, of which this one says what is different'),
  name: z.string().min(1).describe('What the run is called'),
  description: z.string().optional().describe('What there is to see in it'),
  ...settings,
  vary: varySettings
    .optional()
    .describe(
      'What differs between the members of a committee beside their seeds: by the path of a value, as --set takes it, choices or a ' +
        'range, as "sweep: { over: }" has them',
    ),
  sweep: sweepSettings
    .optional()
    .describe('What "pipeline sweep" tries: many runs of this file, in which these values are others'),
  plugins: z.array(z.string().min(1)).optional().describe('TypeScript files with stages of your own'),
  data: stageList.describe('A source, then what prepares its examples'),
  network: stageList.describe('The layers, from input to output'),
  train: stageList.describe('A batcher, forward, a loss, backward, an optimizer, metrics'),
  validation: stageList
    .optional()
    .describe('A batcher, forward, a loss, metrics; run after each epoch, on examples held out of train'),
  test: stageList
    .optional()
    .describe('A batcher, forward, a loss, metrics; run after each epoch, or once at the end if there is a validation'),
});

export type FileContent = z.output<typeof fileSchema>;
export type Path = readonly PropertyKey[];
