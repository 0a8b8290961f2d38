/** What the operating system and the network say when something fails, in words that a student can act on. */

const UNKNOWN_AUTHORITY =
  'its certificate is of an authority that Node does not know: NODE_EXTRA_CA_CERTS names a file with more of them';

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'it is a file, not a folder',
  EMFILE: 'too many files are open',
  EIO: 'the disk cannot read or write it',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name not found',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection cut off',
  EPIPE: 'connection cut off',
  UND_ERR_SOCKET: 'connection cut off',
  ENETUNREACH: 'network unreachable',
  EHOSTUNREACH: 'host unreachable',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  ERR_ACCESS_DENIED: "Node's --permission denies it",
  CERT_HAS_EXPIRED: 'its certificate has expired: is the clock of this machine right?',
  ...Object.fromEntries(
    [
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ].map((code) => [code, UNKNOWN_AUTHORITY]),
  ),
};

/** `ENOENT` and the like, of an error or of the first cause that has one: `fetch` hides its reason in `cause`. */
export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) {
    return undefined;
  }
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : codeOf(thrown.cause);
}

/** Why it failed, in a few words. */
export function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown);
  return (code === undefined ? undefined : PLAIN_WORDS[code]) ?? innermostMessage(thrown);
}

function innermostMessage(thrown: unknown): string {
  if (!(thrown instanceof Error)) {
    return String(thrown);
  }
  return thrown.cause === undefined ? thrown.message : innermostMessage(thrown.cause);
}
