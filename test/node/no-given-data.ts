import { afterAll } from 'vitest';

/** For the tests of a file that downloads: a folder with MNIST that the environment names would take a mirror's place. */
export function withoutGivenData(): void {
  const { MARBLENET_DATA } = process.env;
  delete process.env.MARBLENET_DATA;
  afterAll(() => {
    if (MARBLENET_DATA !== undefined) process.env.MARBLENET_DATA = MARBLENET_DATA;
  });
}
