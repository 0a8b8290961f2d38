/** csv-parse, driven piece by piece: its packages for Node and for pages are streams of different kinds. */

/** As much of csv-parse as is used here. */
export interface CsvPackage {
  parse(options: CsvOptions): CsvParser;
  readonly CsvError: abstract new (...given: never[]) => CsvFailure;
}

/** What csv-parse is asked for. */
export interface CsvOptions {
  readonly bom: boolean;
  readonly delimiter: string;
  readonly trim: boolean;
  readonly skip_empty_lines: boolean;
  readonly relax_column_count: boolean;
  readonly info: true;
  readonly max_record_size: number;
}

/** An error of a table. */
interface CsvFailure extends Error {
  readonly code: string;
  /** On which line. */
  readonly lines?: unknown;
}

/** A row, and the line on which it ends. */
export interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** A writable stream that emits records. */
interface CsvParser {
  on(event: 'readable', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  read(): CsvRecord | null;
  write(text: string, done: (error?: Error | null) => void): unknown;
  end(): unknown;
}

/**
 * The records of a text, those of each of its pieces together. Nothing is read ahead of the consumer.
 *
 * @throws CsvError of the package; what the text throws.
 */
export async function* recordsOf(
  text: AsyncIterable<string>,
  { parse }: CsvPackage,
  options: CsvOptions,
): AsyncGenerator<readonly CsvRecord[], void, undefined> {
  const parser = parse(options);
  let records: CsvRecord[] = [];
  /** A parser that is full waits for this before it takes more of the text. */
  const read = (): void => {
    for (let record = parser.read(); record !== null; record = parser.read()) records.push(record);
  };
  const taken = (): readonly CsvRecord[] => {
    read();
    const some = records;
    records = [];
    return some;
  };
  parser.on('readable', read);
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
  });
  ended.catch(() => {}); // it is waited for below, unless the loop is left before
  for await (const piece of text) {
    await Promise.race([written(parser, piece), ended]);
    yield taken();
  }
  parser.end();
  await ended;
  yield taken();
}

const written = (parser: CsvParser, piece: string): Promise<void> =>
  new Promise((resolve, reject) => parser.write(piece, (error) => (error ? reject(error) : resolve())));
