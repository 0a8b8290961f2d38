// One build of a folder at a time: two first calls of the command in a clone would both write to dist/.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** There while a build is under way, or where one was broken off; holds the number of its process. */
const lock = new URL('../node_modules/.marblenet-building', import.meta.url);

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // of another user
  }
};

/** The process that holds the lock; undefined where none does. */
function holder() {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Waits until no other process builds, and keeps others from it until this one ends. Returns whether a build was broken off. */
export async function takeTurn() {
  let brokenOff = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.once('exit', () => rmSync(lock, { force: true }));
      return brokenOff;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const pid = holder();
    if (pid === undefined || isAlive(pid)) await delay(100);
    else {
      brokenOff = true;
      rmSync(lock, { force: true });
    }
  }
}
