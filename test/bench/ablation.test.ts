import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Changes = readonly (readonly [from: string, to: string])[];

/** What the bench leaves out, by file: of the kernels' sources, and of the JavaScript that was built. */
interface Technique {
  readonly kernels?: Readonly<Record<string, Changes>>;
  readonly dist?: Readonly<Record<string, Changes>>;
}

interface Ablation {
  readonly techniques: Readonly<Record<string, Technique>>;
  replaced(text: string, changes: Changes, path: string): string;
}

const script = new URL('../../bench/ablation.mjs', import.meta.url).href;
const { techniques, replaced }: Ablation = await import(script);

describe('the ablation of the bench', () => {
  it.each(Object.entries(techniques))('finds in the sources what to leave out: %s', (_, technique) => {
    const files = [
      ...Object.entries(technique.kernels ?? {}).map(([path, changes]) => [`src/kernels/${path}`, changes] as const),
      ...Object.entries(technique.dist ?? {}).map(([path, changes]) => [`dist/${path}`, changes] as const),
    ];
    for (const [path, changes] of files) {
      const text = readFileSync(path, 'utf8');
      expect(replaced(text, changes, path)).not.toBe(text);
    }
  });
});
