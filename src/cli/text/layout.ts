/** How text is laid out: as wide as the terminal that it is written to, where there is one. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** How many columns a line may take. In a file or a pipe a line has no end: what is one line there, `grep` finds. */
export const columnsOf = ({ isTTY, columns }: NodeJS.WriteStream): number =>
  isTTY ? columns || 80 : Number.POSITIVE_INFINITY;

/** The same for prose, whose lines are short wherever they are read. */
export const proseColumnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY ? Math.min(columnsOf(stream), 100) : 80;

/** Whether a line can be drawn again and again: on a terminal whose cursor moves. */
export const canRedraw = ({ isTTY }: NodeJS.WriteStream): boolean => isTTY && process.env.TERM !== 'dumb';

/** Joins words that belong together, such as a number and its name: `wrapped` breaks no line between them. */
export const together = (text: string): string => text.replaceAll(' ', '\u00a0');

/**
 * Text whose lines take at most so many columns. They break between words alone: a word that is longer than a line is left
 * whole. What follows in a line is indented like its beginning, and by `hanging` more.
 */
export const wrapped = (text: string, columns: number, hanging = 2): string =>
  text
    .split('\n')
    .flatMap((line) => {
      if (widthOf(line) <= columns) return line;
      const words = line.trimStart();
      const indent = line.length - words.length;
      const room = Math.max(1, columns - indent - hanging);
      return wrapAnsi(words, room)
        .split('\n')
        .map((piece, i) => ' '.repeat(i === 0 ? indent : indent + hanging) + piece);
    })
    .join('\n')
    .replaceAll('\u00a0', ' ');

/** Paragraphs whose lines were broken for another width, broken anew; what is indented, such as a diagram, stays as it is. */
export const reflowed = (text: string, columns: number): string =>
  text
    .replace(/(?<=^(?! ).*\S)\n(?=[^\s-])/gm, ' ')
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : wrapped(line, columns, 0)))
    .join('\n');

/** How many columns a text takes: a Chinese character takes two, and what colours it none. */
export const widthOf = (text: string): number => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text));

/** As many spaces as a cell needs to be so wide. */
export const paddingOf = (cell: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(cell)));
