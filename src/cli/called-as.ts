/** How this program was called: what it prints of commands begins so, and can be pasted. */
import { basename } from 'node:path';

/** What a package manager puts before the commands of a project; each but npm names itself in its environment. */
const RUNNERS: ReadonlyMap<string, string> = new Map([
  ['pnpm', 'pnpm exec'],
  ['yarn', 'yarn'],
]);

/**
 * The words that call the program again as it was called: `pipeline`, `marblenet`, and behind a package manager, whose
 * commands the shell does not find, `npx pipeline`, `pnpm exec pipeline` or `yarn pipeline`.
 *
 * @param program the path of the program, `process.argv[1]`: other names than these two are files that led here
 */
export function callOf(program: string, { npm_command, npm_config_user_agent }: NodeJS.ProcessEnv): string {
  const name = basename(program) === 'marblenet' ? 'marblenet' : 'pipeline';
  if (npm_command === undefined && npm_config_user_agent === undefined) return name;
  const [manager] = (npm_config_user_agent ?? '').split('/');
  return `${RUNNERS.get(manager) ?? 'npx'} ${name}`;
}

export const calledAs = callOf(process.argv[1] ?? '', process.env);

/** A text of the core, which knows no caller: the commands that it names in quotes begin as this program was called. */
export const asCalled = (text: string): string =>
  text.replace(/"pipeline (?=(?:list|new|explain)\b)/g, `"${calledAs} `);
