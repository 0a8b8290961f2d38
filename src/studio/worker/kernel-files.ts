/**
 * Stands in the studio's bundle for the kernels in base64 (core/wasm/kernels-wasm-binary): files, of which only those are loaded
 * that are needed.
 */

const none = (): Record<'float32' | 'float64', string> => ({ float32: '', float64: '' });

/** In base64, as the library reads them; empty before they are loaded. */
export const binaries = { plain: none(), relaxed: none() };

/** Loads the kernels for such floats: those with relaxed SIMD where the browser has it; none where it has no WebAssembly. */
export async function loadKernels(dtype: 'float32' | 'float64'): Promise<void> {
  if (!('WebAssembly' in globalThis)) return;
  for (const flavour of ['relaxed', 'plain'] as const) {
    if (binaries[flavour][dtype] !== '') return;
    const response = await fetch(new URL(`./kernels-${flavour}-${dtype}.wasm`, import.meta.url));
    if (!response.ok) throw new Error(`the kernels could not be loaded: HTTP ${response.status}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!WebAssembly.validate(bytes)) continue;
    let letters = '';
    for (const byte of bytes) letters += String.fromCharCode(byte);
    binaries[flavour][dtype] = btoa(letters);
    return;
  }
}
