/** What would move a terminal's cursor, colour what comes after, or turn its direction round. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from outside as it may be printed: control characters as one would write them, `\x1b`. */
export const printable = (text: string): string =>
  text.replace(CONTROLS, (character) => {
    const code = character.charCodeAt(0);
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });

/** More names than these are too many to read. */
const MOST_NAMES = 20;

/** `red, blue, ...` */
export const someOf = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMES).map((name) => shortened(name)), ...(names.length > MOST_NAMES ? ['...'] : [])].join(
    ', ',
  );

/** Cut, where it is longer than `longest`. */
export const shortened = (text: string, longest = 60): string =>
  text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
