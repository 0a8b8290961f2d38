/** A small server that speaks as S3 does, in memory, for one bucket: what a store asks for, no more. */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const BUCKET = 'sweeps';
const ACCESS_KEY = 'AKIDMARBLENET';
/** Nothing that is printed or kept may hold it. */
export const SECRET_KEY = 's3cret/never+shown';

/** What goes wrong with the next request that fits: it fails, has no answer, or one that is cut off in the middle. */
interface Fault {
  /** Of the method and the key: `PUT x/run.json` */
  readonly of: RegExp;
  readonly kind: 'unavailable' | 'denied' | 'silent' | 'cut';
}

export interface S3Server {
  /** What a process needs to use it. */
  readonly environment: Record<string, string>;
  readonly objects: Map<string, Buffer>;
  /** `PUT x/run.json`, of all that were signed as they should be. */
  readonly requests: string[];
  /** Each goes wrong once. */
  readonly faults: Fault[];
  /** Resolves when an object is sent whose key fits, and whose text holds these words. */
  readonly untilSent: (key: RegExp, words: string) => Promise<void>;
  readonly stop: () => void;
}

export async function startS3(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Map<number, Buffer>>();
  const requests: string[] = [];
  const faults: Fault[] = [];
  const watchers = new Set<(key: string, bytes: Buffer) => void>();
  const put = (key: string, bytes: Buffer): void => {
    objects.set(key, bytes);
    for (const watch of watchers) watch(key, bytes);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const { method = '', url = '' } = request;
    const [path, query = ''] = url.split('?');
    const asked = new URLSearchParams(query);
    const [, bucket, ...names] = path.split('/').map(decodeURIComponent);
    const key = names.join('/');
    const say = (status: number, text = '', headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'Content-Type': 'application/xml', ...headers }).end(text);
    const refuse = (status: number, code: string) =>
      say(status, method === 'HEAD' ? '' : `<Error><Code>${code}</Code><Message>as asked for</Message></Error>`);
    const wrong = wrongSignature(request, body);
    if (wrong !== undefined) return void refuse(403, wrong);
    requests.push(`${method} ${key}`);
    if (bucket !== BUCKET) return void refuse(404, 'NoSuchBucket');
    const fault = faults.find(({ of }) => of.test(`${method} ${key}`));
    if (fault !== undefined) faults.splice(faults.indexOf(fault), 1);
    if (fault?.kind === 'unavailable') return void refuse(503, 'SlowDown');
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'denied') return void refuse(403, 'AccessDenied');
    const upload = uploads.get(asked.get('uploadId') ?? '');

    if (method === 'POST' && asked.has('uploads')) {
      const id = String(uploads.size + 1);
      uploads.set(id, new Map());
      say(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    } else if (method === 'PUT' && upload !== undefined) {
      upload.set(Number(asked.get('partNumber')), body);
      say(200, '', { ETag: etagOf(body) });
    } else if (method === 'POST' && upload !== undefined) {
      put(key, Buffer.concat([...upload.entries()].sort(([a], [b]) => a - b).map(([, part]) => part)));
      say(200, '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>');
    } else if (method === 'DELETE') {
      if (upload === undefined) objects.delete(key);
      else uploads.set(asked.get('uploadId') ?? '', new Map());
      say(204);
    } else if (method === 'PUT') {
      put(key, body);
      say(200, '', { ETag: etagOf(body) });
    } else if (key === '') {
      const prefix = asked.get('prefix') ?? '';
      const found = [...objects.keys()].filter((each) => each.startsWith(prefix)).sort();
      const listed = found.map((each) => `<Contents><Key>${each}</Key></Contents>`).join('');
      say(200, `<ListBucketResult><IsTruncated>false</IsTruncated>${listed}</ListBucketResult>`);
    } else {
      const whole = objects.get(key);
      if (whole === undefined) return void refuse(404, 'NoSuchKey');
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const bytes = whole.subarray(from);
      response.writeHead(from === 0 ? 200 : 206, { 'Content-Length': bytes.length, ETag: etagOf(whole) });
      if (fault?.kind !== 'cut') return void response.end(method === 'HEAD' ? '' : bytes);
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    objects,
    requests,
    faults,
    untilSent: (wanted, words) =>
      new Promise((resolve) => {
        const watch = (key: string, bytes: Buffer): void => {
          if (!wanted.test(key) || !bytes.toString('latin1').includes(words)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
      }),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const etagOf = (bytes: Buffer): string => `"${sha256(bytes).slice(0, 32)}"`;
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Source: AWS, Signature Version 4: the code of what is wrong with a request; undefined where its signature is right. */
function wrongSignature({ method, url = '', headers }: IncomingMessage, body: Buffer): string | undefined {
  const [, id, scope, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (id === undefined) return 'AccessDenied';
  if (id !== ACCESS_KEY) return 'InvalidAccessKeyId';
  const [path, query = ''] = url.split('?');
  const content = String(headers['x-amz-content-sha256']);
  if (content !== 'UNSIGNED-PAYLOAD' && content !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const signed = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const pairs = query === '' ? [] : query.split('&').map((pair) => (pair.includes('=') ? pair : `${pair}=`));
  const canonical = [method, path, pairs.sort().join('&'), signed.join(''), names, content].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<Buffer | string>(hmac, `AWS4${SECRET_KEY}`);
  return hmac(key, text).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}
