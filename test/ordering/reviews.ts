// Histories of what is held back and of people who review it: who asks, approves, withdraws, rejects, has it judged again
// or deletes it, while time passes and publishers go on. What has to hold is said from what people put on the trail.

import fc from 'fast-check';
import { isWaiting } from '../../lib/core/case-index.ts';
import { readHead } from '../../lib/core/ledger.ts';
import type { Case } from '../../lib/core/records.ts';
import { type CaseState, payloadKey } from '../../lib/core/records-cases.ts';
import type { HeadSeen } from '../../lib/core/settle.ts';
import { type ReviewedCase, readCase } from '../../lib/review/cases.ts';
import { listCases } from '../../lib/review/list.ts';
import { verifyTrails } from '../../lib/review/verify-trail.ts';
import { type AtRest, atRest } from './at-rest.ts';
import { isPublishable } from './documents.ts';
import { type History, KEYS, type Step } from './history.ts';
import { DEEDS, type Decision, type Person } from './people.ts';
import { type Allowed, isAllowed } from './watch-review.ts';
import type { World } from './world.ts';

const text = fc
  .tuple(fc.constantFrom('bad', 'bad', 'worse', 'plain', 'finding', 'poison'), fc.nat(1))
  .map(([kind, n]) => `${kind} ${n}`);
const notice = fc.constantFrom(
  'sent' as const,
  'sent' as const,
  'sent' as const,
  'sent twice' as const,
  'lost' as const,
);
const back = fc.constantFrom(0, 0, 0, 0, 1);
const wait: Step = { does: 'wait' };
const others: Readonly<Record<Person, Person>> = { ada: 'grace', grace: 'ada' };

/** Some steps together: what few histories would come to by chance. */
function stepsOn(keys: readonly string[]): fc.Arbitrary<readonly Step[]> {
  const key = fc.constantFrom(...keys);
  const by = fc.constantFrom<Person>('ada', 'grace');
  const put = fc.record({ does: fc.constant('put' as const), key, text, notice });
  const decision = fc.record({ does: fc.constant('decide' as const), key, by, what: fc.constantFrom(...DEEDS), back });
  const release = fc
    .tuple(
      ...([key, by, fc.constantFrom<Step['does']>('wait', 'rest', 'later'), fc.boolean()] as const),
      fc.constantFrom('request-release', 'request-release', 'allow'),
    )
    .map(([key, by, between, isAlone, asks]): readonly Step[] => {
      const say = (what: Decision['what'], by: Person): Decision => ({ does: 'decide', key, by, what, back: 0 });
      const pause = [{ does: between } as Step].filter(({ does }) => does !== 'later' || isAlone);
      return [wait, say(asks, by), wait, ...pause, say('approve', isAlone ? by : others[by])];
    });
  const one = (step: fc.Arbitrary<Step>) => step.map((only): readonly Step[] => [only]);
  return fc.oneof(
    { weight: 6, arbitrary: one(put) },
    { weight: 6, arbitrary: release },
    { weight: 8, arbitrary: one(decision) },
    { weight: 1, arbitrary: one(fc.record({ does: fc.constant('delete' as const), key, notice })) },
    { weight: 2, arbitrary: fc.constant<readonly Step[]>([{ does: 'later' }]) },
    { weight: 2, arbitrary: fc.constant<readonly Step[]>([wait]) },
    { weight: 3, arbitrary: fc.constant<readonly Step[]>([{ does: 'rest' }]) },
    { weight: 1, arbitrary: fc.constant<readonly Step[]>([{ does: 'sweep' }]) },
    { weight: 1, arbitrary: fc.constant<readonly Step[]>([{ does: 'upgrade' }]) },
  );
}

const choice = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(0xffff) });

const choices = fc.array(choice, { minLength: 600, maxLength: 600, size: 'max' });

/** The same steps each time, in which other things happen in between. */
function about(steps: readonly Step[]): fc.Arbitrary<History> {
  const put: Step = { does: 'put', key: 'b.txt', text: 'bad 0', notice: 'sent' };
  return fc.record({
    steps: fc.constant([put, ...steps]),
    overwrite: fc.constant('keep-previous' as const),
    workers: fc.constant(2),
    faults: fc.constant(1),
    staleAcks: fc.constant(false),
    choices,
  });
}

export const deletedAndJudged = about([
  { does: 'rest' },
  { does: 'decide', key: 'b.txt', by: 'ada', what: 'delete', back: 0 },
  { does: 'upgrade' },
  { does: 'sweep' },
]);

export const replacedAndLookedAt = about([
  { does: 'rest' },
  { does: 'put', key: 'b.txt', text: 'bad 1', notice: 'sent' },
  { does: 'sweep' },
]);

