import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const blocks = [...read('README.md').matchAll(/```(?:ts|yaml)\n([\s\S]*?)```/g)].map(([, code]) => code);

/** A file without what only the file needs: the editor's schema line, the imports of relu.ts. */
const shown = (path: string): string => read(path).replace(/^# yaml-language-server.*\n/, '');

describe('the code in the README is the code in the files', () => {
  test.each([
    'pipelines/relu.yaml',
    'examples/swish/swish.ts',
    'examples/swish/swish.test.ts',
    'examples/from-code/run-pipeline.ts',
    'examples/from-code/plain-rxjs.ts',
  ])('%s', (path) => {
    expect(blocks).toContain(shown(path));
  });

  test('a stage of your own takes fewer than 25 lines, its marble test included', () => {
    const lines = ['swish.ts', 'swish.test.ts'].flatMap((file) => read(`examples/swish/${file}`).trim().split('\n'));
    expect(lines.length).toBeLessThan(25);
  });

  test('every relative link leads to a file', () => {
    const links = [...read('README.md').matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(10);
    for (const link of links)
      expect(() => readFileSync(new URL(`../${link}`, import.meta.url)), link).not.toThrow(/ENOENT/);
  });
});

test('the stage that remembers, in the docs, is the one in the examples', () => {
  expect(read('docs/writing-a-stage.md')).toContain(`\`\`\`ts\n${read('examples/center/center.ts')}\`\`\``);
});
