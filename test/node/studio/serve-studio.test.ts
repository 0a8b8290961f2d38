/** The studio's server gives what it is opened with to those who know its token, and nothing else to anybody. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNodeHost } from '../../../src/node/host.js';
import { runPipeline } from '../../../src/node/run-pipeline.js';
import { type Offer, readOffer } from '../../../src/node/studio/offer.js';
import { type StudioServer, serveStudio } from '../../../src/node/studio/serve-studio.js';
import { TINY } from '../../tiny-pipeline.js';

let folder: string;
let servers: StudioServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true });
});

async function served(offer?: Offer): Promise<string> {
  const host = createNodeHost({ offline: true, dataFolder: folder });
  const server = await serveStudio({ address: '127.0.0.1', port: 0, offer, host });
  servers.push(server);
  return server.url;
}

/** As `fetch`, which does not let one choose the name. */
const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

const CSV = TINY.replace('digits: { train: 200, test: 50 }', 'csv: { train: data/table.csv, target: kind }');

async function csvOffer(): Promise<Offer> {
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/table.csv'), 'width,kind\n1,a\n2,b\n');
  await writeFile(join(folder, 'table.yaml'), CSV);
  await writeFile(join(folder, 'secret.txt'), 'secret');
  return readOffer(join(folder, 'table.yaml'));
}

describe('serveStudio', () => {
  it('serves the page, isolated, at an address with a token', async () => {
    const url = await served();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{16}\/$/);
    const response = await fetch(url);
    expect(await response.text()).toContain('<title>marblenet studio</title>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cache-control': 'no-store',
    });
    expect((await fetch(`${url}worker.js`)).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await (await fetch(`${url}offer.json`)).json()).toEqual({ isServed: true });
  });

  it('gives nothing without the token, by another name, or by another method', async () => {
    const url = await served();
    expect((await fetch(new URL('/', url))).status).toBe(404);
    expect((await fetch(url.slice(0, -1))).url).toBe(url);
    expect((await fetch(new URL('/studio.js', url))).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(await statusFor(url, 'evil.example')).toBe(403);
    expect(await statusFor(url, 'localhost:80')).toBe(200);
  });

  it('gives the pipeline file and the files that it names, and no other', async () => {
    const url = await served(await csvOffer());
    expect(await (await fetch(`${url}offer.json`)).json()).toEqual({
      isServed: true,
      file: { name: 'table.yaml', text: CSV },
      files: ['data/table.csv'],
    });
    expect(await (await fetch(`${url}given/0`)).text()).toBe('width,kind\n1,a\n2,b\n');
    for (const way of [
      'given/1',
      'given/data/table.csv',
      'given/secret.txt',
      'given/../secret.txt',
      'given/%2e%2e/secret.txt',
      '..%2f..%2fpackage.json',
      '%',
    ])
      expect((await fetch(url + way)).status, way).toBe(404);
  });

  it('gives MNIST from where it is found, and says where it is not', async () => {
    await writeFile(join(folder, 'train-images-idx3-ubyte'), 'images');
    const url = await served();
    const response = await fetch(`${url}mnist/train-images-idx3-ubyte.gz`);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('train-labels-idx1-ubyte');
    for (const name of ['train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'])
      await writeFile(join(folder, name), name);
    const packed = await (await fetch(`${url}mnist/train-images-idx3-ubyte.gz`)).arrayBuffer();
    expect(gunzipSync(packed).toString()).toBe('images');
    expect((await fetch(`${url}mnist/../../etc/passwd`)).status).toBe(404);
    expect((await fetch(`${url}mnist/toString`)).status).toBe(404);
  });

  it('says that a port is taken', async () => {
    const { port } = new URL(await served());
    const host = createNodeHost();
    const taken = serveStudio({ address: '127.0.0.1', port: Number(port), offer: undefined, host });
    await expect(taken).rejects.toThrow(`the studio cannot listen at 127.0.0.1:${port}: another program listens there`);
  });
});

describe('readOffer', () => {
  it('takes the newest run of a pipeline, with its weights', async () => {
    const { folder: run } = await runPipeline(join(folder, 'tiny.yaml'), { text: TINY, out: join(folder, 'runs') });
    const offer = await readOffer(join(folder, 'runs/tiny'));
    expect(offer.name).toBe('tiny-1.yaml');
    expect(offer.text).toMatch(/\ninitialWeights: model.safetensors\n$/);
    expect([...offer.files]).toEqual([['model.safetensors', join(String(run), 'model.safetensors')]]);
  });

  it('says so where a run left no model', async () => {
    const { folder: run } = await runPipeline(join(folder, 'tiny.yaml'), { text: TINY, out: join(folder, 'left') });
    const model = join(String(run), 'model.safetensors');
    await rm(model);
    const offer = await readOffer(String(run));
    expect(offer.remark).toBe(`${model} is not there: only the pipeline of the run is opened`);
    expect(offer.text).not.toContain('initialWeights');
  });

  it('refuses plug-ins, a folder without a run, and a file that is wrong', async () => {
    await writeFile(join(folder, 'a.yaml'), `plugins: [./x.ts]\n${TINY}`);
    await expect(readOffer(join(folder, 'a.yaml'))).rejects.toThrow('plug-ins');
    await expect(readOffer(folder)).rejects.toThrow('found no run: there is no pipeline.yaml in it');
    await expect(readOffer(join(folder, 'b.yaml'))).rejects.toThrow('b.yaml');
  });

  it('lists the pictures of a folder', async () => {
    await mkdir(join(folder, 'pets/cat'), { recursive: true });
    await writeFile(join(folder, 'pets/cat/1.png'), '');
    const text = TINY.replace('digits: { train: 200, test: 50 }', 'images: { train: pets, size: [8, 8] }');
    await writeFile(join(folder, 'pets.yaml'), text);
    const { files } = await readOffer(join(folder, 'pets.yaml'));
    expect([...files]).toEqual([['pets/cat/1.png', join(folder, 'pets/cat/1.png')]]);
  });
});
