import { from, type Observable } from 'rxjs';

/**
 * Like `of`, but emits when all have subscribed. With `of`, the operators of a deep network are called while the calls by which they
 * subscribed to one another are still on the stack, and with what looks at each stage that is more than it holds.
 */
export const onStackOfItsOwn = <T>(value: T): Observable<T> => from(Promise.resolve(value));
