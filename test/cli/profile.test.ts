/** `--profile` of `run` and `resume`: a table, or an event, of where the time went. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profileText } from '../../src/cli/profile-text.js';
import type { ProfileEvent } from '../../src/core/run/events.js';
import { scratchFolder } from './leftovers.js';
import { eventsOf, pipeline, TINY } from './pipeline-command.js';

const stage = { at: 'train.0', name: 'shuffleBatch', rows: 400, calls: 20, seconds: 0.25, share: 0.125, bytes: 62_720 };
const layer = { ...stage, at: 'network.0', name: 'dense', seconds: 1.75, share: 0.875, bytes: 0 };
const event: ProfileEvent = {
  event: 'profile',
  runId: 'x',
  seconds: 2.5,
  stages: [{ ...layer, direction: 'backward' }, stage],
};

test('the table has a line a stage, and one of them all', () => {
  expect(
    profileText(event)
      .split('\n')
      .map((line) => line.replace(/ +/g, ' ').trim()),
  ).toEqual([
    'stage rows calls seconds share memory',
    'network.0 dense backward 400 20 1.750 87.5%',
    'train.0 shuffleBatch 400 20 0.250 12.5% 62.7 kB',
    'all 2.000 100.0%',
    'stages took 2.0 of 2.5 s; between them are events, checkpoints and turns of the',
    'event loop',
  ]);
  expect(
    Math.max(
      ...profileText(event)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(90);
});

test('run and resume print it before the result, and keep it with the events', async () => {
  const out = await scratchFolder();
  const ran = await pipeline(['run', TINY, '--profile', '--out', out, '--no-report']);
  expect(ran).toMatchObject({ code: 0 });
  const lines = ran.stdout.trimEnd().split('\n');
  expect(lines.findIndex((line) => /^train\.0 +shuffleBatch +400 +20 /.test(line))).toBeGreaterThan(0);
  expect(lines.findIndex((line) => /^all .* 100\.0%$/.test(line))).toBeGreaterThan(0);
  expect(lines.at(-1)).toMatch(/^test loss .* after 2 epochs, 20 steps/);
  const folder = join(out, 'tiny/1');
  const kept = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(kept.slice(-2).map((line) => JSON.parse(line).event)).toEqual(['profile', 'end']);

  const resumed = await pipeline(['resume', folder, '--set', 'epochs=3', '--profile', '--no-report', '--json']);
  expect(resumed).toMatchObject({ code: 0 });
  const profile = eventsOf(resumed).at(-2) as unknown as ProfileEvent;
  expect(profile.event).toBe('profile');
  expect(profile.stages.find(({ at }) => at === 'train.0')).toMatchObject({ calls: 10, rows: 200 });
  const again = (await readFile(join(folder, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(again.filter((line) => line.startsWith('{"event":"profile"'))).toHaveLength(1);
});

test('it is not for one line alone', async () => {
  const ended = await pipeline(['run', TINY, '--profile', '--quiet']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('--profile and --quiet: give one of them, not both');
});
