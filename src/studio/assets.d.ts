/** A pipeline file, as text. */
declare module '*.yaml' {
  const text: string;
  export default text;
}

/** Of the package, put in by scripts/studio.mjs. */
declare const PACKAGE_VERSION: string;
