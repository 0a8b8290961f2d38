/** What the activations of a network give while examples go through it: which of their units say nothing. */
import { pipe, tap } from 'rxjs';
import type { Batch, Kinds } from '../../core/kinds.js';
import { type Instrument, placeOf } from '../../core/pipeline/assembly.js';
import { sizeOf } from '../../core/tensor.js';
import type { ActivationLine } from '../../report/run/run-report.js';

/** Of one activation: what each unit gave at first, and whether it has given another number since. */
interface Seen {
  readonly name: string;
  readonly first: Float64Array;
  readonly varies: Uint8Array;
  numbers: number;
  zeros: number;
}

export class Activity {
  readonly #seen = new Map<string, Seen>();

  readonly instrument: Instrument = (operator, row, part) => {
    if (row.definition.family !== 'activations' || part !== undefined) return operator;
    const place = placeOf(row);
    return pipe(
      operator,
      tap((batch: Kinds[keyof Kinds]) => this.#see(place, row.name, (batch as Batch).x)),
    );
  };

  get lines(): ActivationLine[] {
    return Array.from(this.#seen, ([place, { name, varies, numbers, zeros }]) => ({
      place,
      name,
      units: varies.length,
      dead: varies.reduce((dead, varied) => dead - varied, varies.length),
      zeros: zeros / numbers,
    }));
  }

  /** A unit is a place on the last axis: of images, a channel. */
  #see(place: string, name: string, { shape, data }: Batch['x']): void {
    const units = shape[shape.length - 1];
    let seen = this.#seen.get(place);
    if (seen === undefined) {
      seen = {
        name,
        first: Float64Array.from(data.subarray(0, units)),
        varies: new Uint8Array(units),
        numbers: 0,
        zeros: 0,
      };
      this.#seen.set(place, seen);
    }
    const { first, varies } = seen;
    const count = sizeOf(shape);
    let zeros = 0;
    for (let start = 0; start < count; start += units) {
      for (let unit = 0; unit < units; unit++) {
        const value = data[start + unit];
        if (value === 0) zeros++;
        if (value !== first[unit]) varies[unit] = 1;
      }
    }
    seen.numbers += count;
    seen.zeros += zeros;
  }
}
