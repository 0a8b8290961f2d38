/** Questions on a terminal, each with an answer that Enter takes. */
import { createInterface } from 'node:readline/promises';
import { messageOf } from '../core/errors.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { remark } from './text/say.js';

export interface Question<Answer> {
  readonly text: string;
  /** What Enter takes, as one would type it. */
  readonly fallback: string;
  /** @throws an error that says what is expected; then the question is asked again. */
  readonly parse: (answer: string) => Answer;
}

export type Ask = <Answer>(question: Question<Answer>) => Promise<Answer>;

/** Whether there is a person to ask. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** The answers of a person who presses Enter. */
export const takeFallback: Ask = async ({ fallback, parse }) => parse(fallback);

/**
 * Asks on standard error, so that standard output is for results.
 *
 * @throws Interrupted on Ctrl-C, and where the terminal is closed (Ctrl-D) before all is answered.
 */
export async function whileAsking<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const left = new AbortController();
  const signal = AbortSignal.any([abortOnSignals(), left.signal]);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const leave = () => left.abort(new Interrupted(130));
  terminal.once('SIGINT', leave).once('close', leave);
  try {
    return await work(async ({ text, fallback, parse }) => {
      for (;;) {
        const answer = (await terminal.question(`${text} [${fallback}] `, { signal })).trim();
        try {
          return parse(answer === '' ? fallback : answer);
        } catch (error) {
          remark(messageOf(error));
        }
      }
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    process.stderr.write('\n'); // the prompt's line is not ended
    throw signal.reason;
  } finally {
    terminal.removeListener('close', leave);
    terminal.close();
  }
}
