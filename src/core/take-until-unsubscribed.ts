import { type MonoTypeOperatorFunction, Observable, type Subscriber, takeUntil } from 'rxjs';

/**
 * Stops a source as soon as this subscriber has gone. Inside `new Observable(...)` the subscription to the source is there
 * only when `subscribe` returns, which for a synchronous source is too late: it would go on to its end without a subscriber.
 */
export const takeUntilUnsubscribed = <T>(subscriber: Subscriber<unknown>): MonoTypeOperatorFunction<T> =>
  takeUntil(new Observable<void>((gone) => subscriber.add(() => gone.next())));
