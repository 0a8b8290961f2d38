/** A path that a pipeline names, as the page has it: `./iris.csv` and `/iris.csv` are `iris.csv`. */
export const plainPath = (named: string): string => named.replace(/^(\.{0,2}\/)+|\/$/g, '');
