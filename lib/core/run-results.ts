// What becomes of one message of a run, as a line of its results: judged now, or known from the ledger's records.

import type { Finding } from './finding.ts';
import { readCase, readRecord } from './ledger.ts';
import type { Head, RunRef } from './records.ts';
import type { RunResult } from './records-runs.ts';
import type { ShadowRecord } from './records-shadow.ts';
import type { ObjectStore } from './store.ts';
import type { Verdict } from './verdict.ts';

/** A store that can only be read. */
export type Reader = Pick<ObjectStore, 'head' | 'get'>;

export type Reported = Pick<RunResult, 'outcome' | 'reason' | 'format' | 'carriers' | 'bytes' | 'modifiedAt' | 'by'>;

export function resultOf({ id, shard, n }: RunRef, reported: Reported): RunResult {
  return { v: 1, run: id, shard, n, ...reported };
}

/** An outcome without a verdict. */
export function unjudged(outcome: RunResult['outcome'], reason: RunResult['reason'], bytes: number | null): Reported {
  return { outcome, reason, format: null, carriers: [], bytes, modifiedAt: null, by: null };
}

export function judgedNow(verdict: Verdict, bytes: number, modifiedAt: string | null): Reported {
  const { outcome, format, findings } = verdict;
  const reason = verdict.outcome === 'quarantined' ? verdict.reason : null;
  return { outcome, reason, format, carriers: carriersOf(findings), bytes, modifiedAt, by: 'judge' };
}

/** What shadow mode has on record. */
export function judgedAside({ outcome, reason, format, findings, src }: ShadowRecord, modifiedAt: string): Reported {
  const carriers = carriersOf(findings);
  return { outcome, reason, format, carriers, bytes: src.size, modifiedAt, by: 'record' };
}

/** What the records that a settled head names say of it. Undefined where there is none. */
export async function judgedBefore(
  ledger: Reader,
  head: Head,
  modifiedAt: string | null,
): Promise<Reported | undefined> {
  const bytes = head.src?.size ?? null;
  if ((head.state === 'QUARANTINED' || head.state === 'ADOPTED') && head.caseId !== undefined) {
    const known = await readCase(ledger, head.caseId);
    if (!known) return undefined;
    const { reason, format, findings } = known;
    return { outcome: 'quarantined', reason, format, carriers: carriersOf(findings), bytes, modifiedAt, by: 'record' };
  }
  const record = head.work === undefined ? undefined : await readRecord(ledger, head.work);
  if (!record) return undefined;
  const { findings, format = null } = record;
  return {
    outcome: 'published',
    reason: null,
    format,
    carriers: carriersOf(findings),
    bytes,
    modifiedAt,
    by: 'record',
  };
}

/** Findings of one carrier and action are one entry, without the places. */
function carriersOf(
  findings: readonly Pick<Finding, 'carrier' | 'tier' | 'action' | 'count'>[],
): RunResult['carriers'] {
  const sums = new Map<string, RunResult['carriers'][number]>();
  for (const { carrier, tier, action, count } of findings) {
    const id = `${carrier} ${action}`;
    sums.set(id, { carrier, tier, action, count: count + (sums.get(id)?.count ?? 0) });
  }
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
