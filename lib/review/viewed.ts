// Who looked at a case, for good: an entry of the audit trail by the hour, and the same under the case, the latest first, so
// that leads are told without going through the trail.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { END_MS } from '../core/case-index.ts';
import { putOnce, readableIn, toJson } from '../core/ledger.ts';
import { Instant } from '../core/records.ts';
import { CaseId, Principal } from '../core/records-cases.ts';
import type { ObjectStore } from '../core/store.ts';

export const CaseViewed = z.strictObject({
  v: z.literal(1),
  type: z.literal('Case Viewed'),
  caseId: CaseId,
  /** `case`, `original`, `page 3`, `rebuilt page 3`. */
  what: z.string().max(100),
  by: Principal,
  at: Instant,
});
export type CaseViewed = z.infer<typeof CaseViewed>;

export type Views = {
  /** The latest first. */
  readonly views: readonly CaseViewed[];
  /** Records that were edited, or are damaged. */
  readonly unreadable: number;
};

const SHOWN = 20;

const viewsPrefix = (caseId: string) => `views/${caseId}/`;

/** Written before it is shown. */
export async function recordView(
  { audit, now }: { readonly audit: ObjectStore; readonly now: () => Date },
  by: string,
  caseId: string,
  what: string,
): Promise<void> {
  const moment = now();
  const at = moment.toISOString();
  const id = randomUUID();
  const body = toJson(CaseViewed.parse({ v: 1, type: 'Case Viewed', caseId, what, by, at }));
  await putOnce(audit, `audit/${at.slice(0, 13).replaceAll(/[-T]/g, '/')}/${at}-${id}.json`, body);
  // Pictures are of a page that somebody has opened: it is there already.
  if (!PICTURE.test(what)) await putOnce(audit, `${viewsPrefix(caseId)}${END_MS - moment.getTime()}-${id}.json`, body);
}

const PICTURE = /^(?:rebuilt )?page \d+$/;

/** The last of those who opened the case, or fetched its original. */
export async function viewsOf(
  audit: Pick<ObjectStore, 'get' | 'list'>,
  caseId: string,
  max: number = SHOWN,
): Promise<Views> {
  const keys: string[] = [];
  for await (const { key } of audit.list(viewsPrefix(caseId))) {
    keys.push(key);
    if (keys.length === max) break;
  }
  const views = await Promise.all(keys.map((key) => readView(audit, caseId, key)));
  const readable = views.filter((view) => view !== undefined);
  return { views: readable, unreadable: views.length - readable.length };
}

async function readView(audit: Pick<ObjectStore, 'get'>, caseId: string, key: string): Promise<CaseViewed | undefined> {
  const found = await audit.get(key);
  const view = found && readableIn(found.body, CaseViewed);
  return view?.caseId === caseId ? view : undefined;
}
