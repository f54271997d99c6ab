// The ports to what stands between the public bucket and readers: a list of what is refused at the edge, and caches.

import { createHash } from 'node:crypto';

/**
 * What the edge refuses whatever the bucket and the caches hold. Every method can be repeated, and rejects for outages
 * only. A list names public keys; `denyIdOf` is what an edge looks them up by.
 */
export type EdgeDenyList = {
  /** Resolves with whether any of them was not denied before. */
  deny(publicKeys: readonly string[]): Promise<boolean>;
  /** Resolves with whether any of them was denied before. */
  allow(publicKeys: readonly string[]): Promise<boolean>;
  list(): AsyncIterable<string>;
};

/** Caches of what was public. */
export type Cdn = {
  /** The same reference with the same names is the same request, however often it is sent. Rejects with CdnBusy. */
  invalidate(publicKeys: readonly string[], reference: string): Promise<void>;
};

/** The caches have as many invalidations in hand as they take: to be tried again later. */
export class CdnBusy extends Error {
  override readonly name = 'CdnBusy';
}

/** A name of fixed length, without what the key may say about a person. `lib/edge/deny.js` makes the same. */
export function denyIdOf(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex');
}
