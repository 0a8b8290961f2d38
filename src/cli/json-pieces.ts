/** How many numbers of a list are put into words at a time. */
const CHUNK = 1000;

/** What JSON.stringify gives, in pieces: lists of numbers may be too long for one string. */
export function* jsonPieces(value: unknown): Generator<string> {
  if (Array.isArray(value) && value.length > CHUNK) {
    for (let i = 0; i < value.length; i += CHUNK) {
      yield `${i === 0 ? '[' : ','}${JSON.stringify(value.slice(i, i + CHUNK)).slice(1, -1)}`;
    }
    yield ']';
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    let before = '{';
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* jsonPieces(field);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else {
    yield JSON.stringify(value);
  }
}
