/** The texts of the studio: every language says the same things, and all of them. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  adviceOn,
  builtInStages,
  type JsonSchema,
  outlinePipeline,
  parsePipelineFile,
  pipelineJsonSchema,
  resolvePipelineFile,
} from 'marblenet';
import { describe, expect, it } from 'vitest';
import { type Edit, edited } from '../../src/studio/guide/edits.js';
import { en } from '../../src/studio/texts/en.js';
import { guideEn } from '../../src/studio/texts/guide-en.js';
import { guideZh } from '../../src/studio/texts/guide-zh.js';
import { libraryZh } from '../../src/studio/texts/library-zh.js';
import { zh } from '../../src/studio/texts/zh.js';

type Entry = readonly [path: string, text: unknown];

/** Every text by where it stands. */
function entries(texts: unknown, path = ''): Entry[] {
  if (typeof texts !== 'object' || texts === null) return [[path, texts]];
  return Object.entries(texts).flatMap(([name, inner]) => entries(inner, `${path}.${name}`));
}

interface Described {
  readonly text: string;
  readonly choices: readonly string[];
}

/** What a schema says of itself and of all inside, but for what is deprecated. */
function descriptionsIn(schema: unknown): Described[] {
  if (Array.isArray(schema)) return schema.flatMap(descriptionsIn);
  if (typeof schema !== 'object' || schema === null || ('deprecated' in schema && schema.deprecated)) return [];
  const { description: text, enum: choices = [], properties = {}, ...rest } = schema as JsonSchema;
  const own = typeof text === 'string' ? [{ text, choices: (choices as unknown[]).map(String) }] : [];
  return [...own, ...[...Object.values(properties as object), ...Object.values(rest)].flatMap(descriptionsIn)];
}

/** Texts that are the same in each language: names of stages, formulas, words that are not translated. */
const ALIKE = /^(?:[^a-z]*|marblenet.*|epoch|[ -~]{0,3}|)$/;

/** Formulas, and names of fields. */
const isFormula = (text: string): boolean => text.startsWith('  ');

const chinese = /[一-鿿]/;

describe.each([
  ['the page', en, zh],
  ['the guide', guideEn, guideZh],
])('the Chinese of %s', (_, english, translated) => {
  const [ours, theirs] = [entries(english), entries(translated)];

  it('has every text of the English, and no other', () => {
    const forms = (all: Entry[]) => all.map(([path, text]) => `${path}: ${typeof text}`).sort();
    expect(forms(theirs)).toEqual(forms(ours));
  });

  it('leaves nothing in English', () => {
    const left = theirs.filter(
      ([, text]) => typeof text === 'string' && !chinese.test(text) && !isFormula(text) && !ALIKE.test(text),
    );
    expect(left).toEqual([]);
  });

  it('puts what it is given into its texts, as the English does', () => {
    const functions = new Map(ours);
    for (const [path, text] of theirs) {
      const same = functions.get(path);
      if (typeof text !== 'function' || typeof same !== 'function' || path === '.move') continue;
      const given = Array.from({ length: same.length }, (_, i) => 7001 + i);
      const shown = (by: typeof text) => given.filter((value) => by(...given).includes(String(value)));
      expect(shown(text), path).toEqual(shown(same));
    }
  });
});

