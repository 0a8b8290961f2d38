/** The examples that `explain` and docs/stages show: each can be saved and run as it is, and a teacher has nothing to say. */
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../../../src/core/advice/advice.js';
import { outlinePipeline } from '../../../src/core/pipeline/pipeline.js';
import { exampleFile } from '../../../src/core/pipeline-file/example-file.js';
import { parsePipelineFile, resolvePipelineFile } from '../../../src/core/pipeline-file/pipeline-file.js';
import { environmentOf } from '../../../src/node/environment.js';
import { builtIn } from '../../../src/node/plugins.js';

describe('the example of', () => {
  it.each([...builtIn.registry.values()].map((factory) => [factory.definition.name, factory] as const))(
    '%s is a pipeline that builds, with the stage in it as its declaration shows it',
    (name, factory) => {
      const text = exampleFile(factory);
      const { definition } = resolvePipelineFile(parsePipelineFile(text, 'example.yaml'), builtIn.registry);
      const outline = outlinePipeline(definition, environmentOf(undefined));
      expect(outline.rows.map((row) => row.name)).toContain(name);
      expect(adviceOn(outline)).toEqual([]);
      const learns = outline.rows.some((row) => 'learningRate' in row.options);
      expect(learns, 'an optimizer moves the weights').toBe(true);
      for (const line of factory.definition.example.split('\n')) expect(text).toContain(line);
    },
  );
});
