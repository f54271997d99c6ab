// Histories of what is public and has no original: somebody goes on writing to public by hand while runs clean there, and
// publishers stage the same keys. What has to hold is said from what both of them did.

import fc from 'fast-check';
import { readHead } from '../../lib/core/ledger.ts';
import type { HeadSeen } from '../../lib/core/settle.ts';
import type { AtRest } from './at-rest.ts';
import { isPublishable, kindOf, sanitised } from './documents.ts';
import type { History, Step } from './history.ts';
import type { World } from './world.ts';

const KEYS = ['a.docm', 'b.txt'] as const;
const textOf = (kinds: readonly string[]) =>
  fc.tuple(fc.constantFrom(...kinds), fc.nat(2)).map(([kind, n]) => `${kind} ${n}`);
const staged = textOf(['plain', 'plain', 'finding', 'bad', 'worse', 'poison']);
const public_ = textOf(['plain', 'plain', 'plain', 'macro', 'bad', 'poison']);

function stepOn(keys: readonly string[]): fc.Arbitrary<Step> {
  const key = fc.constantFrom(...keys);
  const notice = fc.constantFrom('sent' as const, 'sent' as const, 'sent twice' as const, 'lost' as const);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant('by hand' as const), key, text: public_ }) },
    { weight: 8, arbitrary: fc.record({ does: fc.constant('adopt' as const), key }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('put' as const), key, text: staged, notice }) },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('delete' as const), key, notice }) },
    { weight: 3, arbitrary: fc.constant<Step>({ does: 'wait' }) },
    { weight: 2, arbitrary: fc.constant<Step>({ does: 'rest' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ does: 'upgrade' }) },
  );
}

const choice = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(0xffff) });

export const adoptions: fc.Arbitrary<History> = fc.constantFrom(['b.txt'], ['a.docm'], [...KEYS]).chain((keys) =>
  fc.record({
    steps: fc
      .array(stepOn(keys), { minLength: 2, maxLength: 12, size: 'max' })
      .map((steps): readonly Step[] => [{ does: 'by hand', key: keys[0] ?? '', text: 'plain 0' }, ...steps]),
    overwrite: fc.constantFrom('keep-previous' as const, 'withhold' as const),
    workers: fc.constantFrom(1, 2, 3),
    faults: fc.constantFrom(0, 1, 2, 3, 4, 6),
    staleAcks: fc.boolean(),
    choices: fc.array(choice, { minLength: 400, maxLength: 400, size: 'max' }),
  }),
);

const isCleanOf = (open: string, text: string) =>
  isPublishable(text) && open.replace(/ by \d+$/, '') === sanitised(text, '').replace(/ by $/, '');

/** What has to hold when every message was handled. */
export async function adoptedAtRest(world: World, history: History): Promise<AtRest> {
  const violations: string[] = [];
  const summary: string[] = [];
  for (const key of KEYS) {
    const head = await readHead(world.stores.ledger, key);
    const stands = await world.stores.public.get(key);
    const open = stands && Buffer.from(stands.body).toString();
    const wrong =
      (await wrongIn(world, history, key, head, open)) ?? (await wrongInPlace(world, head, stands?.version.etag));
    if (wrong) violations.push(`${key}: ${wrong} (head ${head?.state}, public '${open}')`);
    summary.push(`${key} ${head?.state} ${head?.src?.versionId} ${head?.previous} ${open}`);
  }
  for (const { name, held } of world.queues)
    if (held.size > 0) violations.push(`${held.size} messages left in ${name}`);
  return { violations, summary: summary.join('\n') };
}

async function wrongIn(
  { watch, terms }: World,
  { overwrite }: History,
  key: string,
  head: HeadSeen | undefined,
  open: string | undefined,
): Promise<string | undefined> {
  const uploads = watch.uploads.get(key) ?? [];
  const current = uploads.at(-1);
  const last = watch.byHand.findLast((one) => one.key === key)?.text;
  const isLast = last !== undefined && (open === last || (open !== undefined && isCleanOf(open, last)));
  if (current !== undefined && current !== 'deleted') {
    if (head?.src?.versionId !== current.versionId) return 'the head speaks of another version';
    if (head.state === 'DONE')
      return open === sanitised(current.text, terms.version) ? undefined : 'not what is staged';
    if (head.state !== 'QUARANTINED') return 'not settled';
    // Once it is staged, what somebody writes there is undone: the version before stays, uploaded or cleaned in place.
    const before = [...uploads.filter((one) => one !== 'deleted'), ...watch.byHand.filter((one) => one.key === key)];
    const isEarlier = before.some(({ text }) => open !== undefined && isCleanOf(open, text));
    return open === undefined || isLast || isEarlier ? undefined : 'nobody put that there last';
  }
  if (head && head.state !== 'REMOVED' && head.state !== 'ADOPTED') return 'staging has none';
  if (open !== undefined) return isLast ? undefined : 'nobody put that there last';
  // Gone: deleted by who staged it, or held and withheld.
  const isHeld = last !== undefined && (!isPublishable(last) || kindOf(last) === 'macro');
  return last === undefined || uploads.length > 0 || (isHeld && overwrite === 'withhold') ? undefined : 'lost';
}

/** What was cleaned has nothing of before beneath it; what is held has its original. */
async function wrongInPlace({ stores, watch }: World, head: HeadSeen | undefined, etag: string | undefined) {
  if (head?.state !== 'ADOPTED') return undefined;
  if (head.caseId !== undefined) {
    const payload = await stores.quarantine.get(`${head.caseId}/payload`);
    const text = watch.byHand.find(({ versionId }) => versionId === head.src?.versionId)?.text;
    return payload && Buffer.from(payload.body).toString() === text ? undefined : 'the original is lost';
  }
  if (head.out?.etag !== etag) return undefined;
  for (const { key, versionId } of watch.byHand)
    if (key === head.key && (await stores.public.get(key, versionId))) return 'what was there before can be read';
  return undefined;
}
