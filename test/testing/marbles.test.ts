import { type Batch, batch, PipelineError } from 'marblenet';
import { batchOf, examplesOf, marbles } from 'marblenet/testing';
import { map, Observable, of } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clock } from '../../src/core/clock.js';
import { turnScheduler } from '../../src/core/scheduler.js';

/** Compares one emission with what was expected, as a stage's test does. */
const compare = (found: unknown, expected: unknown, tolerance?: number) => () =>
  marbles(
    ({ cold, expectObservable }) => {
      expectObservable(cold('-a-|', { a: found })).toBe('-a-|', { a: expected });
    },
    tolerance === undefined ? {} : { tolerance },
  );

/** Compares whole streams. */
const compareMarbles = (found: string, expected: string) => () =>
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold(found)).toBe(expected);
  });

const compareErrors = (found: unknown, expected: unknown) => () =>
  marbles(({ cold, expectObservable }) => {
    expectObservable(cold('-#', {}, found)).toBe('-#', {}, expected);
  });

const DIFFER = /the streams differ/;

describe('marbles, on streams', () => {
  it('pass when frames are equal', () => {
    expect(compareMarbles('--a--b--|', '--a--b--|')).not.toThrow();
  });

  it.each([
    ['a value is late', '--a--|', '-a---|'],
    ['a value is missing', '-----|', '--a--|'],
    ['a value is too many', '-a-b-|', '-a---|'],
    ['the end is late', '--a---|', '--a--|'],
    ['the end is missing', '--a---', '--a--|'],
    ['an error comes instead of the end', '--a--#', '--a--|'],
    ['the end comes instead of an error', '--a--|', '--a--#'],
  ])('fail when %s', (_, found, expected) => {
    expect(compareMarbles(found, expected)).toThrow(DIFFER);
  });

  it('fail when a subscription has another frame', () => {
    const subscribed = (expected: string) => () =>
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('--a--b--|');
        expectObservable(source, '^---!');
        expectSubscriptions(source.subscriptions).toBe(expected);
      });
    expect(subscribed('^---!')).not.toThrow();
    expect(subscribed('^----!')).toThrow(DIFFER);
  });

  it('show both sides when they differ', () => {
    expect(compare(batchOf([[1, 2]]), { x: [[1, 3]] })).toThrow(/found .*"x":\[\[1,2\]\].*\nexpected .*\[\[1,3\]\]/s);
  });
});

describe('marbles, on values', () => {
  const found = batchOf([
    [1, 2],
    [3, 4],
  ]);

  it('compare a tensor as nested rows', () => {
    const rows = [
      [1, 2],
      [3, 4],
    ];
    expect(compare(found, { x: rows })).not.toThrow();
    expect(
      compare({ t: { shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4) } }, { t: [[[1, 2]], [[3, 4]]] }),
    ).not.toThrow();
    expect(compare({ t: { shape: [], data: Float32Array.of(7) } }, { t: 7 })).not.toThrow();
  });

  it.each<[string, unknown]>([
    [
      'a number',
      {
        x: [
          [1, 2],
          [3, 5],
        ],
      },
    ],
    ['a row less', { x: [[1, 2]] }],
    [
      'a column more',
      {
        x: [
          [1, 2, 0],
          [3, 4, 0],
        ],
      },
    ],
    ['rows not nested', { x: [1, 2, 3, 4] }],
    [
      'columns for rows',
      {
        x: [
          [1, 3],
          [2, 4],
        ],
      },
    ],
    ['nothing of the tensor', { x: [] }],
    ['a map for a tensor', { x: {} }],
    ['another split', { split: 'test' }],
    ['a field that is not there', { loss: 0 }],
    ['a field of another type', { epoch: '1' }],
  ])('fail when what was expected is %s', (_, expected) => {
    expect(compare(found, expected)).toThrow(DIFFER);
  });

  it('fail when a list was expected and a map was found', () => {
    expect(compare({ a: 1 }, [])).toThrow(DIFFER);
    expect(compare({ 0: 1 }, [1])).toThrow(DIFFER);
  });

  it('look at the expected fields only', () => {
    expect(compare(found, { epoch: 1 })).not.toThrow();
    expect(compare(found, {})).not.toThrow();
  });

  it('look into lists of partial objects, whose length counts', () => {
    const tape = {
      tape: [
        { name: 'W', size: 1 },
        { name: 'b', size: 2 },
      ],
    };
    expect(compare(tape, { tape: [{ name: 'W' }, { name: 'b' }] })).not.toThrow();
    expect(compare(tape, { tape: [{ name: 'W' }] })).toThrow(DIFFER);
  });

  it('take typed arrays as lists', () => {
    expect(compare({ labels: Int32Array.of(1, 2) }, { labels: [1, 2] })).not.toThrow();
    expect(compare({ labels: Uint8Array.of(1, 2) }, { labels: [1, 2, 3] })).toThrow(DIFFER);
  });

  it('forgive a rounding error, relative to numbers above 1', () => {
    expect(compare(0.1 + 0.2, 0.3)).not.toThrow();
    expect(compare(1_000_000.5, 1_000_000)).not.toThrow();
    expect(compare(0.00001, 0)).toThrow(DIFFER);
    expect(compare(1_000_002, 1_000_000)).toThrow(DIFFER);
  });

  it('forgive as much as they are told', () => {
    expect(compare(1.05, 1, 0.1)).not.toThrow();
    expect(compare(1.05, 1, 0.01)).toThrow(DIFFER);
    expect(compare(0.1 + 0.2, 0.3, 0)).toThrow(DIFFER);
  });

  it('tell NaN and the infinities from everything else', () => {
    expect(compare([Number.NaN, Infinity, -Infinity], [Number.NaN, Infinity, -Infinity])).not.toThrow();
    expect(compare(Number.NaN, 0)).toThrow(DIFFER);
    expect(compare(0, Number.NaN)).toThrow(DIFFER);
    expect(compare(Infinity, 5)).toThrow(DIFFER);
    expect(compare(5, Infinity)).toThrow(DIFFER);
    expect(compare(-Infinity, Infinity)).toThrow(DIFFER);
  });

  it('show NaN and the infinities as what they are', () => {
    expect(compare(Number.NaN, -Infinity)).toThrow(/found .*NaN.*\nexpected .*-Infinity/s);
  });
});

