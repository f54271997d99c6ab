// What a message of a run asks for: judge and report (audit), or bring the key to where staging says it should be, and
// report that (enforce). The report is sent before the message is acknowledged, so that none is missing.

import type { Handle } from './consume.ts';
import { type AuditPlaces, auditOrWaitOn } from './core/audit.ts';
import type { AuditWaits } from './core/audit-waits.ts';
import { reconcileOn, type SanitizePlaces } from './core/carry-out.ts';
import { readHead } from './core/ledger.ts';
import { AdoptionMessage, AuditMessage, ReconcileMessage, type RunRef } from './core/records.ts';
import { plannedAt } from './core/records-runs.ts';
import { infected, rescanPublic } from './core/rescan.ts';
import { judgedBefore, judgedNow, type Reported, unjudged } from './core/run-results.ts';
import type { Terms } from './core/settle.ts';
import type { Queue } from './core/store.ts';
import { sanitizeHandler } from './handlers.ts';
import { adoptionOn } from './handlers-adopt.ts';
import { type Results, report } from './run-reports.ts';

export type BulkPlaces = {
  /** Left out where only audits are carried out. */
  readonly sanitize?: SanitizePlaces;
  /** Left out where audits have a lane of their own. */
  readonly audit?: AuditPlaces & { readonly waits?: AuditWaits };
  readonly results: Results;
  /** Told what became of each audit, once it was reported. */
  readonly onAudited?: ((reported: Reported) => void) | undefined;
};

/** Rejects messages that are not for it: they end among the dead letters, where people look. */
export function bulkHandler({ sanitize, audit, results, onAudited }: BulkPlaces): Handle {
  const plain = sanitize && sanitizeHandler(sanitize);
  return async (body) => {
    const untrusted: unknown = JSON.parse(body);
    const audited = AuditMessage.safeParse(untrusted);
    const reconciled = ReconcileMessage.safeParse(untrusted);
    const adoption = AdoptionMessage.safeParse(untrusted);
    if (audited.success && audit) {
      const { run } = audited.data;
      const reported = otherPolicy(run, audit.terms) ?? (await auditOrWaitOn(audit, audited.data));
      if (reported === 'waiting') return;
      await report(results, run, reported);
      onAudited?.(reported);
    } else if (reconciled.success && reconciled.data.run && sanitize) {
      const { key, run } = reconciled.data;
      const reported = otherPolicy(run, sanitize.terms) ?? (await enforceOn(sanitize, key, run));
      if (reported !== 'sent on') await report(results, run, reported);
    } else if (adoption.success && sanitize) {
      const { run } = adoption.data;
      const enforcing = { staged: enforceOn, settledBefore };
      const reported = otherPolicy(run, sanitize.terms) ?? (await adoptionOn(sanitize, adoption.data, enforcing));
      if (reported !== 'sent on') await report(results, run, reported);
    } else if (!audited.success && plain) {
      await plain(body);
    } else {
      throw new Error('a message for another lane');
    }
  };
}

/** A run that was planned for another policy must not be carried out under ours. */
function otherPolicy({ policy }: RunRef, terms: Terms): Reported | undefined {
  return policy === terms.policy ? undefined : unjudged('failed', 'other-policy', null);
}

// The world moved on while a document was judged; the live lane has been asked to look, and so do we.
const ATTEMPTS = 3;

async function enforceOn(places: SanitizePlaces, key: string, run: RunRef): Promise<Reported | 'sent on'> {
  let reported: Reported | undefined;
  const onVerdict: SanitizePlaces['onVerdict'] = (verdict, src, ms) => {
    reported = judgedNow(verdict, src.size, null);
    places.onVerdict?.(verdict, src, ms);
  };
  // What is too large for this lane, or has to wait, takes its run along, and is reported where it is judged.
  const { heavy, laterQueue, ...rest } = places;
  const later = { ...rest, laterQueue: ofRun(laterQueue ?? places.liveQueue, run) };
  const own: SanitizePlaces = heavy ? { ...later, heavy: { ...heavy, queue: ofRun(heavy.queue, run) } } : later;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const scanned = run.rescan && (await rescanPublic(own, key, run.rescan));
    switch (scanned?.said) {
      case 'heavy':
        await own.heavy?.queue.send(JSON.stringify({ kind: 'reconcile', key }));
        return 'sent on';
      case 'not-scanned':
        return unjudged('failed', 'not-scanned', scanned.src.size);
      case 'gone':
        // An earlier version is public, and staging has it no more: an audit of public scans what is there.
        return unjudged('skipped', 'not-scanned', scanned.src.size);
    }
    const word = scanned?.said === 'malware' && { scans: infected(scanned.src) };
    switch (await reconcileOn({ ...own, ...word, onVerdict }, key)) {
      case 'promoting':
      case 'quarantined':
        if (!reported) throw new Error('a document was judged without a verdict');
        return reported;
      case 'settled':
        return settledBefore(places, key, run, scanned?.rescannedAt);
      case 'heavy':
      case 'waiting':
        return 'sent on';
      case 'nothing':
      case 'removing':
        return unjudged('gone', null, null);
    }
  }
  return unjudged('skipped', 'changing', null);
}

function ofRun(queue: Queue, run: RunRef): Queue {
  const send: Queue['send'] = (body, options) =>
    queue.send(JSON.stringify({ ...ReconcileMessage.parse(JSON.parse(body)), run }), options);
  return { ...queue, send };
}

/**
 * What was settled before the run is skipped. What was settled since may well have been so by this very message, whose
 * report was lost in a crash: it is reported as what it is, so that a run that crashed counts like one that did not.
 */
async function settledBefore(
  places: SanitizePlaces,
  key: string,
  run: RunRef,
  rescannedAt?: string,
): Promise<Reported> {
  const head = await readHead(places.ledger, key);
  const isSinceRun = (at: string | undefined) => at !== undefined && new Date(at) >= plannedAt(run.id);
  if (head?.state === 'DONE' && isSinceRun(rescannedAt)) {
    const scanned = await judgedBefore(places.ledger, head, null);
    if (scanned) return { ...scanned, by: 'scan' };
  }
  const isSince = head && isSinceRun(head.at);
  const known = isSince ? await judgedBefore(places.ledger, head, null) : undefined;
  return known ? { ...known, by: 'judge' } : { ...unjudged('skipped', 'done', head?.src?.size ?? null), by: 'record' };
}
