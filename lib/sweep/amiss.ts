// What a sweep finds amiss, judged from records alone. Events get lost, people write into buckets by hand, engines are
// replaced: the daily comparison of staging, public and ledger is what notices.

import type { Amiss } from '../core/records-sweep.ts';
import type { HeadSeen, Terms } from '../core/settle.ts';
import type { ObjectVersion } from '../core/store.ts';

/** What each means, for the report and the runbook. */
export function meaningOf(amiss: Amiss): string {
  switch (amiss) {
    case 'changed':
      return 'public holds other bytes than were promoted: nobody but promote may write there';
    case 'unknown':
      return 'public holds an object that no record speaks of: it was never sanitised here';
    case 'left-over':
      return 'public holds an object that was removed, taken down or withheld';
    case 'not-removed':
      return 'staging holds nothing under this key any more, and the ledger still says that it is published';
    case 'unreadable':
      return 'a record of the ledger cannot be read';
    case 'missing':
      return 'the ledger says that it is published, and public holds nothing';
    case 'unsettled':
      return 'staging holds a version that was never judged to its end';
    case 'stale':
      return 'it was judged under another policy or by another version';
  }
}

/**
 * Whether a reconcile mends it. The others are for people: whose object it is, or what a record said, nobody knows; and
 * what has no original is a run's over public.
 */
export function isMendable(amiss: Amiss, holder?: HeadSeen): boolean {
  return amiss !== 'unknown' && amiss !== 'unreadable' && holder?.state !== 'ADOPTED';
}

/**
 * Of what staging holds. `isPublic`: does public hold an object under the name that the head gives? `settledBefore`:
 * what is younger (ISO 8601) may still be on its way.
 */
export function amissInStaging(
  version: ObjectVersion,
  head: HeadSeen | undefined,
  isPublic: boolean,
  terms: Terms,
  settledBefore: string,
): Amiss | undefined {
  if (head?.state === 'TAKEN_DOWN') return undefined;
  const isSettled =
    (head?.state === 'DONE' || head?.state === 'QUARANTINED') &&
    head.src?.versionId === version.versionId &&
    head.src.etag === version.etag;
  const isYoung = version.modifiedAt >= settledBefore || (head !== undefined && head.at >= settledBefore);
  if (!isSettled) return isYoung ? undefined : 'unsettled';
  if (head.state === 'DONE' && !isPublic) return 'missing';
  return isStale(head, terms) ? 'stale' : undefined;
}

const isStale = (head: HeadSeen, terms: Terms) =>
  head.policy !== terms.policy || releaseOf(head.version) !== releaseOf(terms.version);

/** Behind the plus stand the engines of the machine that judged, which the one that sweeps need not have. */
const releaseOf = (version: string) => version.split('+')[0];

/** Of what public holds. `holder` is the head under whose name it stands there. */
export function amissInPublic(
  { key, etag, modifiedAt }: Pick<ObjectVersion, 'key' | 'etag' | 'modifiedAt'>,
  holder: HeadSeen | undefined,
  terms: Terms,
  settledBefore: string,
): Amiss | undefined {
  if (!holder) return 'unknown';
  if (holder.state === 'ADOPTED') return amissInPlace({ etag, modifiedAt }, holder, terms, settledBefore);
  // A promotion in progress writes first and says so afterwards.
  const mayBeOnItsWay = modifiedAt >= settledBefore || holder.at >= settledBefore;
  const isShown = holder.state === 'DONE' || (holder.state === 'QUARANTINED' && holder.previous === 'kept');
  if (isShown && holder.out?.key === key && (holder.out.etag === undefined || holder.out.etag === etag))
    return undefined;
  if (mayBeOnItsWay) return undefined;
  return isShown && holder.out?.key === key ? 'changed' : 'left-over';
}

/** Of what has no original: cleaned where it stood, or held there. What stands there instead was never judged. */
function amissInPlace(
  { etag, modifiedAt }: Pick<ObjectVersion, 'etag' | 'modifiedAt'>,
  holder: HeadSeen,
  terms: Terms,
  settledBefore: string,
): Amiss | undefined {
  const isKnown = (holder.out?.etag ?? holder.src?.etag) === etag;
  if (isKnown && holder.previous !== 'withhold') return isStale(holder, terms) ? 'stale' : undefined;
  if (modifiedAt >= settledBefore || holder.at >= settledBefore) return undefined;
  return isKnown ? 'left-over' : 'unknown';
}

/** Of what the ledger says. */
export function amissInLedger(head: HeadSeen, isStaged: boolean, settledBefore: string): Amiss | undefined {
  if (isStaged || head.at >= settledBefore) return undefined;
  const mayBeUnstaged = ['REMOVED', 'TAKEN_DOWN', 'ADOPTED'].includes(head.state);
  return mayBeUnstaged ? undefined : 'not-removed';
}
