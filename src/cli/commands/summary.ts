import type { Spec } from '../../core/kinds.js';
import { countOf } from '../../core/pipeline/pipeline.js';
import { sections } from '../../core/pipeline/sections.js';
import { formatShape } from '../../core/tensor.js';
import { buildLoaded } from '../../node/environment.js';
import { loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { formatCount, plural } from '../format-count.js';
import { withPipelineFile } from '../pipeline-options.js';
import { formatTable } from '../table.js';

export const summary = command({
  command: 'summary <file>',
  describe: 'A row a stage: kind, output shape, parameters',
  builder: withPipelineFile,
  async handler({ file, set, swap }) {
    const { name, seed, epochs, dtype, rows, parameters } = buildLoaded(await loadPipeline(file, { set, swap }));
    const table = sections.flatMap((section) => {
      const stages = rows.filter((row) => row.section === section);
      return stages.length === 0
        ? []
        : [
            [section],
            ...stages.map((row) => [
              `  ${row.name}`,
              row.output.kind,
              shapeOf(row.output),
              row.parameters.length === 0 ? '' : formatCount(countOf(row.parameters)),
            ]),
          ];
    });
    process.stdout.write(
      `${name}: seed ${seed}, ${plural(epochs, 'epoch')}, ${dtype}\n\n` +
        formatTable(
          [['stage', 'kind', 'output', 'parameters'], ...table, ['total', '', '', formatCount(countOf(parameters))]],
          [3],
        ),
    );
  },
});

/** The shape that a stage gives, B standing for the rows of a batch and N for those of a data set. */
function shapeOf(spec: Spec): string {
  switch (spec.kind) {
    case 'examples': {
      const targets = spec.classes ?? spec.targets;
      return `[N, ${formatShape(spec.shape).slice(1)}${targets === undefined ? '' : ` and t [N, ${targets}]`}`;
    }
    case 'batch':
      return `[B, ${formatShape(spec.shape).slice(1)}`;
    case 'step':
      return 'one loss';
    case 'metric':
      return `${spec.name}`;
    case 'split':
      return '';
  }
}
