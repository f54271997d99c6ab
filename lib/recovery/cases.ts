// Cases come back from quarantine, where each lies beside its original. Where staging still holds the version that a case
// is of, the decision that was made over it comes back as well: it needs no new judging.

import { casHead } from '../core/carry-out.ts';
import { putOnce, readCase, readHead, recordIn, toJson } from '../core/ledger.ts';
import { Case, caseIdOf, caseKey, headKey } from '../core/records.ts';
import type { HeadSeen, NextHead } from '../core/settle.ts';
import { publicOf } from '../core/take-away.ts';
import { isUnseen } from './heads.ts';
import { unlessUnreadable } from './names.ts';
import type { RecoveryPlaces, Report } from './places.ts';

const CASE = /^([0-9a-f]{32})\/case\.json$/;
const PAYLOAD = /^([0-9a-f]{32})\/payload$/;

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
  await rebuildQuarantined(places, lost, report);
}

/** Throws UnreadableRecord where it is not the case that its place is for. */
function caseIn(body: Uint8Array, caseId: string): Case {
  const lost = recordIn(body, Case);
  // Through the schema, so that a case of another key is told like any other that cannot be read.
  // One that follows another has an id of its own.
  const isFirst = lost.follows === undefined;
  const isOwn = lost.caseId === caseId && (!isFirst || caseIdOf(lost.key, lost.source, lost.policy) === caseId);
  return isOwn ? lost : recordIn(toJson(null), Case);
}

async function rebuildQuarantined(places: RecoveryPlaces, lost: Case, report: Report): Promise<void> {
  const { key, source, caseId, policy, version } = lost;
  const staged = await places.staging.head(key);
  if (!staged || staged.versionId !== source.versionId || staged.etag !== source.etag) return;
  const head = await unlessUnreadable(readHead(places.ledger, key), headKey(key), report);
  // Published from this very version after all: it is judged again.
  if (head === 'unreadable' || (head && !(await isOver(places, lost, head)))) return;
  const src = { versionId: staged.versionId, etag: staged.etag, size: staged.size };
  const decided = places.overwrite === 'withhold' ? ('withhold' as const) : ('kept' as const);
  const previous = head?.state === 'QUARANTINED' ? head.previous : head && decided;
  const next: NextHead = {
    state: 'QUARANTINED',
    ...{ policy, version, src, caseId },
    ...publicOf(head),
    ...(previous && { previous }),
  };
  if ((await casHead(places, key, head?.etag ?? null, next)) !== undefined && !head) report.rebuilt('head');
}

/** Whether the case says more than the head: of a head that was rebuilt, or of one with a case that this one follows. */
async function isOver({ ledger }: RecoveryPlaces, lost: Case, head: HeadSeen): Promise<boolean> {
  if (isUnseen(head)) return head.src?.versionId !== lost.source.versionId;
  if (lost.follows === undefined || head.state !== 'QUARANTINED' || head.src?.versionId !== lost.source.versionId)
    return false;
  const known = head.caseId === undefined ? undefined : await readCase(ledger, head.caseId);
  return known !== undefined && known.at < lost.at;
}
