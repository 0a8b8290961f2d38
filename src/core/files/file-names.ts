/** Under which names published files lie in a folder, and which of them are there. */

/** Where each file lies. */
export type Paths<Name extends string> = Readonly<Record<Name, string>>;

/** IDX files as mirrors name them and as some archives do; raw before gzip, which takes longer to read. */
export function spellings(name: string): readonly string[] {
  const dotted = name.replace('-idx', '.idx');
  return [name, dotted, `${name}.gz`, `${dotted}.gz`];
}

export const missingFrom = <Name extends string>(
  paths: Partial<Paths<Name>>,
  names: readonly Name[],
): readonly Name[] => names.filter((name) => paths[name] === undefined);

export const isComplete = <Name extends string>(
  paths: Partial<Paths<Name>>,
  names: readonly Name[],
): paths is Paths<Name> => missingFrom(paths, names).length === 0;

/** "lacks t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte" */
export function lacks<Name extends string>(paths: Partial<Paths<Name>>, names: readonly Name[]): string {
  const missing = missingFrom(paths, names);
  return missing.length === names.length ? `has none of the ${names.length} files` : `lacks ${missing.join(' and ')}`;
}
