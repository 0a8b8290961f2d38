#!/usr/bin/env node
// npx remembers where the command of a folder was: where a clone had it here, it still calls this file
/** The program that bin/pipeline.js calls. Everything else is imported later: an older Node could not even read it. */
import { nodeProblem } from '../node/needed-node.js';

const problem = nodeProblem(process.versions.node) ?? folderProblem();
if (problem === undefined) {
  await import('./start.js');
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

/** A thread of Node asks for the working directory as it starts, and so does much else. */
function folderProblem(): string | undefined {
  try {
    process.cwd();
    return undefined;
  } catch {
    return 'the working directory is not there any more: change to another folder (cd)';
  }
}
