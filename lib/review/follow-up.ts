// What follows from where a case stands: done again until it is so, because each step may be the last one before a crash.

import { randomUUID } from 'node:crypto';
import { MARK } from '../core/case-index.ts';
import { putIf, readHead, recordIn, toJson } from '../core/ledger.ts';
import { type CaseEntry, payloadKey, ReviewWord, wordKey } from '../core/records-cases.ts';
import { Evidence, evidenceKey } from '../core/records-evidence.ts';
import { isUnexpired } from '../core/waivers.ts';
import { inParallel } from '../stores/in-pages.ts';
import type { ReviewPlaces } from './act.ts';
import { allowedBy, keysOfTwins, settleAllowed, waiverIn } from './allow-list.ts';
import { ifReadable, isStill, type ReviewedCase } from './cases.ts';

/**
 * What an entry asks for before anybody is told of it and the record of the review says that it is done: what was withdrawn
 * is not used while those who are told cannot be reached.
 */
export async function followEntry(places: ReviewPlaces, seen: ReviewedCase, { deed }: CaseEntry): Promise<void> {
  const { key } = seen.evidence;
  if (deed.what === 'withdraw') {
    await settleAllowed(places, seen, null);
    await takeBack(places, seen);
  }
  // Judged in view of it once, it does not come back over what was said since.
  if (deed.what === 'rerun' && (await readHead(places.ledger, key))?.word !== deed.run)
    await judgeAgain(places, seen, key, deed.run, because(deed.run));
}

/** Rejects for outages. */
export async function followUp(places: ReviewPlaces, seen: ReviewedCase): Promise<void> {
  const { evidence, review } = seen;
  const { key, caseId } = evidence;
  const waiver = review.state === 'approved' ? waiverIn(seen) : undefined;
  await settleAllowed(places, seen);
  if (waiver && isUnexpired(waiver, places.now())) {
    // Documents of the same bytes that wait are let through with it, and first: nobody comes back for them when this one is
    // released.
    if (allowedBy(seen))
      await inParallel(await keysOfTwins(places.ledger, seen), (twin) =>
        ifReadable(() => judgeAgain(places, seen, twin, waiver.id, because(waiver.id))),
      );
    await judgeAgain(places, seen, key, waiver.id, (word) =>
      word?.waiver?.id === waiver.id ? undefined : { id: waiver.id, waiver },
    );
  } else if (review.state !== 'approved' && review.state !== 'released') {
    await takeBack(places, seen);
  }
  if (review.state === 'deleted') await deleteOriginal(places, caseId);
}

/** Withdrawn, or overtaken: what was approved is not to be used any more. */
async function takeBack(places: ReviewPlaces, seen: ReviewedCase): Promise<void> {
  const { key, caseId } = seen.evidence;
  await changeWord(places, seen, key, (word) =>
    word?.waiver?.caseId === caseId ? { id: randomUUID(), waiver: null } : undefined,
  );
}

type Next = (word: ReviewWord | undefined) => Pick<ReviewWord, 'id' | 'waiver'> | undefined;

/** There is reason to judge again, and nothing else is said. */
function because(id: string): Next {
  return (word) => (word?.id === id ? undefined : { id, waiver: word?.waiver ?? null });
}

/** Asked for until it was judged in view of that word: who wrote it may have died before the message was sent. */
async function judgeAgain(
  places: ReviewPlaces,
  seen: ReviewedCase,
  key: string,
  id: string,
  next: Next,
): Promise<void> {
  const isNew = await changeWord(places, seen, key, next);
  if (!isNew && (await readHead(places.ledger, key))?.word === id) return;
  await places.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
}

const MAX_ATTEMPTS = 10;

/** Whether it was changed. `next` answers undefined where nothing is to change. */
async function changeWord(
  { ledger, now }: ReviewPlaces,
  seen: ReviewedCase,
  key: string,
  next: Next,
): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await ledger.get(wordKey(key));
    const word = next(found && recordIn(found.body, ReviewWord));
    // Looked at after the word: who saw the case before it was approved, or withdrawn, and has stalled takes no waiver away
    // that holds, and brings none back. Whoever went on has followed that up.
    if (!word || !(await isStill(ledger, seen))) return false;
    const record = ReviewWord.parse({ v: 1, key, nonce: randomUUID(), ...word, at: now().toISOString() });
    const condition = found ? { ifMatch: found.version.etag } : { ifNoneMatch: '*' as const };
    if ((await putIf(ledger, wordKey(key), toJson(record), condition)) !== undefined) return true;
  }
  throw new Error('the word of the review on a key changes all the time');
}

/**
 * The hash and the case stay. Something empty is put in the place of what goes: whoever judges the document again stores
 * its original where nothing stands, and has no right to read what people decided.
 */
async function deleteOriginal({ quarantine, ledger }: ReviewPlaces, caseId: string): Promise<void> {
  const [payload, evidence] = [payloadKey(caseId), evidenceKey(caseId)];
  if ((await quarantine.head(payload))?.size !== 0) await quarantine.put(payload, MARK);
  await quarantine.purge(payload);
  const nothing = toJson(Evidence.parse({ v: 1, caseId, rows: [] }));
  if ((await ledger.head(evidence))?.size !== nothing.length) await ledger.put(evidence, nothing);
}
