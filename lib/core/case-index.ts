// The index of cases: empty objects whose keys say what a list needs, so that a page of a hundred thousand cases is a
// few listings and no scan. A mark is a hint: whoever lists reads the records of what is shown, and these decide. What
// waits is marked oldest first and what has ended newest first, because keys are listed in one direction only.

import { createHash } from 'node:crypto';
import type { Case } from './records.ts';
import { VIRUS_CANARY } from './records-canary.ts';
import { CASE_STATES, CaseId, type CaseState, WAITING_STATES } from './records-cases.ts';
import { REASONS, type Reason } from './refusal.ts';

export type Mark = {
  readonly caseId: string;
  readonly state: CaseState;
  readonly reason: Reason;
  /** Since when the case is quarantined, in milliseconds since 1970. */
  readonly openedMs: number;
  /** Since when it waits, or when it ended. */
  readonly sinceMs: number;
  /** The gravest tier of what quarantines it; null where no finding does. */
  readonly tier: 'H' | 'M' | 'L' | null;
  readonly format: string | null;
  /** Which of the first folders it lies in: some of the folder's digest, since its name can be a person's. */
  readonly place: string;
};

export const INDEX = 'case-index/';
/** A mark says everything in its key. */
export const MARK: Uint8Array = new Uint8Array();
/** Milliseconds since 1970 have thirteen digits until 2286. What counts down from here is listed latest first. */
export const END_MS = 9_999_999_999_999;

export const isWaiting = (state: CaseState): boolean => WAITING_STATES.some((waiting) => waiting === state);

export const indexPrefix = (state: CaseState, reason: Reason) => `${INDEX}${state}/${reason}/`;

/** Folders of 28 hours and in these of 17 minutes: on a disk, a folder with all of them would take too long to read. */
export function markKey(mark: Mark): string {
  const { state, reason, caseId, openedMs, tier, format, place } = mark;
  const rest = [caseId, String(openedMs), tier ?? '-', safeFormat(format), place].join('.');
  return `${indexPrefix(state, reason)}${folderOf(orderOf(mark))}${orderOf(mark)}.${rest}`;
}

/** Where a mark stands among those of its direction. */
export function orderOf({ state, sinceMs, openedMs }: Pick<Mark, 'state' | 'sinceMs' | 'openedMs'>): string {
  return String(isWaiting(state) ? openedMs : END_MS - sinceMs).padStart(13, '0');
}

/** Behind every mark that stands at or before this place: what `after` of a listing takes. */
export function indexAfter(state: CaseState, reason: Reason, order: string, caseId: string): string {
  return `${indexPrefix(state, reason)}${folderOf(order)}${order}.${caseId}~`;
}

/** Undefined for what is no mark. */
export function markOf(key: string): Mark | undefined {
  const [folder, stateText, reasonText, , , name = '', ...more] = key.split('/');
  const state = CASE_STATES.find((one) => one === stateText);
  const reason = REASONS.find((one) => one === reasonText);
  const parts = /^(\d{13})\.([0-9a-f]{32})\.(\d{1,13})\.([HML-])\.([a-z0-9-]+)\.([0-9a-f]{8})$/.exec(name);
  if (`${folder}/` !== INDEX || !state || !reason || !parts || more.length > 0) return undefined;
  const [, order = '', caseId = '', opened = '', tierText, format = '-', place = ''] = parts;
  const openedMs = Number(opened);
  const sinceMs = isWaiting(state) ? openedMs : END_MS - Number(order);
  const tier = (['H', 'M', 'L'] as const).find((one) => one === tierText) ?? null;
  return {
    caseId: CaseId.parse(caseId),
    state,
    reason,
    openedMs,
    sinceMs,
    tier,
    format: format === '-' ? null : format,
    place,
  };
}

/** False for the test virus that was recognised, four times an hour: its case is evidence, and nobody has to look at it. */
export function waitsForPeople({ key, reason, source }: Case): boolean {
  return !(reason === 'malware' && key === VIRUS_CANARY.key && source.sha256 === VIRUS_CANARY.sha256);
}

/** The mark of a case; `since` is when it came into that state. */
export function markFor(evidence: Case, state: CaseState, since: string): Mark {
  const { caseId, key, reason, format, at } = evidence;
  const [openedMs, sinceMs] = [msOf(at), msOf(since)];
  return {
    caseId,
    state,
    reason,
    openedMs,
    sinceMs: isWaiting(state) ? openedMs : sinceMs,
    tier: tierOf(evidence),
    format,
    place: placeOf(key),
  };
}

/** A case from before 1970, or after 2286, as somebody edited it, is in lists all the same. */
function msOf(at: string): number {
  return Math.min(END_MS, Math.max(0, Date.parse(at)));
}

/** Of a key, or of what keys begin with: the first folder, where there is one. Different folders can have the same. */
export function placeOf(key: string): string {
  const folder = key.slice(0, key.indexOf('/') + 1);
  return createHash('sha256').update(folder).digest('hex').slice(0, 8);
}

/** The gravest tier of the findings that quarantine. */
export function tierOf({ findings }: Pick<Case, 'findings'>): Mark['tier'] {
  const tiers = new Set(findings.filter(({ action }) => action === 'quarantined').map(({ tier }) => tier));
  return (['H', 'M', 'L'] as const).find((tier) => tiers.has(tier)) ?? null;
}

function folderOf(order: string): string {
  return `${order.slice(0, 5)}/${order.slice(5, 7)}/`;
}

function safeFormat(format: string | null): string {
  return format !== null && /^[a-z0-9-]+$/.test(format) ? format : '-';
}
