/**
 * Errors of JavaScript itself that the code of a stage ran into: `Cannot read properties of undefined` says nothing to the
 * reader of a pipeline file, so it is said whose code it was, and where that stands.
 */
import { MarblenetError, messageOf } from './errors.js';

/**
 * What went wrong in a stage, as a sentence to stand behind its name.
 *
 * @param method what was asked of the stage, where its code does not name it: "build"
 */
export function faultProblem(thrown: unknown, method: string): string {
  const message = messageOf(thrown);
  if (thrown instanceof MarblenetError || !isOfEngine(thrown)) return message;
  const fault = faultIn(thrown);
  return fault === undefined
    ? `its ${method} failed, on something that this stage or one before it gave: ${message}`
    : `its ${fault.method ?? method} failed, by an error in the code of this stage at ${fault.place}: ${message}`;
}

/** Where the code of others stands that an error of JavaScript itself came from: ` (at my.ts:3)`, or nothing. */
export function faultPlace(thrown: unknown): string {
  const fault = isOfEngine(thrown) ? faultIn(thrown) : undefined;
  return fault === undefined ? '' : ` (at ${fault.place})`;
}

/** A wrong value, name or call in the code itself, not an error that its author throws on purpose. */
const isOfEngine = (thrown: unknown): thrown is Error =>
  thrown instanceof TypeError || thrown instanceof ReferenceError || thrown instanceof RangeError;

interface Fault {
  /** `/home/me/my.ts:12`; its columns are those of the JavaScript that was made of it. */
  readonly place: string;
  /** The outermost function of that code, where it has a name: the one that was called. */
  readonly method: string | undefined;
}

/** The innermost code that is neither this program's nor of what it stands on; undefined where none is on the stack. */
function faultIn({ stack = '' }: Error): Fault | undefined {
  const frames = framesOf(stack);
  const first = frames.findIndex(({ file }) => isForeign(file));
  if (first === -1) return undefined;
  const behind = frames.slice(first).findIndex(({ file }) => !isForeign(file));
  const outermost = frames[behind === -1 ? frames.length - 1 : first + behind - 1];
  const { file, line } = frames[first];
  return { place: `${file}:${line}`, method: outermost.name };
}

interface Frame {
  readonly name: string | undefined;
  readonly file: string;
  readonly line: string;
}

/** As V8 writes them: `at Object.forward (file:///my.ts:12:5)`, `at /my.ts:12:5`. */
const framesOf = (stack: string): Frame[] =>
  stack.split('\n').flatMap((text) => {
    const found = /^\s*at (?:async )?(?:(.*?) \()?(?:file:\/\/)?(.+?):(\d+):\d+\)?$/.exec(text);
    if (found === null) return [];
    const [, name, file, line] = found;
    // zod calls every check fn
    const [method] = /[\w$]+$/.exec(name?.replace(/ \[as .*\]$/, '') ?? '') ?? [];
    return [{ name: method === 'fn' ? undefined : method, file: decodeURI(file), line }];
  });

/** The folder of this program, `src/` or `dist/`; undefined where it has been bundled with other code. */
const own = /^.*[\\/](?:src|dist)[\\/]/.exec(framesOf(new Error().stack ?? '')[0]?.file ?? '')?.[0];

const isForeign = (file: string): boolean =>
  (own === undefined || !file.startsWith(own)) && !/^node:|[\\/]node_modules[\\/](?:rxjs|zod|jiti)[\\/]/.test(file);
