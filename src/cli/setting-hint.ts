/** Many an unknown option is a key of the pipeline file, or an option of a stage: `--epochs 3`, `--learning-rate 0.1`. */
import { nearestTo } from '../core/errors.js';
import { stageCalled } from '../core/pipeline/registry.js';
import { type Section, sections } from '../core/pipeline/sections.js';
import { settings } from '../core/pipeline/settings.js';
import { optionRows } from '../core/pipeline-file/option-rows.js';
import { builtIn } from '../node/plugins.js';
import { namedStages } from './named-stages.js';
import { quoted } from './text/quoted.js';

/**
 * What an unknown option stands for in a pipeline file, and the `--set` that says it there; undefined where it is nothing.
 *
 * @param name what was written, in whichever spelling: `learning-rate`, `learning_rate`
 * @param file for the places of its stages, where one is given
 * @param how whether a slip of the pen, `lerningrate`, is understood, too
 */
export async function settingHint(
  name: string,
  value: string,
  file: string | undefined,
  how: 'same' | 'near',
): Promise<string | undefined> {
  const change = (path: string) => `--set ${quoted(`${path}=${value}`)}`;
  const stages = file === undefined ? [] : await namedStages(file);
  const inFile = stages.flatMap((stage) => optionsOf(stage.name).map((option) => ({ ...stage, option })));
  const anywhere = [...builtIn.registry.keys()].flatMap(optionsOf);
  const wanted = calledAs(name, [...TOP, ...inFile.map(({ option }) => option), ...anywhere], how);
  if (wanted === undefined) return undefined;
  if (TOP.includes(wanted)) return `this is said in the pipeline file; change it by ${change(wanted)}`;

  const having = inFile.filter(({ option }) => option === wanted);
  const section = FIRST.find((candidate) => having.some((stage) => stage.section === candidate));
  const places = having
    .filter((stage) => stage.section === section)
    .map((stage) => {
      const namesakes = stages.filter((other) => other.section === section && other.name === stage.name);
      const position = namesakes.length > 1 ? `.${stage.position}` : '';
      return `${section}${position}.${stage.name}.${wanted}`;
    });
  if (places.length > 0) return `this is an option of a stage; change it by ${places.map(change).join(' or ')}`;
  const others = [...builtIn.registry.keys()].filter((stage) => optionsOf(stage).includes(wanted));
  const missing = stages.length === 0 ? '' : ', and the file has none of these';
  return `this is an option of the stages ${others.join(', ')}${missing}; it is changed by ${change(`SECTION.STAGE.${wanted}`)}`;
}

/** What a file says beside its stages. */
const TOP: readonly string[] = ['name', ...Object.keys(settings)];

/** Whose option it is that several sections have: that of train. */
const FIRST: readonly Section[] = ['train', ...sections];

const optionsOf = (stage: string): string[] => {
  const factory = stageCalled(builtIn.registry, stage);
  return factory === undefined ? [] : optionRows(factory).map((option) => option.name);
};

/** The key that is meant by a name. */
function calledAs(name: string, keys: readonly string[], how: 'same' | 'near'): string | undefined {
  const plain = (word: string) => word.replace(/[-_]/g, '').toLowerCase();
  const wanted = OTHER_WORDS.get(plain(name)) ?? plain(name);
  if (how === 'same') return keys.find((key) => plain(key) === wanted);
  return wanted.length < 2 ? undefined : nearestTo(wanted, keys); // every letter is near to every other
}

/** What some keys are called elsewhere. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['lr', 'learningrate'],
  ['epoch', 'epochs'],
  ['batch', 'size'],
  ['batchsize', 'size'],
]);