export const reviews: fc.Arbitrary<History> = fc.constantFrom(['b.txt'], ['b.txt'], ['b.txt', 'a.docm']).chain((keys) =>
  fc.record({
    steps: fc
      .array(stepsOn(keys), { minLength: 2, maxLength: 9, size: 'max' })
      .map((steps): readonly Step[] => [
        { does: 'put', key: keys[0] ?? '', text: 'bad 0', notice: 'sent' },
        ...steps.flat(),
      ]),
    overwrite: fc.constantFrom('keep-previous' as const, 'withhold' as const),
    workers: fc.constantFrom(1, 2, 3),
    faults: fc.constantFrom(0, 0, 1, 2, 3, 4, 6),
    staleAcks: fc.boolean(),
    choices,
  }),
);

/** What has to hold when every message was handled, and people have looked at each case. */
export async function reviewedAtRest(world: World, history: History): Promise<AtRest> {
  await world.look();
  const { violations, summary } = await atRest(world, history);
  const wrong = [...violations, ...(await wrongInPublic(world)), ...(await wrongOriginals(world))];
  const cases: ReviewedCase[] = [];
  for await (const { key } of world.stores.ledger.list('cases/')) {
    const seen = await readCase(world.stores.ledger, key.split('/')[1] ?? '');
    if (seen) cases.push(seen);
  }
  for (const seen of cases) {
    const says = await wrongState(world, seen);
    if (says !== undefined) wrong.push(`case ${seen.evidence.caseId} of ${seen.evidence.key} ${says}`);
  }
  const { ledger } = world.stores;
  for await (const { caseId, fault, seq } of verifyTrails({ ledger, audit: ledger }, NO_SEALS))
    wrong.push(`the trail of case ${caseId} is not whole: ${fault} at ${seq}`);
  wrong.push(...(await wrongList(world, cases)));
  return { violations: wrong, summary };
}

/** No day of these histories has ended. */
const NO_SEALS = { trails: new Map(), broken: [], last: undefined };

/** Nothing is public that is held back, but what was allowed when it was written there. */
async function wrongInPublic({ stores, watch }: World): Promise<readonly string[]> {
  const wrong: string[] = [];
  for await (const { key } of stores.public.list()) {
    const text = Buffer.from((await stores.public.get(key))?.body ?? []).toString();
    if (isPublishable(text)) continue;
    const at = watch.review.releases.findLast((one) => one.publicKey === key && one.text === text)?.at;
    if (!at || !isAllowed(text, at, at, watch.review)) wrong.push(`public ${key} was not allowed any more: ${text}`);
  }
  return wrong;
}

async function wrongOriginals({ stores, watch }: World): Promise<readonly string[]> {
  const wrong: string[] = [];
  const { deleted, payloads } = watch.review;
  for (const caseId of deleted)
    if (((await stores.quarantine.head(payloadKey(caseId)))?.size ?? 0) > 0)
      wrong.push(`the original of case ${caseId} was deleted, and is there`);
  for (const { caseId, key, versionId } of payloads)
    if (deleted.has(caseId) && (await stores.quarantine.get(key, versionId)))
      wrong.push(`an older version of the original of case ${caseId} was deleted, and can be read`);
  return wrong;
}

const DECIDED: readonly CaseState[] = ['rejected', 'deleted'];

/** What is held back has a case that waits or was decided, and what was approved was judged again. */
async function wrongState(world: World, { evidence, review }: ReviewedCase): Promise<string | undefined> {
  const { state } = review;
  const head = await readHead(world.stores.ledger, evidence.key);
  if (!head) return undefined;
  if (state === 'approved') return 'was approved, and not judged again';
  if (holdsBack(head, evidence) && !isWaiting(state) && !DECIDED.includes(state))
    return `is ${state}, and holds its document back`;
  if (state !== 'released') return undefined;
  const isIt = (one: Allowed) => one.id === review.approval?.waiver && one.caseId === evidence.caseId;
  return world.watch.review.allowed.some(isIt) ? undefined : 'is released, and nobody allowed that';
}

const holdsBack = (head: HeadSeen, { caseId }: Case) => head.state === 'QUARANTINED' && head.caseId === caseId;

/**
 * A list shows what is held back and waits, each case once, and nothing else. Of what was deleted before a head spoke of it
 * nothing says that it waits for nobody.
 */
async function wrongList({ stores }: World, cases: readonly ReviewedCase[]): Promise<readonly string[]> {
  const heads = new Map<string, HeadSeen>();
  for (const key of KEYS) {
    const head = await readHead(stores.ledger, key);
    if (head) heads.set(key, head);
  }
  const isHeld = ({ evidence, review }: ReviewedCase) => {
    const head = heads.get(evidence.key);
    return isWaiting(review.state) && head !== undefined && holdsBack(head, evidence);
  };
  const idsOf = (some: readonly ReviewedCase[]) => some.map(({ evidence }) => evidence.caseId).toSorted();
  const listed = (await listCases(stores.ledger, {})).rows.filter(({ evidence }) => heads.has(evidence.key));
  const [waits, shown] = [idsOf(cases.filter(isHeld)), idsOf(listed)];
  return waits.join() === shown.join() ? [] : [`what waits and what is listed differ: ${waits} and ${shown}`];
}
