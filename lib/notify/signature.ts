// Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks): who gets a message can tell that it is ours,
// unchanged and new. While a secret is replaced by another, a message has a signature by each.

import { createHmac } from 'node:crypto';

/** The names that a receiver's library looks for. */
export type SignedHeaders = Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;

/** A secret is not one, or there are too many of them. The message has no part of it. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

// The specification's bounds; two are enough to replace one by the other.
const [MIN_BYTES, MAX_BYTES, MAX_SECRETS] = [24, 64, 2];
const SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** One secret or two with a space between them, as keys. Throws SecretError. */
export function readSecrets(untrusted: string): readonly Uint8Array[] {
  const secrets = untrusted.trim().split(/\s+/);
  if (secrets.length > MAX_SECRETS) throw new SecretError('a webhook is signed with two secrets at most');
  return secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    if (!SECRET.test(secret) || key.length < MIN_BYTES || key.length > MAX_BYTES)
      throw new SecretError('a secret of a webhook is whsec_ and 24 to 64 random bytes in base64');
    return key;
  });
}

/** `at`: of this attempt, not of the event. An id has no full stop, which is what parts are joined by. */
export function signatureOf(keys: readonly Uint8Array[], id: string, at: Date, body: string): SignedHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
