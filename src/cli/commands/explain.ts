import { parse } from 'yaml';
import type { AnyStageFactory } from '../../core/contract.js';
import { PipelineError } from '../../core/errors.js';
import { stageMeant } from '../../core/other-words.js';
import { stageCalled } from '../../core/pipeline/registry.js';
import { exampleFile } from '../../core/pipeline-file/example-file.js';
import { optionRows } from '../../core/pipeline-file/option-rows.js';
import { stageDocstring, stageFile } from '../../node/stage-source.js';
import { calledAs } from '../called-as.js';
import { command } from '../command.js';
import { withPlugins } from '../pipeline-options.js';
import { besides, plot } from '../plot.js';
import { catalogueOf } from '../plugins.js';
import { columnsOf, proseColumnsOf, reflowed } from '../text/layout.js';
import { styled } from '../text/style.js';
import { formatTable } from '../text/table.js';

export const explain = command({
  command: 'explain <stage>',
  describe: 'One stage: its idea, formula, marbles, gradient, options and an example',
  builder: (yargs) =>
    withPlugins(yargs.positional('stage', { type: 'string', demandOption: true, describe: 'Name of the stage' })),
  async handler({ stage, plugin }) {
    const catalogue = await catalogueOf(plugin);
    const factory = stageCalled(catalogue.registry, stage);
    if (factory === undefined) {
      const names = [...catalogue.registry.keys()];
      throw new PipelineError(`there is no stage "${stage}"${stageMeant(stage, names)} ("${calledAs} list" shows all)`);
    }
    const { name, from, to, summary } = factory.definition;
    const docstring = (await stageDocstring(name, catalogue)) || summary;
    const heading = (text: string): string => styled('bold', text);
    process.stdout.write(
      [
        `${heading(name)}   ${from} -> ${to}`,
        reflowed(docstring, proseColumnsOf(process.stdout)),
        ...plotsOf(factory, columnsOf(process.stdout)),
        `${heading('Options')}\n${optionTable(factory).trimEnd()}`,
        `${heading('Example, a whole pipeline file')}\n${indented(exampleFile(factory, catalogue.pluginFiles.get(name)))}`,
        `Defined in ${stageFile(name, catalogue)}\n`,
      ].join('\n\n'),
    );
  },
});

const indented = (text: string): string => text.trimEnd().replace(/^/gm, '  ');

/** An activation and its derivative, with the options of its example. */
function plotsOf(factory: AnyStageFactory, columns: number): string[] {
  const { formula, example } = factory.definition;
  if (formula === undefined) return [];
  const item: unknown = parse(example);
  const { options } = factory(typeof item === 'string' ? {} : Object.values(item as object)[0]);
  const { value, derivative } = formula(options);
  const f = plot('y = f(x)', value, [-4, 4]);
  const slopes = plot("dy/dx = f'(x)", (x) => derivative(x, value(x)), [-4, 4]);
  const both = besides(f, slopes);
  return Math.max(...both.split('\n').map((line) => line.length)) <= columns
    ? [both]
    : [f, slopes].map((lines) => lines.map((line) => `  ${line}`.trimEnd()).join('\n'));
}

function optionTable(factory: AnyStageFactory): string {
  const rows = optionRows(factory).map(({ name, type, presence, meaning }) => [`  ${name}`, type, presence, meaning]);
  return rows.length === 0 ? '  none' : formatTable(rows);
}
