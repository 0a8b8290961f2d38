/**
 * As much of WebAssembly's JavaScript interface as is used here: TypeScript declares it for browsers only, and this code
 * runs on Node too. Source: https://webassembly.github.io/spec/js-api/
 */
declare namespace WebAssembly {
  function validate(bytes: Uint8Array): boolean;

  class CompileError extends Error {}

  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }

  class Global {
    readonly value: number;
  }

  class Memory {
    /** Sizes in pages of 64 KiB. */
    constructor(size: { initial: number; maximum: number; shared?: boolean });
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
    /** Adds pages; returns how many there were. */
    grow(pages: number): number;
  }
}
