/**
 * What a page has and Node's types do not declare, as far as it is used here. Source: the HTML standard of WHATWG.
 */
declare class Worker {
  constructor(url: URL, options: { readonly type: 'module'; readonly name: string });
  postMessage(message: unknown): void;
  terminate(): void;
  addEventListener(type: 'error', listener: () => void): void;
}

declare function addEventListener<Data>(type: 'message', listener: (event: { readonly data: Data }) => void): void;

declare const navigator: { readonly hardwareConcurrency: number };

declare const location: { readonly href: string };

/** Answers that the browser keeps from one visit to the next. A page has none on plain http. Source: the standard of service workers. */
declare const caches: { open(name: string): Promise<Cache> };

interface Cache {
  match(address: string): Promise<Response | undefined>;
  put(address: string, answer: Response): Promise<void>;
  delete(address: string): Promise<boolean>;
}
