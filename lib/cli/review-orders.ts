// What people decide about cases, as it travels from a command to whoever may write: this process, or the one that works on
// the data folder.

import { z } from 'zod';
import { CaseId, Principal, ReviewText, Role, Rules } from '../core/records-cases.ts';
import { actOn, type Order, type ReviewPlaces, refreshed } from '../review/act.ts';
import { REFUSALS } from '../review/transitions.ts';
import { recordView } from '../review/viewed.ts';

export const MAX_AT_ONCE = 100;

const Said = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.enum(['withdraw', 'reject', 'reopen', 'rerun', 'delete', 'hold', 'unhold', 'download', 'revoke']),
    reason: ReviewText,
  }),
  z.strictObject({
    what: z.literal('request-release'),
    reason: ReviewText,
    rules: Rules,
    expiresAt: z.iso.datetime(),
    allow: z.strictObject({ owner: Principal }).optional(),
  }),
  z.strictObject({ what: z.literal('approve'), request: z.uuid(), reason: ReviewText.nullable() }),
  z.strictObject({ what: z.literal('assign'), to: Principal.nullable() }),
  z.strictObject({ what: z.literal('comment'), text: ReviewText }),
]) satisfies z.ZodType<Order>;

export const ReviewOrder = z.strictObject({
  v: z.literal(1),
  order: z.literal('review'),
  by: Principal,
  roles: z.array(Role),
  caseIds: z.array(CaseId).min(1).max(MAX_AT_ONCE),
  /** Null: somebody looks at them, and wants them as they stand now. */
  deed: Said.nullable(),
});
export type ReviewOrder = z.infer<typeof ReviewOrder>;

export type ReviewAsked = {
  readonly by: string;
  readonly roles: readonly Role[];
  readonly caseIds: readonly string[];
  /** Null: somebody looks at them, and wants them as they stand now. */
  readonly deed: Order | null;
};

/** For each of the cases. `failed`: ours, or a record that was edited; the log of whoever carried it out says more. */
export const Answers = z.array(
  z.discriminatedUnion('done', [
    z.strictObject({ done: z.literal(true) }),
    z.strictObject({ done: z.literal(false), refused: z.enum([...REFUSALS, 'failed']) }),
  ]),
);
export type Answered = z.infer<typeof Answers>[number];

/** Resolves whatever happens: what went wrong is told to `onFailure`. */
export async function carryOutReview(
  places: ReviewPlaces,
  { by, roles, caseIds, deed }: ReviewAsked,
  onFailure: (error: unknown) => void,
  { recordsViews = true }: { readonly recordsViews?: boolean } = {},
): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  for (const caseId of caseIds) {
    try {
      if (deed) {
        const acted = await actOn(places, { principal: by, roles }, caseId, deed);
        answers.push(acted.done ? { done: true } : acted);
      } else {
        const seen = await refreshed(places, caseId);
        if (seen && recordsViews) await recordView(places, by, caseId, 'case');
        answers.push(seen ? { done: true } : { done: false, refused: 'not-found' });
      }
    } catch (error) {
      onFailure(error);
      answers.push({ done: false, refused: 'failed' });
    }
  }
  return answers;
}
