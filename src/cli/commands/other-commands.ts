/** Every command but `run`, in the order of the help: what begins one, what to do with runs, then what looks at pipelines and stages. */
import '../full-stack.js';
import { check } from './check.js';
import { committee } from './committee.js';
import { compare } from './compare.js';
import { completion } from './completion.js';
import { data } from './data.js';
import { doctor } from './doctor.js';
import { evaluate } from './evaluate.js';
import { explain } from './explain.js';
import { exportCommand } from './export.js';
import { graph } from './graph.js';
import { importCommand } from './import.js';
import { lint } from './lint.js';
import { list } from './list.js';
import { makeDataCommand } from './make-data.js';
import { newCommand } from './new.js';
import { predict } from './predict.js';
import { print } from './print.js';
import { report } from './report.js';
import { resume } from './resume.js';
import { runs } from './runs.js';
import { schema } from './schema.js';
import { studio } from './studio.js';
import { summary } from './summary.js';
import { sweep } from './sweep.js';
import { tap } from './tap.js';
import { trace } from './trace.js';
import { worker } from './worker.js';

export const otherCommands = [
  newCommand,
  committee,
  sweep,
  worker,
  predict,
  evaluate,
  exportCommand,
  importCommand,
  resume,
  runs,
  report,
  compare,
  studio,
  lint,
  data,
  list,
  explain,
  summary,
  check,
  trace,
  tap,
  graph,
  schema,
  print,
  makeDataCommand,
  doctor,
  completion,
];
