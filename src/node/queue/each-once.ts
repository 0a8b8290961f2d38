/** More texts than these differ by a name or a path only. */
const MOST = 20;

/** Passes each different text on once, and no more than 20 of them. */
export function eachOnce<More extends unknown[]>(
  tell: (text: string, ...more: More) => void,
): (text: string, ...more: More) => void {
  const known = new Set<string>();
  return (text, ...more) => {
    if (known.has(text) || known.size >= MOST) return;
    known.add(text);
    tell(text, ...more);
  };
}
