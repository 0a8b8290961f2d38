/**
 * `fetch` through the proxies of HTTP_PROXY and HTTPS_PROXY, but for the hosts of NO_PROXY. Node's own does so from 24 on,
 * where it is started for that (NODE_USE_ENV_PROXY); this is the same code, for every Node.
 */
import { EnvHttpProxyAgent, fetch } from 'undici';
import type { Fetch } from '../core/downloads/fetch-bytes.js';

/** The name in small letters goes first; an empty variable is one that is not set. */
const named = (name: string): string | undefined => process.env[name.toLowerCase()] || process.env[name];

export const proxyFetch: Fetch = (url, options) => {
  const httpProxy = named('HTTP_PROXY');
  const httpsProxy = named('HTTPS_PROXY');
  const noProxy = named('NO_PROXY');
  const dispatcher = new EnvHttpProxyAgent({
    ...(httpProxy !== undefined && { httpProxy }),
    ...(httpsProxy !== undefined && { httpsProxy }),
    ...(noProxy !== undefined && { noProxy }),
    proxyTunnel: url.startsWith('https:'), // a proxy may refuse tunnels to anything else
  });
  return fetch(url, { ...options, dispatcher });
};
