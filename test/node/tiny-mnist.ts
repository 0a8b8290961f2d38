/** MNIST in miniature: the same four files with two images, and the checksums that go with them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { MnistFile } from '../../src/core/families/mnist-files.js';
import { encodeIdx } from '../../src/core/files/encode-idx.js';

const images = (pixel: number): Uint8Array => encodeIdx([2, 28, 28], new Uint8Array(2 * 28 * 28).fill(pixel));
const labels = (...digits: number[]): Uint8Array => encodeIdx([2], Uint8Array.from(digits));

export const TINY_MNIST: Readonly<Record<MnistFile, Uint8Array>> = {
  'train-images-idx3-ubyte': images(1),
  'train-labels-idx1-ubyte': labels(3, 5),
  't10k-images-idx3-ubyte': images(2),
  't10k-labels-idx1-ubyte': labels(7, 9),
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const TINY_CHECKSUMS: Readonly<Record<MnistFile, string>> = {
  'train-images-idx3-ubyte': sha256(TINY_MNIST['train-images-idx3-ubyte']),
  'train-labels-idx1-ubyte': sha256(TINY_MNIST['train-labels-idx1-ubyte']),
  't10k-images-idx3-ubyte': sha256(TINY_MNIST['t10k-images-idx3-ubyte']),
  't10k-labels-idx1-ubyte': sha256(TINY_MNIST['t10k-labels-idx1-ubyte']),
};

/** The names that a mirror serves. */
export const REMOTE_FILES: readonly string[] = Object.keys(TINY_MNIST).map((file) => `${file}.gz`);

/** Writes the files into a folder under names of the caller's making: raw, or gzip where the name ends in `.gz`. */
export async function writeTinyMnist(folder: string, nameOf: (file: string) => string | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [file, bytes] of Object.entries(TINY_MNIST)) {
    const name = nameOf(file);
    if (name !== undefined) {
      await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    }
  }
}
