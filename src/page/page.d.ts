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
