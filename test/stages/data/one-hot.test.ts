import {
  batch,
  DataError,
  type Examples,
  type LabelSpec,
  NotKnownError,
  oneHot,
  PipelineError,
  RunError,
} from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../context.js';
import { emissionsOf } from '../emissions.js';

/** What oneHot says of labels that it refuses. */
function refusalOf(labels: Examples['labels'], labelsPath?: string): unknown {
  const examples: Examples = { ...examplesOf([[1]]), labels, ...(labelsPath === undefined ? {} : { labelsPath }) };
  try {
    emissionsOf(of(examples).pipe(oneHot({ classes: 3 })), () => undefined);
  } catch (error) {
    return error;
  }
  return expect.fail('the labels were taken');
}

describe('oneHot', () => {
  it('makes a row of each label: 1 at its place, else 0', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                                           -a-|', {
        a: examplesOf([[5], [6]], { labels: [2, 0] }),
      });
      expectObservable(examples.pipe(oneHot({ classes: 3 }), batch({ size: 2 }))).toBe('-b-|', {
        b: {
          t: [
            [0, 0, 1],
            [1, 0, 0],
          ],
        },
      });
    });
  });

  it('notes the width, and leaves the labels as they are', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                       -a-|', { a: examplesOf([[5]], { labels: [2] }) });
      expectObservable(examples.pipe(oneHot({ classes: 3 }))).toBe('-b-|', { b: { classes: 3, labels: [2] } });
    });
  });

  it('tells what comes after how wide a target is', () => {
    const { output } = oneHot({ classes: 10 }).build(
      { kind: 'examples', shape: [2], classes: undefined },
      contextWith(),
    );
    expect(output).toEqual({ kind: 'examples', shape: [2], classes: 10 });
  });

  describe('without classes', () => {
    const widthFor = (labels: LabelSpec | undefined, stated?: number) =>
      oneHot(stated === undefined ? {} : { classes: stated }).build(
        { kind: 'examples', shape: [2], classes: undefined, ...(labels && { labels }) },
        contextWith(),
      ).output.classes;

    it('takes as many as the source has', () => {
      expect(widthFor({ classes: 7, from: 'labels.gz' })).toBe(7);
    });

    it('takes as many as the first examples have in a plain pipe', () => {
      marbles(({ cold, expectObservable }) => {
        const examples = cold('                          -a-b-|', {
          a: examplesOf([[5], [6]], { labels: [2, 0] }),
          b: examplesOf([[7]], { labels: [1] }),
        });
        expectObservable(examples.pipe(oneHot())).toBe('-a-b-|', { a: { classes: 3 }, b: { classes: 3 } });
      });
    });

    it('refuses later examples of a class that the first ones lack', () => {
      const [first, second] = [[2, 0], [3]].map((labels) =>
        examplesOf(
          labels.map((label) => [label]),
          { labels },
        ),
      );
      expect(() => emissionsOf(of(first, second).pipe(oneHot()), () => undefined)).toThrow(
        'found the label 3 at sample 0, expected 0 to 2',
      );
    });

    it('says what is missing where no one knows', () => {
      expect(() => widthFor(undefined)).toThrow(
        new NotKnownError('how many classes there are', 'give oneHot classes: 10'),
      );
    });

    it.each([1, 65_537])('refuses %i classes', (classes) => {
      expect(() => widthFor({ classes, from: 'labels.gz' })).toThrow(
        new PipelineError(`the labels of labels.gz run from 0 to ${classes - 1}, expected 2 to 65536 classes`),
      );
    });

    it('refuses to be told fewer classes than the source has, but not more', () => {
      expect(() => widthFor({ classes: 10, from: 'digits' }, 3)).toThrow(
        new PipelineError(
          'found classes: 3, expected at least 10: the labels of digits run from 0 to 9; write classes: 10, or leave it out',
        ),
      );
      expect(widthFor({ classes: 10, from: 'digits' }, 12)).toBe(12);
    });
  });

  it('names the file and the byte of a label that is too large, of one byte a label', () => {
    expect(refusalOf(Uint8Array.of(0, 1, 2, 3), 'data/labels.gz')).toEqual(
      new DataError(
        'data/labels.gz',
        'found the label 3 at sample 3, expected 0 to 2; give oneHot more classes, or mend the file',
        { byte: 8 + 3 },
      ),
    );
  });

  it('names the byte where a label is four bytes long', () => {
    expect(refusalOf(Int32Array.of(0, 1, -1), 'labels')).toEqual(
      new DataError(
        'labels',
        'found the label -1 at sample 2, expected 0 to 2; give oneHot more classes, or mend the file',
        { byte: 8 + 2 * 4 },
      ),
    );
  });

  it('names the sample alone where no file is known', () => {
    const refusal = refusalOf(Uint8Array.of(9));
    expect(refusal).toBeInstanceOf(RunError);
    expect(refusal).toHaveProperty(
      'message',
      'found the label 9 at sample 0, expected 0 to 2; give oneHot more classes, or mend the file',
    );
  });

  it('refuses examples without labels', () => {
    expect(refusalOf(undefined)).toEqual(new RunError('the examples have no labels to encode'));
  });

  it('refuses another number of classes than the data names', () => {
    const named: Examples = { ...examplesOf([[1]], { labels: [0] }), classNames: ['cat', 'dog'] };
    expect(() => through(oneHot({ classes: 3 }), named)).toThrow(
      new RunError('the data names 2 classes, expected 3; say classes: 2'),
    );
    expect(through(oneHot({ classes: 2 }), named).classNames).toEqual(['cat', 'dog']);
  });

  it('refuses real-valued targets before there is data', () => {
    const spec = { kind: 'examples', shape: [2], classes: undefined, targets: 3 } as const;
    expect(() => oneHot({ classes: 3 }).build(spec, contextWith())).toThrow(
      new PipelineError('oneHot is for labels, but these examples have 3 real-valued targets each; leave oneHot out'),
    );
  });

  it('refuses fewer than two classes', () => {
    expect(() => oneHot({ classes: 1 })).toThrow(PipelineError);
  });
});
