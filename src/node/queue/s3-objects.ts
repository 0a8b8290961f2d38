/** The objects of a bucket of S3, or of a store that speaks as S3 does. Needs a package, which users install where they need it. */
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf, PipelineError, RunError } from '../../core/errors.js';
import { environment } from '../cache-folder.js';
import { codeOf, reasonOf } from '../system-error.js';
import { type ListedObjects, MissingObjectError } from './objects.js';

type S3 = typeof import('@aws-sdk/client-s3');

/** Not written in the import, so that bundlers do not ask for it. */
const PACKAGE: string = '@aws-sdk/client-s3';

/** Bytes that are sent at a time: S3 takes 5 MiB or more, and 10,000 times. */
const PART = 2 ** 24;

/** How often an answer may be cut off in a row. */
const MOST_CUTS = 5;

/** Milliseconds until an address answers, and until the next byte comes. */
const PATIENCE = { connectionTimeout: 10_000, socketTimeout: 60_000 };

/**
 * Region, endpoint and credentials are where the SDK finds them: in the environment, its files, or the machine's role.
 *
 * @param url `s3://BUCKET/PREFIX`
 * @throws PipelineError for another address, or where the package is not installed; RunError when it cannot be used.
 */
export async function openS3Objects(url: string): Promise<ListedObjects> {
  const { bucket, prefix } = placeOf(url);
  const s3 = await load();
  const client = new s3.S3Client({
    requestHandler: PATIENCE,
    // each file has a checksum of its own here; stores that only speak as S3 does may know none of these
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // most of those have no host name for each bucket
    forcePathStyle: (environment('AWS_ENDPOINT_URL_S3') ?? environment('AWS_ENDPOINT_URL')) !== undefined,
  });
  const objects = new S3Objects(s3, client, bucket, prefix);
  await objects.requireBucket();
  return objects;
}

class S3Objects implements ListedObjects {
  constructor(
    private readonly s3: S3,
    private readonly client: S3Client,
    private readonly bucket: string,
    /** Empty, or with `/` at its end. */
    private readonly prefix: string,
  ) {}

  shown = (key: string): string => `s3://${this.bucket}/${this.prefix}${key}`;

  /** @throws RunError when it cannot be used. */
  async requireBucket(): Promise<void> {
    const { ListObjectsV2Command } = this.s3;
    await this.#ask(() => this.client.send(new ListObjectsV2Command({ Bucket: this.bucket, MaxKeys: 1 })));
  }

  async has(key: string): Promise<boolean> {
    const { HeadObjectCommand } = this.s3;
    return this.#ask(() =>
      this.client.send(new HeadObjectCommand(this.#at(key))).then(
        () => true,
        (error) => {
          if (nameOf(error) === 'NotFound') return false;
          throw error;
        },
      ),
    );
  }

  async send(key: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const parts = inParts(pieces);
    const { value: first = Buffer.alloc(0) } = await parts.next();
    const { value: second } = await parts.next();
    if (second !== undefined) return this.#sendParts(key, [first, second], parts);
    const { PutObjectCommand } = this.s3;
    await this.#ask(() => this.client.send(new PutObjectCommand({ ...this.#at(key), Body: first })));
  }

  /** What is cut off goes on where it was. */
  async *receive(key: string): AsyncGenerator<Uint8Array, void, undefined> {
    let [offset, length, cuts] = [0, Number.POSITIVE_INFINITY, 0];
    let etag: string | undefined;
    while (offset < length) {
      const rest = offset === 0 ? {} : { Range: `bytes=${offset}-`, IfMatch: etag };
      const { Body, ContentLength = 0, ETag } = await this.#get(key, rest);
      if (offset === 0) [length, etag] = [ContentLength, ETag];
      try {
        for await (const piece of Body as AsyncIterable<Uint8Array>) {
          offset += piece.length;
          cuts = 0;
          yield piece;
        }
      } catch (error) {
        if (++cuts >= MOST_CUTS) throw this.#explained(error);
      }
    }
  }

