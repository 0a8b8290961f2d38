/**
 * What `tensorboard: true` writes, read by a reader that shares no line with the writer. TensorBoard itself was not at hand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type PipelineEvent, resumeRun, runPipeline } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../src/core/formats/crc32c.js';
import { buildPipeline } from '../../src/core/pipeline/pipeline.js';
import { pipeline, scratchFile } from '../cli/pipeline-command.js';
import { resolveText, TINY, tinyWith, VALIDATED } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

const withBoard = (text: string): string => text.replace('seed: 1', 'seed: 1\ntensorboard: true');

/** CRC-32C by long division, a bit at a time. */
function remainderOf(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (rest ^ (byte >> bit)) & 1;
      rest = (rest >>> 1) ^ (carry === 1 ? 0x82f63b78 : 0);
    }
  }
  return ~rest >>> 0;
}

describe('crc32c', () => {
  it.each([
    ['123456789', new TextEncoder().encode('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 times 0xff', new Uint8Array(32).fill(255), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
    expect(remainderOf(bytes)).toBe(expected);
  });
});

/** The contents of a file's records, whose lengths and checksums must be right. */
function recordsIn(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  const unmasked = (at: number): number => {
    const turned = (file.readUInt32LE(at) - 0xa282ead8) >>> 0;
    return ((turned << 15) | (turned >>> 17)) >>> 0;
  };
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(unmasked(at + 8)).toBe(remainderOf(file.subarray(at, at + 8)));
    const content = file.subarray(at + 12, at + 12 + length);
    expect(content.length).toBe(length);
    expect(unmasked(at + 12 + length)).toBe(remainderOf(content));
    records.push(content);
    at += 16 + length;
  }
  return records;
}

/** The fields of a message by their numbers: numbers, or bytes. */
function messageIn(bytes: Buffer): Map<number, (number | Buffer)[]> {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * place;
      if (byte < 128) return value;
    }
  };
  const after = (length: number): number => {
    at += length;
    return at - length;
  };
  const readers: Readonly<Record<number, () => number | Buffer>> = {
    0: varint,
    1: () => bytes.readDoubleLE(after(8)),
    2: () => {
      const length = varint();
      return bytes.subarray(after(length), at);
    },
    5: () => bytes.readFloatLE(after(4)),
  };
  while (at < bytes.length) {
    const head = varint();
    fields.set(head >> 3, [...(fields.get(head >> 3) ?? []), readers[head % 8]()]);
  }
  expect(at).toBe(bytes.length);
  return fields;
}

/** An event as tensorflow/core/util/event.proto has it. */
interface Read {
  readonly seconds: number;
  readonly step: number;
  readonly version?: string;
  /** 1: a process begins. */
  readonly session?: number;
  readonly scalars?: Readonly<Record<string, number>>;
}

function eventIn(bytes: Buffer): Read {
  const fields = messageIn(bytes);
  const inner = (number: number): Buffer | undefined => fields.get(number)?.[0] as Buffer | undefined;
  const [version, session, summary] = [inner(3), inner(7), inner(5)];
  const values = summary && (messageIn(summary).get(1) as Buffer[]).map(messageIn);
  return {
    seconds: Number(fields.get(1)?.[0]),
    step: Number(fields.get(2)?.[0]),
    ...(version && { version: String(version) }),
    ...(session && { session: Number(messageIn(session).get(1)?.[0]) }),
    ...(values && {
      scalars: Object.fromEntries(values.map((value) => [String(value.get(1)?.[0]), Number(value.get(2)?.[0])])),
    }),
  };
}

/** The events of each file in a folder, in the order of the names. */
function boardIn(folder: string): Read[][] {
  const names = readdirSync(folder)
    .filter((name) => name.startsWith('events.out.tfevents.'))
    .sort();
  for (const name of names) expect(name).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  for (const name of names) expect(name).toContain(`.${hostname()}.`);
  return names.map((name) => recordsIn(readFileSync(join(folder, name))).map(eventIn));
}

type Row = readonly [tag: string, step: number, value: number];

/** What TensorBoard shows: where a process begins at a step, what others wrote from there on is gone. */
const shownOf = (files: readonly Read[][]): Row[] =>
  files.flat().reduce<Row[]>((rows, { step, session, scalars = {} }) => {
    const left = session === 1 ? rows.filter(([, at]) => at < step) : rows;
    return [...left, ...Object.entries(scalars).map(([tag, value]): Row => [tag, step, value])];
  }, []);

