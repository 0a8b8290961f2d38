/** From RxJS to what components read. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Observable } from 'rxjs';

/** The last value of a stream, and the first one before there is any. */
export function signalOf<T>(source: Observable<T>, first: T): ReadonlySignal<T> {
  const latest = signal(first);
  source.subscribe((value) => {
    latest.value = value;
  });
  return latest;
}
