/** The table that a model has learned from, among those of the page. */
import { fitColumns, type Host, isOfClasses, type Model } from 'marblenet/page';

type TableColumns = NonNullable<Model['description']['columns']>;
type Column = TableColumns['features'][number];

/**
 * The source of a pipeline for the first table that has the columns of the model, with the same words in them.
 *
 * @param paths of the tables that the page has
 * @throws Error that says what the columns are, or which is another, where no table fits; DataError where one cannot be read.
 */
export async function tableFor(columns: TableColumns, paths: readonly string[], host: Host): Promise<TableSource> {
  const { features, target } = columns;
  const targets = isOfClasses(target) ? [target] : target;
  const all = [...features, ...targets];
  for (const path of paths) {
    const table = await host.openTable?.(path);
    if (table === undefined || !all.every(({ name }) => table.names.includes(name))) continue;
    const source = {
      train: path,
      target: isOfClasses(target) ? target.name : target.map(namesOf),
      features: features.map(namesOf),
      categories: all.filter(({ kind }) => kind === 'category').map(namesOf),
    };
    const found = (await fitColumns(table, { ...source, missing: 'fill' })).columns;
    const fitted = [...found.features, found.target].flat();
    const other = all.find((column, i) => wordsOf(column) !== wordsOf(fitted[i]));
    if (other === undefined) return source;
    throw new Error(`the column ${other.name} of ${path} has not the values that the model knows: ${wordsOf(other)}`);
  }
  const names = features.map(namesOf);
  const shown = names.length > NAMED ? [...names.slice(0, NAMED), `${names.length - NAMED} more`] : names;
  throw new Error(
    `it predicts ${targets.map(namesOf).join(', ')} from the columns ${shown.join(', ')}: ` +
      'open a table (CSV) that has these columns together with it, or pipeline.yaml of its run folder',
  );
}

/** The options of `csv`. */
type TableSource = Readonly<Record<'train' | 'target' | 'features' | 'categories', string | readonly string[]>>;

/** Columns that a message names. */
const NAMED = 12;

const namesOf = ({ name }: Column): string => name;

const wordsOf = (column: Column): string => (column.kind === 'category' ? column.values.join(', ') : 'numbers');
