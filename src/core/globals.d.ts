/**
 * What Node and a page both have, as far as portable code uses it. Only tsconfig.portable.json reads this file, in place of
 * Node's types and of the browser's: what is not declared here is not used by chance. Sources: the standards of WHATWG and
 * W3C (Encoding, HTML, High Resolution Time, Web Cryptography).
 */
declare function atob(base64: string): string;

declare function structuredClone<Value>(value: Value): Value;

declare function setTimeout(callback: () => void, milliseconds?: number): unknown;

declare function clearTimeout(timer: unknown): void;

declare const console: { warn(message: string): void };

declare const performance: {
  /** Milliseconds since some moment, which never go back. */
  now(): number;
};

declare const crypto: {
  getRandomValues(bytes: Uint8Array): Uint8Array;
  /** A page has it on https and on localhost only. */
  readonly subtle: { digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer> };
};

/** Node's alone; a page has none. */
declare function setImmediate(callback: () => void): unknown;

/** What a page has in its place. */
declare class MessageChannel {
  readonly port1: MessagePort;
  readonly port2: MessagePort;
}

interface MessagePort {
  addEventListener(type: 'message', listener: () => void): void;
  /** Messages wait until then. */
  start(): void;
  postMessage(message: unknown): void;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

declare const AbortSignal: {
  /** One that aborts when the first of these does. */
  any(signals: readonly AbortSignal[]): AbortSignal;
};

declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean });
  /** What the label stands for: "utf-8", "utf-16le". */
  readonly encoding: string;
  /** @throws TypeError when the bytes are no such text and this is `fatal`. */
  decode(bytes?: Uint8Array, options?: { readonly stream: boolean }): string;
}

/** Text of bytes as Base64 has it, each character a byte. */
declare function btoa(bytes: string): string;
