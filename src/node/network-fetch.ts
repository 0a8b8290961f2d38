/** `fetch`, through the proxy that the environment names, where it names one. */
import type { Fetch, Network } from '../core/downloads/fetch-bytes.js';
import { codeOf, reasonOf } from './system-error.js';

/** Which variables name the proxy, as other programs read them. The second is for addresses that begin with http: too. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'https:': ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'],
  'http:': ['http_proxy', 'HTTP_PROXY'],
};

interface NetworkFetch {
  readonly fetch: Fetch;
  /** For messages: "; HTTPS_PROXY is set", or nothing. */
  readonly by: string;
}

/** The variable that names a proxy for addresses with such a protocol; NO_PROXY may still say that some have none. */
export const proxyVariable = (protocol: string): string | undefined =>
  VARIABLES[protocol]?.find((name) => process.env[name]);

async function networkFetch(url: string): Promise<NetworkFetch> {
  const variable = URL.canParse(url) ? proxyVariable(new URL(url).protocol) : undefined;
  if (variable === undefined) return { fetch, by: '' };
  const { proxyFetch } = await import('./proxy-fetch.js'); // large, and for users of a proxy alone
  return { fetch: proxyFetch, by: `; ${variable} is set` };
}

/** A connection that was cut off. */
const CUT_OFF: readonly string[] = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** The network of this machine. */
export const network: Network = {
  open: networkFetch,
  reasonOf,
  isCutOff: (thrown) => CUT_OFF.includes(codeOf(thrown) ?? ''),
};
