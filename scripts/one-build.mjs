// One build of a folder at a time: two first calls of the command in a clone would both write to dist/.
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** There while a build is under way, or where one was broken off; holds the number of its process. */
const lock = new URL('../node_modules/.marblenet-building', import.meta.url);
/** A name of this process's own: what is there under the lock's name is whole. */
const own = new URL(`${lock}.${process.pid}`);

const isAlive = (pid) => {
  if (!(pid > 0)) return false; // what no build wrote: 0 would mean this process itself
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM'; // of another user
  }
};

/** What `action` gives; undefined where the system refuses with this code. */
function unless(code, action) {
  try {
    return action();
  } catch (error) {
    if (error.code === code) return undefined;
    throw error;
  }
}

/** The process that holds the lock, NaN where what is there says none; undefined where there is no lock. */
const holder = (file) =>
  unless('ENOENT', () => {
    const text = readFileSync(file, 'utf8');
    return text === '' ? Number.NaN : Number(text);
  });

function take() {
  writeFileSync(own, String(process.pid));
  try {
    return unless('EEXIST', () => {
      linkSync(own, lock);
      return true;
    });
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes the lock of a process that is gone. Returns whether this process did. */
function breakOpen() {
  const isMoved = unless('ENOENT', () => {
    renameSync(lock, own);
    return true;
  });
  if (!isMoved) return false;
  const isOfLiving = isAlive(holder(own)); // of one that came between looking and moving: it gets it back
  if (isOfLiving) unless('EEXIST', () => linkSync(own, lock));
  rmSync(own, { force: true });
  return !isOfLiving;
}

/** Waits until no other process builds, and keeps others from it until this one ends. Returns whether a build was broken off. */
export async function takeTurn() {
  let brokenOff = false;
  let told = false;
  for (;;) {
    if (take()) {
      process.once('exit', () => rmSync(lock, { force: true }));
      return brokenOff;
    }
    const pid = holder(lock);
    if (pid === undefined || isAlive(pid)) {
      if (pid !== undefined && !told) console.error(`waiting for process ${pid}, which builds here ...`);
      told ||= pid !== undefined;
      await delay(100);
    } else {
      brokenOff = breakOpen() || brokenOff;
    }
  }
}
