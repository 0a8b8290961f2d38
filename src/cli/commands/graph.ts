import { dot } from '../../core/inspect/graph/dot.js';
import { mermaid } from '../../core/inspect/graph/mermaid.js';
import { graphOf } from '../../core/inspect/graph/pipeline-graph.js';
import { pipelineSvg } from '../../core/inspect/graph/svg.js';
import { anyMemory, outlineLoaded } from '../../node/environment.js';
import { command } from '../command.js';
import { loadGiven } from '../given-file.js';
import { withPipelineFile } from '../pipeline-options.js';

const formats = ['mermaid', 'dot', 'svg'] as const;
type Format = (typeof formats)[number];

export const graph = command({
  command: 'graph <file>',
  describe: 'The pipeline as a picture: SVG, or Mermaid or Graphviz words',
  builder: (yargs) =>
    withPipelineFile(yargs).option('format', {
      choices: formats,
      default: 'mermaid' as Format,
      describe: 'Language of the picture',
    }),
  async handler({ file, set, swap, plugins, format }) {
    const { rows, name } = outlineLoaded(await loadGiven(file, { set, swap, plugins }), anyMemory);
    const drawn = graphOf(rows);
    const text = { mermaid: () => mermaid(drawn), dot: () => dot(name, drawn), svg: () => pipelineSvg(name, drawn) };
    process.stdout.write(text[format]());
  },
});
