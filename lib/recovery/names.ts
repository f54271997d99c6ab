// Whose public name is it? Claims of names that are not the staging key's own, and what stands in public under them.

import { randomUUID } from 'node:crypto';
import { putIf, toJson, UnreadableRecord } from '../core/ledger.ts';
import { readClaim } from '../core/public-names.ts';
import { Claim, claimKey } from '../core/records.ts';
import type { FormerName, Past } from '../core/records-recovery.ts';
import type { ObjectStore, ObjectVersion } from '../core/store.ts';
import type { RecoveryPlaces, Report } from './places.ts';
import { readPast } from './trail.ts';

/** What stands in public under a name that this key was the last to be published under. */
export type Standing = { readonly name: FormerName; readonly version: ObjectVersion };

const MAX_ATTEMPTS = 25;

/** Claims each name that the key was the last to be published under, where nobody later did. */
export async function rebuildClaims(ledger: ObjectStore, past: Past, report: Report): Promise<void> {
  for (const name of past.names) if (name.publicKey !== past.key) await rebuildClaim(ledger, past.key, name, report);
}

async function rebuildClaim(ledger: ObjectStore, key: string, name: FormerName, report: Report): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const held = await unlessUnreadable(readClaim(ledger, name.publicKey), claimKey(name.publicKey), report);
    if (held === 'unreadable' || held?.key === key) return;
    if (held && !(await isLaterThan(ledger, name, held.key))) return;
    if (await claim(ledger, name.publicKey, key, held?.etag)) return report.rebuilt('claim');
  }
  throw new Error('a claim that others keep changing');
}

/** Resolves with whether the claim is ours now. */
export async function claim(ledger: ObjectStore, publicKey: string, key: string, base?: string): Promise<boolean> {
  const mine: Claim = Claim.parse({ v: 1, publicKey, key, nonce: randomUUID() });
  const condition = base === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: base };
  return (await putIf(ledger, claimKey(publicKey), toJson(mine), condition)) !== undefined;
}

/** Whose who claimed a name before us was published under it before us. False where the trail does not know them. */
async function isLaterThan(ledger: ObjectStore, name: FormerName, other: string): Promise<boolean> {
  const theirs = (await readPast(ledger, other))?.names.find(({ publicKey }) => publicKey === name.publicKey);
  return theirs !== undefined && name.at > theirs.at;
}

/** The latest first. */
export async function standingOf({ ledger, public: published }: RecoveryPlaces, past: Past, report: Report) {
  const standing: Standing[] = [];
  for (const name of past.names) {
    const version = await published.head(name.publicKey);
    if (version && (await isLast(ledger, past.key, name, report))) standing.push({ name, version });
  }
  return standing.sort((a, b) => (a.name.at > b.name.at ? -1 : 1));
}

/** Whether nobody else was published under the name since. */
async function isLast(ledger: ObjectStore, key: string, name: FormerName, report: Report): Promise<boolean> {
  const held = await unlessUnreadable(readClaim(ledger, name.publicKey), claimKey(name.publicKey), report);
  if (held === 'unreadable') return false;
  const others = new Set([name.publicKey, held?.key ?? name.publicKey]);
  others.delete(key);
  for (const other of others) {
    const theirs = (await readPast(ledger, other))?.names.find(({ publicKey }) => publicKey === name.publicKey);
    if (theirs && theirs.at > name.at) return false;
  }
  return true;
}

/** What people have to look at is told, and nothing is built on it. */
export async function unlessUnreadable<T>(reading: Promise<T>, recordKey: string, { unsure }: Report) {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    unsure('record', recordKey);
    return 'unreadable' as const;
  }
}
