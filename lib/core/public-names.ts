// Who may be published under which public name. Two staging keys can want the same one, because a document that loses
// its macros changes its extension; the second is quarantined.

import { randomUUID } from 'node:crypto';
import { putIf, readHead, recordIn, toJson, UnreadableRecord } from './ledger.ts';
import { Claim, claimKey, type Head } from './records.ts';
import type { ObjectStore } from './store.ts';
import type { Published } from './verdict.ts';

const CLAIM_ATTEMPTS = 5;

/** Where the format changed, the extension follows (docm to docx); otherwise the key is the public key. */
export function publicKeyOf(key: string, { renamed, extension }: Published): string {
  if (!renamed) return key;
  const slash = key.lastIndexOf('/');
  const dot = key.lastIndexOf('.');
  return `${dot > slash + 1 ? key.slice(0, dot) : key}.${extension}`;
}

/**
 * A key holds its own public name unless a document that changed its format claimed it first; a changed name has to be
 * claimed. Each writes its own mark before it looks for the other's, so two never miss each other: a key of that name
 * its head, a key that changes its name its head and then, each time anew ('hold'), the claim. To 'claim' is to take
 * what nobody holds, before there is a head; to 'look' writes nothing.
 */
export async function ownsPublic(
  ledger: ObjectStore,
  key: string,
  publicKey: string,
  mode: 'claim' | 'hold' | 'look',
): Promise<boolean> {
  for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt += 1) {
    const claim = await readClaim(ledger, publicKey);
    const isOthers = claim !== undefined && claim.key !== key;
    if (isOthers && isPublishedAs(await readHead(ledger, claim.key), publicKey)) return false;
    if (publicKey === key) return true;
    // Nobody has ever been published under that name: what stands there is not ours.
    if (mode === 'look' && !claim) return false;
    if (mode === 'hold' || (mode === 'claim' && claim?.key !== key)) {
      const mine: Claim = { v: 1, publicKey, key, nonce: randomUUID() };
      const condition = claim ? { ifMatch: claim.etag } : { ifNoneMatch: '*' as const };
      // Whoever was first may be another worker on this very key.
      if ((await putIf(ledger, claimKey(publicKey), toJson(mine), condition)) === undefined) continue;
    }
    return !isPublishedAs(await readHead(ledger, publicKey), publicKey);
  }
  throw new Error('a claim that others keep changing');
}

/** The other staging keys that are published under that public key. */
export async function othersOn(ledger: ObjectStore, key: string, publicKey: string): Promise<readonly string[]> {
  const others = new Set([publicKey, (await readClaim(ledger, publicKey))?.key ?? publicKey]);
  others.delete(key);
  const published: string[] = [];
  for (const other of others) if (isPublishedAs(await readHead(ledger, other), publicKey)) published.push(other);
  return published;
}

/** Of the names those that no other key holds: it is not refused because of this one, nor allowed. */
export async function ownNames(
  ledger: ObjectStore,
  { key, publicKeys }: { readonly key: string; readonly publicKeys: readonly string[] },
): Promise<readonly string[]> {
  const own: string[] = [];
  for (const publicKey of publicKeys) if (await ownsPublic(ledger, key, publicKey, 'look')) own.push(publicKey);
  return own;
}

/** Rejects with UnreadableRecord. */
export async function readClaim(
  ledger: Pick<ObjectStore, 'get'>,
  publicKey: string,
): Promise<(Claim & { etag: string }) | undefined> {
  const found = await ledger.get(claimKey(publicKey));
  if (!found) return undefined;
  const claim = recordIn(found.body, Claim);
  if (claim.publicKey !== publicKey) throw new UnreadableRecord('a claim that speaks of another public key');
  return { ...claim, etag: found.version.etag };
}

/** Does the head say that something stands, is about to stand, or still has to go, under that public key? */
function isPublishedAs(head: Head | undefined, publicKey: string): boolean {
  // What was taken down is published by nobody else under the same name.
  if (head?.state === 'TAKEN_DOWN' || head?.state === 'LIFTING') return head.formers?.includes(publicKey) ?? false;
  // What is held in place stands under its own name, and nothing of ours was written there.
  if (head?.state === 'ADOPTED') return head.key === publicKey && head.previous !== 'withheld';
  return head?.out?.key === publicKey && head.state !== 'REMOVED' && head.previous !== 'withheld';
}
