// Writes what is made from the stages themselves: docs/stages/, schema/pipeline.schema.json, and docs/flow.svg.
// With --check it writes nothing, and fails when a file is not what it would write.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { families } from '../dist/core/contract.js';
import { graphOf } from '../dist/core/inspect/graph/pipeline-graph.js';
import { pipelineSvg } from '../dist/core/inspect/graph/svg.js';
import { exampleFile } from '../dist/core/pipeline-file/example-file.js';
import { pipelineJsonSchema } from '../dist/core/pipeline-file/json-schema.js';
import { optionRows } from '../dist/core/pipeline-file/option-rows.js';
import { outlineLoaded } from '../dist/node/environment.js';
import { loadPipeline } from '../dist/node/load-pipeline.js';
import { builtIn } from '../dist/node/plugins.js';
import { kebabCase, stageDocstring } from '../dist/node/stage-source.js';

const root = new URL('..', import.meta.url);
const factories = [...builtIn.registry.values()];
const cell = (text) => text.replaceAll('|', '\\|');

async function stagePage(factory) {
  const { name, family, from, to } = factory.definition;
  const options = optionRows(factory).map(
    (row) => `| \`${row.name}\` | ${cell(row.type)} | ${cell(row.presence)} | ${cell(row.meaning)} |`,
  );
  return [
    `# ${name}`,
    `\`${from} -> ${to}\` · [source](../../src/stages/${family}/${kebabCase(name)}.ts) · [all stages](README.md)`,
    await stageDocstring(name, builtIn),
    '## Options',
    options.length === 0
      ? 'None.'
      : ['| option | type | | meaning |', '| --- | --- | --- | --- |', ...options].join('\n'),
    '## Example',
    'A whole pipeline file:',
    `\`\`\`yaml\n${exampleFile(factory)}\`\`\``,
    '',
  ].join('\n\n');
}

const index = [
  '# Stages',
  'Generated from the stages themselves by `npm run generate`. `pipeline explain STAGE` prints a stage in the terminal, an\n' +
    'activation with its plot, and knows stages of your own, too.',
  ...families.flatMap((family) => [
    `## ${family.charAt(0).toUpperCase()}${family.slice(1)}`,
    [
      '| stage | from | to | what it does |',
      '| --- | --- | --- | --- |',
      ...factories
        .filter(({ definition }) => definition.family === family)
        .map(
          ({ definition: { name, from, to, summary } }) =>
            `| [${name}](${kebabCase(name)}.md) | ${from} | ${to} | ${cell(summary)} |`,
        ),
    ].join('\n'),
  ]),
  '',
].join('\n\n');

const relu = outlineLoaded(await loadPipeline(new URL('pipelines/relu.yaml', root).pathname));

const files = new Map([
  ['schema/pipeline.schema.json', `${JSON.stringify(pipelineJsonSchema(builtIn.registry), null, 2)}\n`],
  ['docs/stages/README.md', index],
  ['docs/flow.svg', pipelineSvg(relu.name, graphOf(relu.rows))],
]);
for (const factory of factories) {
  files.set(`docs/stages/${kebabCase(factory.definition.name)}.md`, await stagePage(factory));
}

if (process.argv.includes('--check')) {
  const stale = [...files].filter(([path, text]) => {
    const file = new URL(path, root);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  for (const [path] of stale) console.error(`${path} is not what its stage says; run npm run generate`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  const stages = new URL('docs/stages/', root);
  mkdirSync(stages, { recursive: true });
  mkdirSync(new URL('schema/', root), { recursive: true });
  for (const page of readdirSync(stages)) rmSync(new URL(page, stages)); // pages of stages that are gone
  for (const [path, text] of files) writeFileSync(new URL(path, root), text);
}
