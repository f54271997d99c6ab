// What else is on record of a key and of some bytes: empty objects whose keys say it, newest first, so that a page about
// one case is two listings and no scan. Promote alone writes `history/`: who opens hostile bytes does not say whether a
// document was public.

import { createHash } from 'node:crypto';
import { MARK } from './case-index.ts';
import { type Case, type DocumentEvent, headHash, headKeyOf } from './records.ts';
import { CaseId } from './records-cases.ts';
import type { ObjectStore } from './store.ts';

export const CASES_OF_KEYS = 'case-index/key/';
export const CASES_OF_BYTES = 'case-index/sha256/';
export const HISTORY = 'history/';
/** Milliseconds since 1970 have thirteen digits until 2286. */
const END_MS = 9_999_999_999_999;

export const casesOfKey = (key: string) => folder(CASES_OF_KEYS, digest(key));
export const casesOfBytes = (sha256: string) => folder(CASES_OF_BYTES, sha256);
/** Documents that were published because of a release of that case. */
export const releasedBy = (caseId: string) => `${HISTORY}released/${caseId}/`;
export const historyOf = (key: string) => folder(HISTORY, digest(key));

/** What tells one version from another in a mark: the id itself may be long, and hold anything. */
export const versionMark = (versionId: string) => digest(versionId).slice(0, 32);

/** Where a case is found by its key, and by its bytes where they were read. */
export function pastKeys({ key, caseId, source, at }: Case): readonly string[] {
  const name = `${newestFirst(at)}.${caseId}`;
  return [casesOfKey(key), ...(source.sha256 === null ? [] : [casesOfBytes(source.sha256)])].map((at) => at + name);
}

export type CaseMark = { readonly caseId: string; readonly atMs: number };

/** Undefined for what is no mark. */
export function caseMarkOf(objectKey: string): CaseMark | undefined {
  const [, order, caseId] = /\/(\d{13})\.([0-9a-f]{32})$/.exec(objectKey) ?? [];
  if (order === undefined || caseId === undefined) return undefined;
  return { caseId: CaseId.parse(caseId), atMs: END_MS - Number(order) };
}

export type HistoryMark =
  | { readonly what: 'public'; readonly atMs: number; readonly version: string }
  | { readonly what: 'removed'; readonly atMs: number };

export function historyMarkOf(objectKey: string): HistoryMark | undefined {
  const [, order, what, version] = /\/(\d{13})\.(public|removed)\.([0-9a-f]{32}|-)$/.exec(objectKey) ?? [];
  if (order === undefined || what === undefined || version === undefined) return undefined;
  const atMs = END_MS - Number(order);
  return what === 'public' ? { what, atMs, version } : { what: 'removed', atMs };
}

export const publicMark = (key: string, versionId: string, at: string) =>
  `${historyOf(key)}${newestFirst(at)}.public.${versionMark(versionId)}`;
export const removedMark = (key: string, at: string) => `${historyOf(key)}${newestFirst(at)}.removed.-`;

export type ReleasedMark = { readonly atMs: number; readonly headKey: string };

export function releasedMarkOf(objectKey: string): ReleasedMark | undefined {
  const [, order, hash] = /\/(\d{13})\.([0-9a-f]{64})$/.exec(objectKey) ?? [];
  if (order === undefined || hash === undefined) return undefined;
  return { atMs: END_MS - Number(order), headKey: headKeyOf(hash) };
}

/** Puts on record that a key became public, by which release, or is no more; of other events nothing. Again is as good as once. */
export async function remember(ledger: Pick<ObjectStore, 'put'>, event: DocumentEvent): Promise<void> {
  const { key } = event;
  if (event.type === 'Document Promoted') await ledger.put(publicMark(key, event.versionId, event.at), MARK);
  else if (event.type === 'Document Released')
    await ledger.put(`${releasedBy(event.caseId)}${newestFirst(event.at)}.${headHash(key)}`, MARK);
  else if (event.type === 'Document Removed' && event.publicKeys.length > 0)
    await ledger.put(removedMark(key, event.at), MARK);
}

function newestFirst(at: string): string {
  return String(END_MS - Date.parse(at)).padStart(13, '0');
}

function folder(prefix: string, hash: string): string {
  return `${prefix}${hash.slice(0, 2)}/${hash}/`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
