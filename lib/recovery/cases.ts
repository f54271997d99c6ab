// Cases come back from quarantine, where each lies beside its original. Where staging still holds the version that a case
// is of, the decision that was made over it comes back as well: it needs no new judging.

import { casHead } from '../core/carry-out.ts';
import { MARK, markFor, markKey, waitsForPeople } from '../core/case-index.ts';
import { putOnce, readHead, recordIn, toJson } from '../core/ledger.ts';
import { pastKeys } from '../core/past-index.ts';
import { Case, caseIdOf, caseKey, headKey } from '../core/records.ts';
import { reviewKey } from '../core/records-cases.ts';
import type { HeadSeen, NextHead } from '../core/settle.ts';
import { publicOf } from '../core/take-away.ts';
import { isUnseen } from './heads.ts';
import { unlessUnreadable } from './names.ts';
import type { RecoveryPlaces, Report } from './places.ts';

const CASE = /^([0-9a-f]{32})\/case\.json$/;
const PAYLOAD = /^([0-9a-f]{32})\/payload$/;

const MAX_ATTEMPTS = 25;

/** Of one object in quarantine. */
export async function rebuildCase(places: RecoveryPlaces, quarantined: string, report: Report): Promise<void> {
  const caseId = CASE.exec(quarantined)?.[1];
  if (caseId === undefined) {
    const without = PAYLOAD.exec(quarantined)?.[1];
    if (without === undefined || (await places.quarantine.head(`${without}/case.json`))) return;
    return report.unsure('no-case', quarantined);
  }
  const found = await places.quarantine.get(quarantined);
  if (!found) return;
  const lost = await unlessUnreadable((async () => caseIn(found.body, caseId))(), quarantined, report);
  if (lost === 'unreadable') return;
  // The very bytes: the two must not differ.
  if (await putOnce(places.ledger, caseKey(caseId), found.body)) report.rebuilt('case');
  await rebuildMark(places, lost);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1)
    if (await rebuildQuarantined(places, lost, report)) return;
  throw new Error('the head of a key that is rebuilt changes all the time');
}

/** Lists show what is marked. What reviewers said of it is in their trail; until they look again it is open. */
async function rebuildMark({ ledger }: RecoveryPlaces, lost: Case): Promise<void> {
  for (const past of pastKeys(lost)) if (!(await ledger.head(past))) await ledger.put(past, MARK);
  if (!waitsForPeople(lost)) return;
  const mark = markKey(markFor(lost, 'open', lost.at));
  if ((await ledger.head(reviewKey(lost.caseId))) ?? (await ledger.head(mark))) return;
  await ledger.put(mark, MARK);
}

/** Throws UnreadableRecord where it is not the case that its place is for. */
function caseIn(body: Uint8Array, caseId: string): Case {
  const lost = recordIn(body, Case);
  // Through the schema, so that a case of another key is told like any other that cannot be read.
  const ids = [[], ['public']].map((more) => caseIdOf(lost.key, lost.source, lost.policy, ...more));
  // One that follows another has an id of its own.
  const isOwn = lost.caseId === caseId && (lost.follows !== undefined || ids.includes(caseId));
  return isOwn ? lost : recordIn(toJson(null), Case);
}

/** False where another of its cases was first: then it has to be looked at again. */
async function rebuildQuarantined(places: RecoveryPlaces, lost: Case, report: Report): Promise<boolean> {
  const { key, source, caseId, policy, version } = lost;
  const staged = await places.staging.head(key);
  if (!staged || staged.versionId !== source.versionId || staged.etag !== source.etag) return true;
  const head = await unlessUnreadable(readHead(places.ledger, key), headKey(key), report);
  // Published from this very version after all: it is judged again.
  if (head === 'unreadable' || (head && !(await isOver(places, lost, head)))) return true;
  const src = { versionId: staged.versionId, etag: staged.etag, size: staged.size };
  const decided = places.overwrite === 'withhold' ? ('withhold' as const) : ('kept' as const);
  const previous = head?.state === 'QUARANTINED' ? head.previous : head && decided;
  const next: NextHead = {
    state: 'QUARANTINED',
    ...{ policy, version, src, caseId },
    ...publicOf(head),
    ...(previous && { previous }),
  };
  const mine = await casHead(places, key, head?.etag ?? null, next);
  if (mine !== undefined && !head) report.rebuilt('head');
  return mine !== undefined;
}

/** Whether the case says more than the head: of a head that was rebuilt, or of one with a case that this one follows. */
async function isOver({ quarantine }: RecoveryPlaces, lost: Case, head: HeadSeen): Promise<boolean> {
  if (isUnseen(head)) return head.src?.versionId !== lost.source.versionId;
  if (lost.follows === undefined || head.state !== 'QUARANTINED' || head.src?.versionId !== lost.source.versionId)
    return false;
  const known = head.caseId === undefined ? undefined : await quarantine.get(`${head.caseId}/case.json`);
  return known !== undefined && recordIn(known.body, Case).at < lost.at;
}
