// The head of a key from what the trail says of it and what stands in public. A head that is there is never contradicted,
// save by a take-down that stands; it is only told of names that it does not know.

import { casHead } from '../core/carry-out.ts';
import { readHead } from '../core/ledger.ts';
import { type Head, headKey, type Source } from '../core/records.ts';
import type { FormerName, Past } from '../core/records-recovery.ts';
import { Refusal } from '../core/refusal.ts';
import type { HeadSeen, NextHead } from '../core/settle.ts';
import { publicKeysOf } from '../core/take-away.ts';
import { sha256 } from '../core/verify.ts';
import { restoreTakeDown } from '../take-down.ts';
import { type Standing, standingOf, unlessUnreadable } from './names.ts';
import { isPromoted, isTakenDown } from './past.ts';
import { askForReconcile, type RecoveryPlaces, type Report } from './places.ts';

export async function rebuildHead(places: RecoveryPlaces, past: Past, report: Report): Promise<void> {
  const { key, ordered, ended } = past;
  const head = await unlessUnreadable(readHead(places.ledger, key), headKey(key), report);
  if (head === 'unreadable') return;
  const isDown = isTakenDown(past);
  const standing = await standingOf(places, past, report);
  const next = head ? await unknownNames(places, head, standing) : await headOf(places, past, standing, isDown, report);
  if (next && (await casHead(places, key, head?.etag ?? null, next)) !== undefined) {
    report.rebuilt(head ? 'name' : 'head');
    if (next.state !== 'REMOVED') await askForReconcile(places, key);
  }
  if (isDown && ordered) {
    if (head?.state !== 'TAKEN_DOWN') report.rebuilt('take-down');
    await restoreTakeDown(places, key, { ordered });
  } else if (ordered && ended) {
    await restoreTakeDown(places, key, { ordered, ended });
    // Promote looks whether the edge still refuses it, and lets it go on.
    await places.promoteQueue.send(JSON.stringify({ kind: 'remove', key }));
  }
}

async function headOf(
  places: RecoveryPlaces,
  past: Past,
  standing: readonly Standing[],
  isDown: boolean,
  report: Report,
): Promise<NextHead | undefined> {
  const names = past.names.map(({ publicKey }) => publicKey);
  const terms = termsOf(past.names) ?? places.terms;
  const shown = standing.find(({ name }) => isPromoted(name));
  if (past.ended && !isDown && standing.length === 0)
    return { state: 'LIFTING', ...terms, formers: [...new Set([...names, past.key])] };
  if (names.length === 0) return undefined;
  if (shown?.name.inPlace && !isDown) return adoptedAs(places, past.key, shown);
  // What a take-down goes on from; and what came back, or was on its way out.
  if (standing.length > 0 && (isDown || !shown)) return { state: 'REMOVING', ...terms, formers: names };
  if (!shown) return { state: 'REMOVED', ...terms, formers: names };
  const { publicKey, policy, version } = shown.name;
  const formers = names.filter((name) => name !== publicKey);
  return {
    state: 'STALE',
    ...{ policy, version },
    src: unseen(shown.name.versionId),
    out: await outOf(places, past.key, shown, report),
    ...(formers.length > 0 && { formers }),
  };
}

/** Its own bytes are the only ones there are. Others than were promoted are nobody's, until a run cleans them in place. */
async function adoptedAs(places: RecoveryPlaces, key: string, shown: Standing): Promise<NextHead | undefined> {
  const { versionId, policy, version } = shown.name;
  const out = await outOf(places, key, shown, UNSAID);
  return out.etag === undefined ? undefined : { state: 'ADOPTED', policy, version, src: unseen(versionId), out };
}

const UNSAID: Report = { rebuilt: () => {}, unsure: () => {} };

/** A version that is not compared with anything: none in staging has an empty etag, so what is there is judged anew. */
const unseen = (versionId: string): Source => ({ versionId, etag: '', size: 0 });
export const isUnseen = ({ state, src }: Head): boolean => state === 'STALE' && src?.etag === '';

function termsOf(names: readonly FormerName[]) {
  const [last] = [...names].sort((a, b) => (a.at > b.at ? -1 : 1));
  return last && { policy: last.policy, version: last.version };
}

/**
 * Without an etag what stands there is taken away unless it is written anew. So where staging holds what it was made
 * from nothing has to be compared; elsewhere it stays only where its bytes are those that were promoted.
 */
async function outOf(
  { staging, public: published }: RecoveryPlaces,
  key: string,
  { name, version }: Standing,
  { unsure }: Report,
): Promise<NonNullable<NextHead['out']>> {
  const out = { key: name.publicKey, sha256: name.sha256, mediaType: name.mediaType };
  if ((await staging.head(key))?.versionId === name.versionId) return out;
  const found = await published.get(name.publicKey).catch((error: unknown) => {
    // What is too large to be read was not written by us.
    if (error instanceof Refusal) return undefined;
    throw error;
  });
  if (found && sha256(found.body) === name.sha256) return { ...out, etag: found.version.etag };
  if (found) unsure('changed', version.key);
  return out;
}

/** A head that was made while the old one was lost does not know what was published before. */
async function unknownNames(
  places: RecoveryPlaces,
  head: HeadSeen,
  standing: readonly Standing[],
): Promise<NextHead | undefined> {
  const known = publicKeysOf(head);
  const unknown = standing.filter(({ name }) => !known.includes(name.publicKey) && !name.inPlace);
  if (unknown.length === 0) return undefined;
  const { v: _, key, nonce: __, at: ___, etag: ____, ...kept } = head;
  const added = unknown.map(({ name }) => name.publicKey);
  const shown = unknown.find(({ name }) => isPromoted(name));
  // Quarantined over something public that nobody remembered: policy decides now what was to be decided then.
  if (head.state === 'QUARANTINED' && head.previous === undefined && shown) {
    const out = await outOf(places, key, shown, UNSAID);
    const formers = [...known, ...added].filter((name) => name !== out.key);
    const previous = places.overwrite === 'withhold' ? 'withhold' : 'kept';
    return { ...kept, out, ...(formers.length > 0 && { formers }), previous };
  }
  return { ...kept, formers: [...new Set([...(head.formers ?? []), ...added])] };
}
