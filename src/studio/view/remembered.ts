/** What the browser keeps for the next visit. Where it may keep nothing, the page works all the same. */

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // it is chosen again next time
  }
}