  async list(prefix: string): Promise<string[]> {
    const { paginateListObjectsV2 } = this.s3;
    const keys: string[] = [];
    await this.#ask(async () => {
      const pages = paginateListObjectsV2(
        { client: this.client },
        { Bucket: this.bucket, Prefix: this.prefix + prefix },
      );
      for await (const { Contents = [] } of pages) {
        for (const { Key = '' } of Contents) keys.push(Key.slice(this.prefix.length));
      }
    });
    return keys;
  }

  async remove(keys: readonly string[]): Promise<void> {
    const { DeleteObjectCommand } = this.s3;
    for (const key of keys) await this.#ask(() => this.client.send(new DeleteObjectCommand(this.#at(key))));
  }

  async #get(key: string, rest: { readonly Range?: string; readonly IfMatch?: string | undefined }) {
    const { GetObjectCommand } = this.s3;
    try {
      return await this.client.send(new GetObjectCommand({ ...this.#at(key), ...rest }));
    } catch (error) {
      if (nameOf(error) === 'NoSuchKey') throw new MissingObjectError(this.shown(key));
      throw this.#explained(error);
    }
  }

  /** What is larger than a part: it is there when the last of them is. */
  async #sendParts(key: string, first: readonly Buffer[], others: AsyncIterable<Buffer>): Promise<void> {
    const { CreateMultipartUploadCommand, UploadPartCommand, CompleteMultipartUploadCommand } = this.s3;
    const { AbortMultipartUploadCommand } = this.s3;
    const at = this.#at(key);
    const { UploadId } = await this.#ask(() => this.client.send(new CreateMultipartUploadCommand(at)));
    const parts: { readonly PartNumber: number; readonly ETag: string | undefined }[] = [];
    const send = async (Body: Buffer): Promise<void> => {
      const PartNumber = parts.length + 1;
      const part = new UploadPartCommand({ ...at, UploadId, PartNumber, Body });
      const { ETag } = await this.#ask(() => this.client.send(part));
      parts.push({ PartNumber, ETag });
    };
    try {
      for (const part of first) await send(part);
      for await (const part of others) await send(part);
      const whole = new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts: parts } });
      await this.#ask(() => this.client.send(whole));
    } catch (error) {
      // parts that are left cost money; the error that stopped them is the one to be told
      await this.client.send(new AbortMultipartUploadCommand({ ...at, UploadId })).catch(() => {});
      throw error;
    }
  }

  #at = (key: string) => ({ Bucket: this.bucket, Key: this.prefix + key });

  async #ask<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #explained(error: unknown): RunError {
    const place = `s3://${this.bucket}${this.prefix === '' ? '' : `/${this.prefix.slice(0, -1)}`}`;
    return new RunError(`${place}: the store cannot be used: ${problemOf(error)}`, {
      cause: error,
      placed: true,
      passing: true,
    });
  }
}

/** @throws PipelineError that shows nothing of an address that may hold a secret. */
function placeOf(url: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9._-]+[a-z0-9])(?:\/(.*?)\/*)?$/.exec(url) ?? [];
  const isPlain = path === '' || path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');
  if (bucket !== undefined && isPlain) return { bucket, prefix: path === '' ? '' : `${path}/` };
  throw new PipelineError(
    'the address of the store: expected s3://BUCKET/PREFIX; credentials are in the environment, not in it',
  );
}

async function load(): Promise<S3> {
  try {
    return await import(/* @vite-ignore */ PACKAGE);
  } catch (cause) {
    throw new PipelineError(`a store of S3 takes the package ${PACKAGE}, which is not here: npm install ${PACKAGE}`, {
      cause,
    });
  }
}

/** The same bytes, as many of them at a time as a part has; the last one has fewer. */
async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined, undefined> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    gathered.push(piece);
    length += piece.length;
    if (length < PART) continue;
    yield Buffer.concat(gathered);
    [gathered, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(gathered);
  return undefined;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const REFUSED = 'the credentials are refused: look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE';
const ELSEWHERE = 'the bucket is in another region; AWS_REGION names it';

/** What to do about what S3 answers, by its codes. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
  NoSuchBucket: 'there is no such bucket; make it, or look at its name, and at AWS_ENDPOINT_URL',
  AccessDenied: 'access is denied: the credentials must allow to list the bucket, and to get, put and delete objects',
  InvalidAccessKeyId: REFUSED,
  SignatureDoesNotMatch: REFUSED,
  PermanentRedirect: ELSEWHERE,
  AuthorizationHeaderMalformed: ELSEWHERE,
};

function problemOf(error: unknown): string {
  const name = nameOf(error);
  const known = ADVICE[name];
  if (known !== undefined) return known;
  const message = messageOf(error);
  if (message === 'Region is missing')
    return 'no region is set; AWS_REGION names it (most other stores take us-east-1)';
  if (codeOf(error) !== undefined) return reasonOf(error);
  return name === 'Error' || message.startsWith(name) ? message : `${name}: ${message}`;
}
