import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow';

/**
 * In colour, where the stream is a terminal that takes it and the environment does not say otherwise: NO_COLOR, TERM=dumb and
 * CI do; FORCE_COLOR asks for it, in files and pipes too.
 */
export const styled = (style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  'CI' in process.env && !('FORCE_COLOR' in process.env) ? text : styleText(style, text, { stream });
