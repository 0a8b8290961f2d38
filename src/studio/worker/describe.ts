/** A pipeline file as the page shows it: its stages, and what is to be said of it. */
import {
  adviceOn,
  builtInStages,
  countOf,
  type Host,
  MarblenetError,
  type Outline,
  outlinePipeline,
  PipelineError,
  type PipelineFile,
  resolvePipelineFile,
  type Shape,
  sizeOf,
} from 'marblenet/page';
import { plainPath } from './plain-path.js';
import { type Description, type GivenFile, noDescription, type Problem, type StageView } from './protocol.js';
import { type HeldFiles, readGiven } from './read-file.js';

/** A file that can be opened, and what is shown of it. */
export interface Read {
  readonly description: Description;
  /** Undefined where the file is wrong. */
  readonly file: PipelineFile | undefined;
}

/** Reads a file, and checks what can be checked without data. */
export async function describe(given: GivenFile, host: Host, held: HeldFiles): Promise<Read> {
  const { name } = given;
  const missing = new Set<string>();
  try {
    const parsed = await readGiven(given, held);
    if (parsed.plugins !== undefined) {
      throw new PipelineError(`${parsed.locate(['plugins'], 'key')}: a page does not load plug-ins`);
    }
    const file = resolvePipelineFile(parsed, builtInStages, {
      rebase(named) {
        if (!isHeld(named, held)) missing.add(named);
        return named;
      },
    });
    const outline = outlinePipeline(file.definition, { locate: file.locate, registry: builtInStages, host });
    const advice = adviceOn(outline).map(({ place, message }) => problemOf('warning', `${place}: ${message}`, name));
    const notes = file.notes.map((note) => problemOf('warning', note, name));
    const isBegun = file.definition.initialWeights !== undefined;
    return {
      description: {
        ...describeOutline(outline, name),
        problems: [...notes, ...advice],
        missing: [...missing],
        isFit: true,
        isBegun,
      },
      file,
    };
  } catch (error) {
    if (!(error instanceof MarblenetError)) throw error;
    return { description: { ...noDescription, problems: [problemOf('error', error.message, name)] }, file: undefined };
  }
}

/** Whether the page has what a pipeline reads: a file, or a folder of some. */
function isHeld(named: string, held: HeldFiles): boolean {
  const path = plainPath(named);
  return held.has(path) || [...held.keys()].some((file) => file.startsWith(`${path}/`));
}

/** `relu.yaml:14:5: unknown stage ...` */
export function problemOf(severity: Problem['severity'], text: string, file: string): Problem {
  const rest = text.startsWith(`${file}:`) ? text.slice(file.length) : '';
  const [all, line, column] = /^:(\d+):(\d+): /.exec(rest) ?? [];
  if (all === undefined) return { severity, message: text };
  return { severity, message: rest.slice(all.length), line: Number(line), column: Number(column) };
}

/** What is known of a pipeline: of one that is built, or whose files were opened, more than before. */
export function describeOutline(
  outline: Pick<Outline, 'name' | 'epochs' | 'parameters' | 'rows' | 'locate'>,
  file: string,
): Pick<Description, 'name' | 'epochs' | 'parameters' | 'stages'> {
  const { name, epochs, parameters, rows, locate } = outline;
  const stages = rows.map((row): StageView => {
    const { section, position, inside, definition, options } = row;
    // one that stands in a file that this one extends has no line here
    const [, line] = /^(\d+):\d+$/.exec(locate(section, position, inside).replace(`${file}:`, '')) ?? [];
    const built = 'output' in row ? row : undefined;
    const { shape } = (built?.output ?? {}) as { readonly shape?: Shape };
    return {
      place: [section, position, ...inside].join('.'),
      section,
      name: definition.name,
      family: definition.family,
      depth: inside.length,
      shape,
      kind: definition.to,
      options: plain(options),
      parameters: (built?.parameters ?? []).map((parameter) => ({
        name: parameter.name.slice(parameter.name.lastIndexOf('.') + 1),
        shape: parameter.value.shape,
        count: sizeOf(parameter.value.shape),
      })),
      line: line === undefined ? undefined : Number(line),
    };
  });
  return { name, epochs, parameters: countOf(parameters), stages };
}

/** Options as JSON has them: stages inside are stages of their own. */
const plain = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(options, (_, value) => (typeof value === 'function' ? undefined : value)));
