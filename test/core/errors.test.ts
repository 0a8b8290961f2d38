import { describe, expect, it } from 'vitest';
import {
  DataError,
  didYouMean,
  MarblenetError,
  MissingDataError,
  messageOf,
  PipelineError,
  RunError,
} from '../../src/core/errors.js';

describe('errors', () => {
  it.each([
    [new RunError('a'), 'RunError', 1],
    [new PipelineError('a'), 'PipelineError', 2],
    [new DataError('a', 'b'), 'DataError', 3],
    [new MissingDataError('a', 'b'), 'MissingDataError', 3],
  ] as const)('%s has its own name and exit code', (error, name, exitCode) => {
    expect(error).toBeInstanceOf(MarblenetError);
    expect(error).toMatchObject({ name, exitCode });
  });

  it('keep what caused them', () => {
    const cause = new Error('why');
    expect(new RunError('a', { cause }).cause).toBe(cause);
    expect(new DataError('a', 'b', { cause }).cause).toBe(cause);
  });

  it('are one paragraph', () => {
    expect(new RunError('one\n  two\r\n\n three\n').message).toBe('one two three');
  });

  it('of data say the path and the byte', () => {
    expect(new DataError('a.idx', 'cut short').message).toBe('a.idx: cut short');
    expect(new DataError('a.idx', 'cut short', { byte: 0 }).message).toBe('a.idx: byte 0: cut short');
  });
});

describe('didYouMean', () => {
  const stages = ['relu', 'sigmoid', 'softmax', 'softmaxCrossEntropy'];

  it.each([
    ['rellu', 'relu'],
    ['ReLU', 'relu'],
    ['sigmod', 'sigmoid'],
    ['softmaxcrossentropy', 'softmaxCrossEntropy'],
  ])('%s: %s', (word, expected) => {
    expect(didYouMean(word, stages)).toBe(`; did you mean "${expected}"?`);
  });

  it.each(['convolution', '', 'x'])('says nothing of "%s", which is near nothing', (word) => {
    expect(didYouMean(word, stages)).toBe('');
  });

  it('says nothing where there is nothing', () => {
    expect(didYouMean('relu', [])).toBe('');
  });
});

describe('messageOf', () => {
  it.each([
    [new Error('a'), 'a'],
    ['b', 'b'],
    [undefined, 'undefined was thrown, which is no Error'],
    [Symbol('a'), 'Symbol(a) was thrown, which is no Error'],
    [Object.create(null), 'an object was thrown, which is no Error'],
    [{ message: 'of another realm' }, 'of another realm'],
    [{ message: Object.create(null) }, 'an Error without a message was thrown'],
  ])('%#', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