/** The same, of a run's own events. */
const toldBy = (events: readonly PipelineEvent[]): Row[] =>
  events.flatMap((event) => {
    if (event.event !== 'epoch' && event.event !== 'end') return [];
    const isLast = event.event === 'end';
    const { train, validation, test } = event;
    const splits = isLast ? (validation ? { test } : {}) : { train, validation, test };
    return Object.entries(splits).flatMap(([split, metrics]) =>
      Object.entries(metrics ?? {}).map(
        ([name, value]): Row => [`${split}/${name}`, isLast ? event.steps : event.step, Math.fround(value)],
      ),
    );
  });

async function kept(text: string, out: string) {
  const events: PipelineEvent[] = [];
  const result = await runPipeline('tiny.yaml', {
    text: withBoard(text),
    out,
    onEvent: (event) => void events.push(event),
  });
  return { events, folder: String(result.folder) };
}

describe('tensorboard: true', () => {
  it.each([
    ['a test after each epoch', TINY, ['train/loss', 'test/loss', 'test/accuracy'], 6],
    [
      'a validation, and a test at the end',
      VALIDATED,
      ['train/loss', 'validation/loss', 'validation/accuracy', 'test/loss', 'test/accuracy'],
      8,
    ],
  ])('has the scalars of the events: %s', async (_, text, tags, count) => {
    const before = Date.now() / 1000;
    const { events, folder } = await kept(text, await temporaryFolder());
    const [file, ...others] = boardIn(folder);
    expect(others).toEqual([]);
    expect(file.slice(0, 2)).toMatchObject([{ version: 'brain.Event:2' }, { step: 1, session: 1 }]);
    for (const { seconds } of file) {
      expect(seconds).toBeGreaterThanOrEqual(before);
      expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
    }
    const shown = shownOf([file]);
    expect(shown).toEqual(toldBy(events));
    expect(shown).toHaveLength(count);
    expect([...new Set(shown.map(([tag]) => tag))]).toEqual(tags);
  });

  it('is there after each epoch, whole, while the run goes on', async () => {
    const out = await temporaryFolder();
    const lengths: number[] = [];
    await runPipeline('tiny.yaml', {
      text: withBoard(tinyWith('epochs: 2', 'epochs: 3')),
      out,
      onEvent: ({ event }) => {
        if (event === 'epoch') lengths.push(boardIn(join(out, 'tiny/1'))[0].length);
      },
    });
    expect(lengths).toEqual([3, 4, 5]);
  });

  it('goes on in a file of its own where the run goes on, without what was taken back', async () => {
    const text = tinyWith('epochs: 2', 'epochs: 4\ncheckpoint: { every: epoch, keep: 9 }');
    const whole = await kept(text, await temporaryFolder());
    const out = await temporaryFolder();
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopped = runPipeline('tiny.yaml', {
      text: withBoard(text),
      out,
      signal: controller.signal,
      onEvent: (event) => void (event.event === 'epoch' && event.epoch === 3 && controller.abort(reason)),
    });
    await expect(stopped).rejects.toBe(reason);
    const folder = join(out, 'tiny/1');
    const checkpoints = join(folder, 'checkpoints');
    const late = (await readdir(checkpoints)).filter((name) => !name.startsWith('epoch-0000002'));
    await Promise.all(late.map((name) => rm(join(checkpoints, name)))); // as if they had not reached the disk
    await resumeRun(folder);
    const files = boardIn(folder);
    expect(files.map(([, session]) => session)).toMatchObject([
      { session: 1, step: 1 },
      { session: 1, step: 11 },
    ]);
    expect(files.map((file) => file.length)).toEqual([5, 5]);
    expect(shownOf(files)).toEqual(toldBy(whole.events));
  });

  it('asks in vain where a run is kept nowhere, and that is said once', async () => {
    const text = withBoard(TINY);
    const remark = 'tiny.yaml:3:14: tensorboard: writes into the folder of the run, and this run is kept in none';
    const starts: unknown[] = [];
    const onEvent = (event: PipelineEvent) => void (event.event === 'start' && starts.push(event.warnings));
    await runPipeline('tiny.yaml', { text, onEvent });
    const { definition } = resolveText(text);
    await runPipeline(definition, { onEvent });
    expect(starts).toEqual([[remark], [expect.stringMatching(/^tensorboard: tensorboard: writes into/)]]);
    expect(buildPipeline(definition).tensorboard).toBe(true);
    const file = await scratchFile('tiny.yaml', text);
    const { code, stderr } = await pipeline(['run', file, '--no-out']);
    expect({ code, times: stderr.split('tensorboard: writes').length - 1 }).toEqual({ code: 0, times: 1 });
  });
});