describe('the Chinese of the library', () => {
  const definitions = [...builtInStages.values()].map(({ definition }) => definition);
  const described = descriptionsIn(pipelineJsonSchema(builtInStages));
  const texts = new Set([...definitions.map(({ summary }) => summary), ...described.map(({ text }) => text)]);
  const translated = Object.entries(libraryZh);

  it('says every summary of a stage and every description of an option', () => {
    expect([...texts].filter((text) => !Object.hasOwn(libraryZh, text))).toEqual([]);
    expect(translated.filter(([, text]) => !chinese.test(text))).toEqual([]);
  });

  it('says nothing that the library does not say', () => {
    expect(Object.keys(libraryZh).filter((english) => !texts.has(english))).toEqual([]);
  });

  it('names the same numbers, formulas, options and words of code', () => {
    const code = /\d[\d.,]*\d|\d|"[^"]+"|[[{].*?[\]}]|\w+(?=\()|[a-z]+[A-Z]\w*|[A-Z]{2,}\w*|\b[B-Z]\b|[Α-ω√²]|--\w+/g;
    const differing = translated.flatMap(([english, text]) => {
      const missing = (english.match(code) ?? []).filter((word) => !text.includes(word));
      return missing.length > 0 ? [{ text, missing }] : [];
    });
    expect(differing).toEqual([]);
  });

  it('has the choices that a description speaks of as they are written', () => {
    const differing = described.flatMap(({ text, choices }) => {
      const spoken = choices.filter((choice) => new RegExp(`\\b${choice}:|; ${choice}[,;]|: ${choice},`).test(text));
      return spoken.filter((choice) => !libraryZh[text]?.includes(choice)).map((choice) => ({ text, choice }));
    });
    expect(differing).toEqual([]);
  });

  it.each([
    ['English', en],
    ['Chinese', zh],
  ])('has a name for each family of stages in %s', (_, { families }) => {
    expect(Object.keys(families).sort()).toEqual([...new Set(definitions.map(({ family }) => family))].sort());
  });
});

it('names the same stages and numbers in each paragraph of the guide', () => {
  // small numbers may be written as words
  const named = (text: string): string[] => {
    const words = text.match(/`[^`]+`|\d+(?:[.,\u202f ]\d+)*/g) ?? [];
    return [...new Set(words.map((word) => word.replace(/[, \u202f]/g, '')))].filter((word) => word.length > 2).sort();
  };
  for (const [id, { prose, tries, answer }] of Object.entries(guideEn.chapters)) {
    const own = guideZh.chapters[id as keyof typeof guideZh.chapters];
    expect(own.prose.map(named), id).toEqual(prose.map(named));
    expect(own.tries.map(named), id).toEqual(tries.map(named));
    expect(own.answer.map(named), id).toEqual(answer.map(named));
  }
});

describe('the pipelines of the guide', async () => {
  const folder = fileURLToPath(new URL('../../src/studio/guide/', import.meta.url));
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const problemsOf = (name: string, text: string): string[] => {
    const { definition, locate } = resolvePipelineFile(parsePipelineFile(text, name), builtInStages);
    return adviceOn(outlinePipeline(definition, { locate, registry: builtInStages })).map(({ message }) => message);
  };

  it.each(names)('%s is in order', async (name) => {
    expect(problemsOf(name, await readFile(folder + name, 'utf8'))).toEqual([]);
  });

  it.each<readonly [string, Edit, string]>([
    [
      'activation',
      { edit: 'swap', from: 'relu', to: 'sigmoid' },
      '  - sigmoid\n  - dense: { units: 20 }\n  - sigmoid\n',
    ],
    [
      'dense',
      { edit: 'set', option: 'units', to: '16' },
      '  - dense: { units: 16 }\n  - relu\n  - dense: { units: 10 }\n',
    ],
    [
      'loss',
      { edit: 'set', option: 'weights', to: '{ normal: 5 }' },
      '  - dense: { units: 10, weights: { normal: 5 } }\n',
    ],
    ['loss', { edit: 'split' }, '  - softmax\ntrain:\n  - shuffleBatch: { size: 10 }\n  - forward\n  - crossEntropy\n'],
    ['epoch', { edit: 'set', option: 'train', to: '100' }, '  - digits: { train: 100, test: 500 }\n'],
  ])('%s can be changed: %o', async (name, edit, expected) => {
    const text = await readFile(`${folder}${name}.yaml`, 'utf8');
    expect(edited(text, edit)).toContain(expected);
    expect(problemsOf(name, edited(text, edit))).toEqual([]);
    expect(edited(edited(text, edit), edit)).toBe(edited(text, edit));
  });
});
