/** The connection to Redis, or Valkey, and BullMQ on it: packages that users install where they need them. */
import { PipelineError, RunError } from '../../core/errors.js';
import { codeOf, reasonOf } from '../system-error.js';

type BullMQ = typeof import('bullmq');
type Ioredis = typeof import('ioredis');
type Connection = InstanceType<Ioredis['Redis']>;

/** Not written in the import, so that bundlers do not ask for them. */
const packages = { bullmq: 'bullmq', ioredis: 'ioredis' } as const;

/** The queue that sweeps add to, and workers take from. */
export const QUEUE = 'marblenet';

export interface QueueServer {
  readonly bullmq: BullMQ;
  readonly connection: Connection;
  /** Its address without user and password. */
  readonly shown: string;
  readonly close: () => void;
}

/** Milliseconds between two tries to reach a server that was there, at the most. */
const MOST_DELAY = 5000;

/**
 * Connects to a server. One that goes away later is waited for.
 *
 * @param url `redis://host:6379`, or `rediss://user:password@host:6379`
 * @param onProblem is told, once, of each different problem of the connection
 * @throws PipelineError for another address, or where the packages are not installed; RunError where it cannot be reached.
 */
export async function openQueueServer(
  url: string,
  onProblem: (problem: string) => void = () => {},
): Promise<QueueServer> {
  const { shown, secrets, database } = addressOf(url);
  const [bullmq, { Redis }] = await load();
  const withoutSecrets = (text: string): string => secrets.reduce((all, secret) => all.replaceAll(secret, '***'), text);
  let isReached = false;
  const connection = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null, // BullMQ's calls wait for a server that comes back
    retryStrategy: (times) => (isReached ? Math.min(times * 200, MOST_DELAY) : null),
  });
  let refusal: unknown;
  const problems = new Set<string>();
  connection.on('error', (error) => {
    refusal = error;
    const problem = `${shown}: ${withoutSecrets(reasonOf(error))}`;
    if (isReached && !problems.has(problem)) onProblem(problem);
    problems.add(problem);
  });
  try {
    await connection.connect();
    await connection.select(database); // one that is not there would be passed over, for the first one
  } catch (error) {
    connection.disconnect();
    const reason = withoutSecrets(`${reasonOf(refusal ?? error)}${adviceOn(url, refusal)}`);
    throw new RunError(`${shown}: the queue cannot be reached: ${reason}`, { placed: true, passing: true });
  }
  isReached = true;
  return { bullmq, connection, shown, close: () => connection.disconnect() };
}

/** What a server with TLS does to a client without it, and the other way round. */
function adviceOn(url: string, refusal: unknown): string {
  const code = codeOf(refusal);
  if (url.startsWith('rediss:')) return code === 'ETIMEDOUT' ? '; has it TLS? Without, it is redis://' : '';
  return code === 'ECONNRESET' ? '; has it TLS? Then it is rediss://' : '';
}

/** @throws PipelineError that shows nothing of an address that may hold a password. */
function addressOf(url: string): {
  readonly shown: string;
  readonly secrets: readonly string[];
  readonly database: number;
} {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.host === '') {
    throw new PipelineError(
      'the address of the queue: expected redis://HOST:6379, or rediss://USER:PASSWORD@HOST:6379',
    );
  }
  const { protocol, host, pathname, password } = parsed;
  const plain = decoded(password);
  if (plain === undefined || decoded(parsed.username) === undefined) {
    throw new PipelineError(
      'the address of the queue: "%" begins a sign that is written as %25; write % itself as %25, too',
    );
  }
  const shown = `${protocol}//${host}${pathname}`;
  const [, database] = /^\/?(\d{0,9})$/.exec(pathname) ?? [];
  if (database === undefined) {
    throw new PipelineError(`${shown}: expected the number of a database, as redis://HOST:6379/1, or none`);
  }
  const secrets = [password, plain].filter((secret) => secret !== '');
  return { shown, secrets, database: Number(database) };
}

/** Undefined for what is none. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

async function load(): Promise<[BullMQ, Ioredis]> {
  try {
    return [await import(/* @vite-ignore */ packages.bullmq), await import(/* @vite-ignore */ packages.ioredis)];
  } catch (cause) {
    throw new PipelineError(
      'a queue takes the packages bullmq and ioredis, which are not here: npm install bullmq ioredis',
      { cause },
    );
  }
}
