// What the page loads: trains what its address says, here or in a worker of its own, and prints what came of it.
import { trainDigits } from './digits.mjs';

async function trainHere(task) {
  const trained = await trainDigits(task);
  return { ...trained, isolated: crossOriginIsolated, digests: crypto.subtle !== undefined };
}

const trainInWorker = (task) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(task);
  });

const { where, ...task } = Object.fromEntries(new URL(location.href).searchParams);
const trained = await { trainHere, trainInWorker }[where](task);
console.log(JSON.stringify(trained));
