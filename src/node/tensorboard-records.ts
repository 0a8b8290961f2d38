/**
 * What TensorBoard reads: a file of records, each an `Event` of Protocol Buffers. Sources: tensorflow/core/util/event.proto,
 * tensorflow/core/framework/summary.proto, tensorflow/core/lib/io/record_writer.h
 */
import { joined } from '../core/bytes.js';
import { crc32c } from '../core/formats/crc32c.js';
import { bytesField, double, float, text, varint } from '../core/formats/protobuf.js';
import type { Metrics, PipelineEvent } from '../core/run/events.js';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The records that an event of a run adds to the file of its process; none for most.
 *
 * - `start`: the version of the format, and that steps from here on are this process's: those that another wrote of them,
 *   before the run went on from an earlier checkpoint, do not count;
 * - `epoch`: a scalar a metric, as `train/loss`, by how many steps of the optimizer were taken;
 * - `end`: the test's, where there is a validation and the test comes once.
 *
 * @param seconds of the wall clock, since 1970
 */
export function tensorboardRecords(event: PipelineEvent, seconds: number): readonly Bytes[] {
  switch (event.event) {
    case 'start':
      return [
        eventRecord(seconds, 0, text(VERSION, 'brain.Event:2')),
        eventRecord(seconds, (event.resumedFrom?.step ?? 0) + 1, bytesField(SESSION, varint(1, STARTED))),
      ];
    case 'epoch': {
      const { step, train, validation, test } = event;
      return [scalars(seconds, step, { train, validation, test })];
    }
    case 'end': {
      const { steps, validation, test } = event;
      return validation && test ? [scalars(seconds, steps, { test })] : [];
    }
    default:
      return [];
  }
}

/** Fields of an `Event`. */
const SECONDS = 1;
const STEP = 2;
const VERSION = 3;
const SUMMARY = 5;
const SESSION = 7;

/** `SessionLog.status`. */
const STARTED = 1;

function scalars(seconds: number, step: number, bySplit: Readonly<Record<string, Metrics | undefined>>): Bytes {
  const values = Object.entries(bySplit).flatMap(([split, metrics = {}]) =>
    Object.entries(metrics).map(([name, value]) =>
      bytesField(1, joined([text(1, `${split}/${name}`), float(2, value)])),
    ),
  );
  return eventRecord(seconds, step, bytesField(SUMMARY, joined(values)));
}

const eventRecord = (seconds: number, step: number, what: Bytes): Bytes =>
  record(joined([double(SECONDS, seconds), varint(STEP, step), what]));

/** How long it is, and the content, each with its checksum. */
function record(content: Bytes): Bytes {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(content.length), true);
  return joined([length, checksum(length), content, checksum(content)]);
}

/** Masked, as this format has them, for records that hold records. */
function checksum(bytes: Bytes): Bytes {
  const crc = crc32c(bytes);
  const masked = new Uint8Array(4);
  new DataView(masked.buffer).setUint32(0, ((crc >>> 15) | (crc << 17)) + 0xa282ead8, true);
  return masked;
}
