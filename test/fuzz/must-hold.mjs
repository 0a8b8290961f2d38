// What must hold of whatever the program says, whatever it was given.

/** Words that only the engine says, and only of a mistake in the program. */
const ENGINE = new RegExp(
  [
    'Cannot read propert',
    'is not a function',
    'is not iterable',
    'is not defined',
    'Cannot access',
    'Maximum call stack',
    'Invalid array length',
    'Invalid typed array',
    'Array buffer allocation',
    'Invalid string length',
    'out of memory',
    '\\[object \\w+\\]',
    'offset is out of bounds',
    'memory access out of bounds',
    'ERR_[A-Z_]+',
    'node:internal',
    'the training thread ended',
  ].join('|'),
);
const STACK = /^\s+at .*:\d+:\d+\)?$/m;
const NOT_FINITE = /\bNaN\b|\bInfinity\b|∞/;

/** A file with its line, a byte of a file, or an option. */
const PLACE = /:\d+:\d+: |: byte \d+: |--[a-z]/;

/**
 * @param words what the program was called with
 * @param said what it said
 * @returns what is wrong; undefined where nothing is
 */
export function problemOfProgram(words, { code, stdout, stderr, interrupted }) {
  const show = `exit ${code}\n${stdout.slice(0, 600)}\n${stderr.slice(0, 1200)}`;
  const isKnown = [0, 1, 2, 3].includes(code) || (interrupted && code === 130);
  if (!isKnown) return `an exit code that is none: ${show}`;
  const isDebug = words.some((word) => word.startsWith('--debug'));
  const printed = `${stdout}\n${stderr}`;
  if (!isDebug && STACK.test(printed)) return `a stack trace: ${show}`;
  const own = words.reduce((text, word) => (word.length > 3 ? text.replaceAll(word, '') : text), printed);
  if (!isDebug && ENGINE.test(own)) return `the engine's own words: ${show}`;
  if (code === 0 && words[0] === 'run' && NOT_FINITE.test(own)) return `a figure that is not finite: ${show}`;
  if (code === 0 || code === 130) return undefined;
  const error = stderr.trim() === '' ? stdout : stderr;
  if (error.trim() === '') return `nothing is said: ${show}`;
  const namesWord = words.some((word) => word === '' || error.includes(word.slice(0, 12)));
  if (words.length > 0 && !PLACE.test(error) && !namesWord) return `no place: ${show}`;
  return undefined;
}

/**
 * @param error what the library threw
 * @param place what it must name, if it is known
 */
export function problemOfError(error, place) {
  const { exitCode, message } = error ?? {};
  if (![1, 2, 3].includes(exitCode)) return `not an error of marblenet's: ${error?.stack ?? error}`;
  if (ENGINE.test(message) || STACK.test(message)) return `the engine's own words: ${message}`;
  if (/[\r\n]/.test(message)) return `an error of more than a line: ${message}`;
  if (place !== undefined && !message.includes(place)) return `it does not name ${place}: ${message}`;
  return undefined;
}

/** The network is a function of its own; and a class that does not occur in the data has no accuracy, which is NaN. */
const PASSED_OVER = ['network', 'accuracyByClass'];

/** The first number in what a run ended with that is none. */
export function notFinite(value, path = 'end') {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path} is ${value}`;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = PASSED_OVER.includes(key) ? undefined : notFinite(inner, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
