// `evidence/<id>.json`: what reviewers see besides the findings of a case. Written once by who judged, read by reviewers
// alone, and without a row when the original is deleted.

import { z } from 'zod';
import { MAX_EVIDENCE_ROWS, MAX_MASKED, MAX_MASKED_LENGTH, MAX_ON_PAGES } from './evidence.ts';
import { FindingRecord } from './records.ts';
import { CaseId } from './records-cases.ts';

const Thousandth = z.int().min(0).max(1000);

/** Where on a page as it is drawn: left, top, right and bottom in thousandths of its width and height. */
export const Place = z.strictObject({
  page: z.int().positive().max(1_000_000),
  box: z.tuple([Thousandth, Thousandth, Thousandth, Thousandth]),
});

export const EvidenceRows = z
  .array(
    z.strictObject({
      ...FindingRecord.pick({ carrier: true, at: true, action: true }).shape,
      on: z.array(Place).max(MAX_ON_PAGES),
      masked: z.array(z.string().max(MAX_MASKED_LENGTH)).max(MAX_MASKED),
    }),
  )
  .max(MAX_EVIDENCE_ROWS);

export const Evidence = z.strictObject({ v: z.literal(1), caseId: CaseId, rows: EvidenceRows });
export type Evidence = z.infer<typeof Evidence>;

export const evidenceKey = (caseId: string) => `evidence/${caseId}.json`;
