import type { Parameter, Spec } from '../../core/kinds.js';
import type { PlacedStage, StageRow } from '../../core/pipeline/assembly.js';
import { countOf, type Outline } from '../../core/pipeline/pipeline.js';
import { sections } from '../../core/pipeline/sections.js';
import { sideListsOf } from '../../core/pipeline/side-lists.js';
import { printable, shortened } from '../../core/printable.js';
import type { Column } from '../../core/table.js';
import { widthOfColumn } from '../../core/tables/column.js';
import { isOfClasses } from '../../core/tables/columns.js';
import { formatShape, sizeOf } from '../../core/tensor.js';
import { anyMemory, outlineLoaded, outlineOpened } from '../../node/environment.js';
import { calledAs } from '../called-as.js';
import { command } from '../command.js';
import { dataOptions } from '../data-options.js';
import { formatCount, plural } from '../format-count.js';
import { loadGiven } from '../given-file.js';
import { withDataFolder, withPipelineFile } from '../pipeline-options.js';
import { say } from '../text/say.js';
import { styled } from '../text/style.js';
import { formatTable } from '../text/table.js';

export const summary = command({
  command: 'summary <file>',
  describe: 'A row a stage: kind, output shape, parameters',
  builder: (yargs) =>
    withDataFolder(
      withPipelineFile(yargs),
      'Open the data where the file leaves shapes to them: MNIST is in this folder',
    ),
  async handler({ file, set, swap, plugins, data }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    const found: Outline =
      data === undefined
        ? outlineLoaded(loaded, anyMemory)
        : await outlineOpened(loaded, dataOptions(data, true), anyMemory);
    const { name, seed, epochs, dtype, rows, parameters, unknown, bytes } = found;
    const table = sections.flatMap((section) => {
      const stages = rows.filter((row) => row.section === section);
      return stages.length === 0 ? [] : [[styled('bold', section)], ...stages.flatMap((row) => rowsFor(row, stages))];
    });
    say(
      `${printable(shortened(name))}: seed ${seed}, ${plural(epochs, 'epoch')}, ${dtype}${unknown ? '' : `, ${formatCount(bytes)} bytes`}\n\n` +
        formatTable([...table, ['total', '', '', unknown ? '?' : countText(parameters)]], {
          heading: ['stage', 'kind', 'output', 'parameters'],
          alignRight: [3],
        }).trimEnd() +
        columnsText(rows) +
        (unknown ? `\n\n?: not known before the data are opened; ${calledAs} summary --data DIR opens them` : ''),
    );
  },
});

/** What a table becomes: what each of its columns is, and how many numbers of a sample it makes. */
function columnsText(rows: Outline['rows']): string {
  const columns = rows.flatMap((row) =>
    'output' in row && row.output.kind === 'examples' && row.output.columns ? [row.output.columns] : [],
  )[0];
  if (columns === undefined) return '';
  const targets = isOfClasses(columns.target) ? [columns.target] : columns.target;
  const cells = [
    ...columns.features
      .slice(0, MOST_COLUMNS)
      .map((column) => [nameIn(column), typeOf(column), String(widthOfColumn(column))]),
    ...targets.map((target) => [`${nameIn(target)} (target)`, typeOf(target), '']),
  ];
  const more = columns.features.length - MOST_COLUMNS;
  return (
    `\n\n${formatTable(cells, { heading: ['column', 'type', 'numbers'], alignRight: [2] }).trimEnd()}` +
    (more > 0 ? `\nand ${plural(more, 'more column')}` : '')
  );
}

const MOST_COLUMNS = 40;

const nameIn = ({ name }: Column): string => printable(shortened(name, 30));

const typeOf = (column: Column): string =>
  column.kind === 'number' ? 'number' : `category of ${plural(column.values.length, 'value')}`;

/** A stage that another one holds is written under it; those of a shortcut under that word. */
function rowsFor(row: StageRow | PlacedStage, all: readonly PlacedStage[]): string[][] {
  const lists = sideListsOf(row, all);
  const depth = 1 + lists.length + lists.filter((list) => list !== undefined).length;
  const indented = (words: string, by: number): string => `${'  '.repeat(by)}${words}`;
  const list = lists.at(-1);
  return [...(list?.begins ? [[indented(list.name, depth - 1)]] : []), cellsOf(row, indented(row.name, depth))];
}

/** A question mark stands for what only the data can say. */
function cellsOf(row: StageRow | PlacedStage, name: string): string[] {
  const { definition } = row;
  if (!('output' in row)) return [name, definition.to, '?', definition.family === 'layers' ? '?' : ''];
  const { output, parameters } = row;
  return [name, output.kind, shapeOf(output), parameters.length === 0 ? '' : countText(parameters)];
}

/** How many numbers there are, those among them that are frozen beside them. */
function countText(parameters: readonly Parameter[]): string {
  const frozen = sumOf(parameters) - countOf(parameters);
  return formatCount(sumOf(parameters)) + (frozen === 0 ? '' : ` (${formatCount(frozen)} frozen)`);
}

const sumOf = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { value }) => sum + sizeOf(value.shape), 0);

/** The shape that a stage gives, B standing for the rows of a batch and N for those of a data set. */
function shapeOf(spec: Spec): string {
  switch (spec.kind) {
    case 'examples': {
      const targets = spec.classes ?? spec.targets;
      return `${formatShape(['N', ...spec.shape])}${targets === undefined ? '' : ` and t [N, ${targets}]`}`;
    }
    case 'batch':
      return formatShape(['B', ...spec.shape]);
    case 'step':
      return 'one loss';
    case 'metric':
      return printable(`${spec.name}`);
    case 'split':
      return '';
  }
}
