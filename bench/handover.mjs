// How long a word that one thread has written takes to reach another. Where the machine's owner moves its processors to
// other cores, near each other or far apart, every figure for two threads moves with this one.
import { Worker } from 'node:worker_threads';

/** Words that are cache lines apart: a call, a question, its answer. */
const [CALL, QUESTION, ANSWER] = [0, 64, 128];
const ROUNDS = 5_000;

const answering = `
const words = require('node:worker_threads').workerData;
const answer = () => {
  for (let i = 1; i <= ${ROUNDS}; i++) {
    while (Atomics.load(words, ${QUESTION}) !== i) {}
    Atomics.store(words, ${ANSWER}, i);
  }
};
for (let call = 0; ; call++) {
  Atomics.wait(words, ${CALL}, call);
  answer();
}
`;

/** Returns what measures it, in nanoseconds, the best of a few times; and what stops the other thread. */
export function startHandovers() {
  const words = new Int32Array(new SharedArrayBuffer(1024));
  const worker = new Worker(answering, { eval: true, workerData: words });
  const once = () => {
    words.fill(0, QUESTION);
    Atomics.add(words, CALL, 1);
    Atomics.notify(words, CALL);
    const ask = (i) => {
      Atomics.store(words, QUESTION, i);
      while (Atomics.load(words, ANSWER) !== i) {}
    };
    ask(1); // the other thread has to wake up first
    const start = performance.now();
    for (let i = 2; i <= ROUNDS; i++) ask(i);
    return ((performance.now() - start) / (2 * (ROUNDS - 1))) * 1e6;
  };
  for (let i = 0; i < 10; i++) once(); // until it is compiled
  return {
    measure: () => Math.min(...Array.from({ length: 10 }, once)),
    stop: () => worker.terminate(),
  };
}
