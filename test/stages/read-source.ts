/** Sources that open files, in tests. */
import { type AnyStage, createNodeHost, DataError, type Examples, PipelineError, type SourceSplit } from 'marblenet';
import { lastValueFrom, of, toArray } from 'rxjs';
import { expect } from 'vitest';
import { contextWith } from './context.js';

/** Opens a source, and reads what it gives of these splits. */
export async function readSource(source: AnyStage, ...splits: SourceSplit[]): Promise<Examples[]> {
  const host = createNodeHost({ offline: true });
  const opened = (await source.open?.(host, splits)) ?? source;
  const { operator } = opened.build({ kind: 'split' }, contextWith({ host }));
  return lastValueFrom(of(...splits).pipe(operator, toArray()));
}

/** The message of what is refused in one paragraph: data, or a pipeline that does not fit them. */
export async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(() => undefined).catch((thrown) => thrown);
  if (!(error instanceof DataError || error instanceof PipelineError))
    expect.fail(`expected a refusal, found ${error}`);
  expect(error.message).not.toMatch(/[\r\n]/);
  return error.message;
}