describe('marbles, on errors', () => {
  it('compare the message', () => {
    expect(compareErrors(new Error('no such label'), new Error('no such label'))).not.toThrow();
    expect(compareErrors(new Error('no such label'), new Error('no label'))).toThrow(DIFFER);
    expect(compareErrors(new PipelineError('wrong'), { message: 'wrong' })).not.toThrow();
  });

  it('fail when a text was thrown and an Error expected', () => {
    expect(compareErrors('wrong', new Error('wrong'))).toThrow(DIFFER);
  });
});

describe('marbles, on memory that is used again', () => {
  /** Writes each batch over the one before. */
  function overwriting(source: Observable<number>): Observable<Batch> {
    const kept = batchOf([[0]]);
    return source.pipe(
      map((value) => {
        kept.x.data[0] = value;
        return kept;
      }),
    );
  }

  it('keep what each emission held', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('                       -a-b-|', { a: 1, b: 2 });
      expectObservable(overwriting(source)).toBe('-c-d-|', { c: { x: [[1]] }, d: { x: [[2]] } });
    });
  });

  it('keep them in one frame too', () => {
    marbles(({ expectObservable }) => {
      expectObservable(overwriting(of(1, 2))).toBe('(cd|)', { c: { x: [[1]] }, d: { x: [[2]] } });
    });
  });
});

describe('marbles, on time', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('let no slow machine move a batch', () => {
    let now = 0;
    vi.spyOn(clock, 'now').mockImplementation(() => (now += 1000));
    marbles(({ cold, expectObservable }) => {
      const source = cold('                                   -a---|', { a: examplesOf([[1], [2]]) });
      expectObservable(source.pipe(batch({ size: 1 }))).toBe('-(bc)|', {
        b: { x: [[1]] },
        c: { x: [[2]] },
      });
    });
  });

  it('give the scheduler its real time back, even when a test throws', () => {
    const { now, schedule } = turnScheduler;
    const mistaken = () =>
      marbles(() => {
        expect(turnScheduler.now).not.toBe(now);
        throw new Error('a mistake in the test');
      });
    expect(mistaken).toThrow('a mistake in the test');
    expect(turnScheduler).toEqual({ now, schedule });
  });

  it('run what a stage schedules in frames', () => {
    const later = new Observable<string>((subscriber) =>
      turnScheduler.schedule(() => {
        subscriber.next('a');
        subscriber.complete();
      }, 3),
    );
    marbles(({ expectObservable }) => {
      expectObservable(later).toBe('---(a|)');
    });
  });
});
