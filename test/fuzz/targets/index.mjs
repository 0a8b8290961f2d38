// Every kind of input, by name. A new one is a file beside these, with
//   arbitrary: what fast-check makes of it, and shrinks;
//   attempt:   what is wrong with how the program takes it, undefined where nothing is; runs in a process of its own;
//   trains:    whether some of its inputs are trained on, so that to have trained on none is a finding, too;
//   show:      the input in words, when something was found.
import { checkpoint } from './checkpoint.mjs';
import { commandLine } from './command-line.mjs';
import { gzip } from './gzip.mjs';
import { idx } from './idx.mjs';
import { model } from './model.mjs';
import { npz } from './npz.mjs';
import { options } from './options.mjs';
import { pictures } from './pictures.mjs';
import { program } from './program.mjs';
import { tables } from './tables.mjs';
import { yaml } from './yaml.mjs';

export const targets = {
  idx,
  gzip,
  yaml,
  options,
  model,
  checkpoint,
  pictures,
  npz,
  tables,
  'command-line': commandLine,
  program,
};
