/**
 * Which Node this needs, said in one sentence by what an older one can still load. Nothing is imported here.
 *
 * @param version As `process.versions.node` has it: "18.20.8".
 * @returns What to tell the user of an older Node, else undefined.
 */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor)) return undefined;
  return `marblenet needs Node ${NEEDED.major}.${NEEDED.minor} or newer, found ${version}`;
}

/** As `engines` in package.json says. */
const NEEDED = { major: 20, minor: 19 };
