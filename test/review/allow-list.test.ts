import { describe, expect, test } from 'vitest';
import { reconcileOn } from '../../lib/core/carry-out.ts';
import { readHead, readRecord, toJson } from '../../lib/core/ledger.ts';
import { AllowEntry, allowKey } from '../../lib/core/records-cases.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { refreshed } from '../../lib/review/act.ts';
import { allowList } from '../../lib/review/allow-list.ts';
import { listCases } from '../../lib/review/list.ts';
import { pastOf } from '../../lib/review/past.ts';
import { readSeals } from '../../lib/review/seals.ts';
import type { Actor } from '../../lib/review/transitions.ts';
import { type TrailFault, verifyTrails } from '../../lib/review/verify-trail.ts';
import { faultAtEachStep } from '../support/each-step.ts';
import {
  ada,
  FAR,
  firstPromotion,
  grace,
  lin,
  type ReviewRig,
  RULES,
  reviewRig,
  viewer,
} from '../support/review-rig.ts';

const TEXT = 'bad one';
const OWNER = 'local:olga';
const LATE = '2028-01-01T00:00:00.000Z';

async function asked(made: ReviewRig, caseId: string, actor: Actor = ada, rules: readonly string[] = RULES) {
  const order = {
    what: 'request-release',
    reason: 'a heading',
    rules,
    expiresAt: FAR,
    allow: { owner: OWNER },
  } as const;
  const acted = await made.act(actor, caseId, order);
  if (!acted.done || !acted.review.request) throw new Error('a request was refused');
  return acted.review.request.id;
}

async function allowed(made: ReviewRig, text = TEXT, key = 'a.txt', rules?: readonly string[]): Promise<string> {
  const caseId = await made.quarantined(text, key);
  const request = await asked(made, caseId, ada, rules);
  const acted = await made.act(grace, caseId, { what: 'approve', request, reason: null });
  if (!acted.done) throw new Error(`an approval was refused: ${acted.refused}`);
  return caseId;
}

function at(made: ReviewRig, iso: string): void {
  for (const places of [made.places, made.sanitize, made.promote]) Object.assign(places, { now: () => new Date(iso) });
}
const revoke = { what: 'revoke', reason: 'it was a name after all' } as const;
const stateOf = async (made: ReviewRig, caseId: string) => (await refreshed(made.places, caseId))?.review.state;
async function waiting(made: ReviewRig): Promise<readonly string[]> {
  for (const { evidence } of (await listCases(made.stores.ledger, {})).rows) await stateOf(made, evidence.caseId);
  return (await listCases(made.stores.ledger, {})).rows.map(({ evidence }) => evidence.key);
}
async function faultsOf(made: ReviewRig): Promise<readonly TrailFault[]> {
  const faults: TrailFault[] = [];
  const { ledger } = made.stores;
  for await (const fault of verifyTrails({ ledger, audit: ledger }, await readSeals({ ledger, audit: ledger })))
    faults.push(fault);
  return faults;
}

describe('bytes on the allow-list', () => {
  test('are published under any key from then on, without a case, and it is on record by which entry', async () => {
    const made = reviewRig();
    const caseId = await allowed(made);
    await made.put('b.txt', TEXT);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE', 'b.txt': 'BAD ONE' });
    expect(await stateOf(made, caseId)).toBe('released');
    expect(await waiting(made)).toEqual([]);
    const record = await readRecord(made.stores.ledger, (await readHead(made.stores.ledger, 'b.txt'))?.work ?? '');
    expect(record?.waived).toMatchObject([{ caseId, rules: RULES, sha256: sha256(Buffer.from(TEXT)) }]);
    expect(made.events.at(-1)).toMatchObject({ type: 'Document Released', key: 'b.txt', caseId, rules: RULES });
    // What was published by the entry is found from its case.
    const { evidence } = (await refreshed(made.places, caseId)) ?? {};
    const { released = [] } = evidence ? await pastOf(made.stores.ledger, evidence) : {};
    expect(released.map(({ key, isPublic }) => [key, isPublic]).toSorted()).toEqual([
      ['a.txt', true],
      ['b.txt', true],
    ]);
    await made.remove('b.txt');
    await made.drain();
    const after = evidence && (await pastOf(made.stores.ledger, evidence));
    expect(after?.released.find(({ key }) => key === 'b.txt')?.isPublic).toBe(false);
    const { entries } = await allowList(made.stores.ledger, 10);
    expect(entries).toMatchObject([
      { owner: OWNER, waiver: { caseId, requestedBy: ada.principal, approvedBy: grace.principal, expiresAt: FAR } },
    ]);
    expect(await faultsOf(made)).toEqual([]);
  });

  test('that wait under other keys are published with it, and their cases end', async () => {
    const made = reviewRig();
    const other = await made.quarantined(TEXT, 'b.txt');
    await made.quarantined('bad two', 'c.txt');
    await allowed(made);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE', 'b.txt': 'BAD ONE' });
    expect(await stateOf(made, other)).toBe('superseded');
    expect(await waiting(made)).toEqual(['c.txt']);
  });

  test('stay there when their document is replaced: the entry is not about a key', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await asked(made, caseId);
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    await made.put('a.txt', 'good now');
    await made.drain();
    expect(await stateOf(made, caseId)).toBe('superseded');
    await made.put('a.txt', TEXT);
    await made.drain();
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE' });
  });

  test('are held back by every other rule, and the next request names those of the entry as well', async () => {
    const made = reviewRig();
    await allowed(made, 'bad worse', 'a.txt', ['test.hidden']);
    await made.drain();
    await made.put('b.txt', 'bad worse');
    await made.drain();
    expect(await made.published()).toEqual({});
    const { rows } = await listCases(made.stores.ledger, { prefix: 'b.txt' });
    const caseId = rows[0]?.evidence.caseId ?? '';
    const request = await asked(made, caseId, ada, ['test.hidden', 'test.worse']);
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    await made.drain();
    // The document that waited under the first entry goes with the second.
    expect(await made.published()).toEqual({ 'a.txt': 'BAD WORSE', 'b.txt': 'BAD WORSE' });
  });
});

describe('an entry of the allow-list lets nothing through', () => {
  test.each(['expired', 'revoked', 'edited'] as const)('once it is %s', async (what) => {
    const made = reviewRig();
    const caseId = await allowed(made);
    await made.drain();
    if (what === 'expired') at(made, LATE);
    if (what === 'revoked') expect(await made.act(ada, caseId, revoke)).toMatchObject({ done: true });
    if (what === 'edited') {
      const hash = sha256(Buffer.from('bad two'));
      const found = await made.stores.ledger.get(allowKey(sha256(Buffer.from(TEXT))));
      await made.stores.ledger.put(allowKey(hash), found?.body ?? Buffer.of());
    }
    await made.put('b.txt', what === 'edited' ? 'bad two' : TEXT);
    await made.drain();
    // What was published before stays, as what was released does.
    expect(await made.published()).toEqual({ 'a.txt': 'BAD ONE' });
    expect(await waiting(made)).toEqual(['b.txt']);
  });

  test.each(['expired', 'revoked'] as const)(
    'that is %s before promote takes up what was judged by it',
    async (what) => {
      const made = reviewRig();
      const caseId = await allowed(made);
      await made.drain();
      await made.put('b.txt', TEXT);
      expect(await reconcileOn(made.sanitize, 'b.txt')).toBe('promoting');
      const promoting = firstPromotion(made);
      if (what === 'expired') at(made, LATE);
      else await made.act(ada, caseId, revoke);
      expect(await promoting()).toBe('again');
      await made.drain();
      expect(Object.keys(await made.published())).toEqual(['a.txt']);
      expect(await readHead(made.stores.ledger, 'b.txt')).toMatchObject({ state: 'QUARANTINED' });
    },
  );

  test('that was approved by who asked for it, or by nobody', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await asked(made, caseId, lin);
    expect(await made.act(lin, caseId, { what: 'approve', request, reason: null })).toEqual({
      done: false,
      refused: 'same-person',
    });
    await made.put('b.txt', TEXT);
    await made.drain();
    expect(await made.published()).toEqual({});
  });

  const rows = [
    { shows: 'two years', rules: RULES, actor: ada, expiresAt: '2028-01-03T00:00:00.000Z', refused: 'too-long' },
    {
      shows: 'a time that is over',
      rules: RULES,
      actor: ada,
      expiresAt: '2025-01-01T00:00:00.000Z',
      refused: 'expired',
    },
    { shows: 'a viewer', rules: RULES, actor: viewer, expiresAt: FAR, refused: 'role' },
    { shows: 'a rule that was not found', rules: ['x.y'], actor: ada, expiresAt: FAR, refused: 'other-rules' },
  ] as const;
  test.each(rows)('for $shows', async ({ rules, actor, expiresAt, refused }) => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const order = { what: 'request-release', reason: 'x', rules, expiresAt, allow: { owner: OWNER } } as const;
    expect(await made.act(actor, caseId, order)).toEqual({ done: false, refused });
  });
});

describe('a revoked entry', () => {
  test('is revoked once, by any who review, and withdrawn with its request', async () => {
    const made = reviewRig();
    const caseId = await allowed(made);
    await made.drain();
    await refreshed(made.places, caseId);
    expect(await made.act(viewer, caseId, revoke)).toEqual({ done: false, refused: 'role' });
    expect(await made.act(ada, caseId, revoke)).toMatchObject({ done: true, review: { state: 'released' } });
    expect(await made.act(ada, caseId, revoke)).toEqual({ done: false, refused: 'state' });
    expect((await allowList(made.stores.ledger, 10)).entries).toEqual([]);

    const other = await allowed(made, 'bad two', 'b.txt');
    await made.act(ada, other, { what: 'withdraw', reason: 'no' });
    expect((await allowList(made.stores.ledger, 10)).entries).toEqual([]);
    expect(await made.act(ada, other, revoke)).toEqual({ done: false, refused: 'state' });
  });

  test('does not come back when somebody looks at the case of an earlier entry', async () => {
    const made = reviewRig();
    const [one, two] = [await made.quarantined(TEXT, 'a.txt'), await made.quarantined(TEXT, 'b.txt')];
    const casesOnList = async () =>
      (await allowList(made.stores.ledger, 10)).entries.map(({ waiver }) => waiver.caseId);
    for (const caseId of [one, two])
      await made.act(grace, caseId, { what: 'approve', request: await asked(made, caseId), reason: null });
    expect(await casesOnList()).toEqual([two]);
    await refreshed(made.places, one);
    expect(await casesOnList()).toEqual([two]);
    await made.act(ada, two, revoke);
    await refreshed(made.places, one);
    expect(await casesOnList()).toEqual([]);
  });
});

test('whoever dies at any step of an approval leaves what the next one completes', async () => {
  const ended = await faultAtEachStep(async (fault) => {
    let isArmed = false;
    const made = reviewRig({ fault: (operation) => isArmed && fault(operation) });
    await made.quarantined(TEXT, 'b.txt');
    const caseId = await made.quarantined();
    const request = await asked(made, caseId);
    isArmed = true;
    await made.act(grace, caseId, { what: 'approve', request, reason: null }).catch(() => undefined);
    isArmed = false;
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    await made.drain();
    expect(await faultsOf(made)).toEqual([]);
    return [await made.published(), (await allowList(made.stores.ledger, 10)).entries.length];
  }, 10);
  expect(ended).toEqual([{ 'a.txt': 'BAD ONE', 'b.txt': 'BAD ONE' }, 1]);
});

test.each([
  ['edited', (entry: AllowEntry) => toJson({ ...entry, waiver: entry.waiver && { ...entry.waiver, expiresAt: LATE } })],
  ['given to another owner', (entry: AllowEntry) => toJson({ ...entry, owner: 'local:eve' })],
  ['damaged', () => Buffer.from('{')],
])('an entry that was %s is put right by whoever looks at its case, and can be revoked', async (_, change) => {
  const made = reviewRig();
  const caseId = await allowed(made);
  await made.drain();
  const key = allowKey(sha256(Buffer.from(TEXT)));
  const read = async () =>
    AllowEntry.parse(JSON.parse(Buffer.from((await made.stores.ledger.get(key))?.body ?? '').toString()));
  const entry = await read();
  await made.stores.ledger.put(key, change(entry));
  expect((await faultsOf(made)).map(({ fault }) => fault)).toEqual(['waiver']);
  await refreshed(made.places, caseId);
  const { waiver, owner, formers } = await read();
  expect([waiver, owner, formers]).toEqual([entry.waiver, entry.owner, entry.formers]);
  await refreshed(made.places, caseId);
  expect(await faultsOf(made)).toEqual([]);
  await made.stores.ledger.put(key, change(entry));
  expect((await made.act(ada, caseId, revoke)).done).toBe(true);
  expect((await allowList(made.stores.ledger, 10)).entries).toEqual([]);
});

test('what nobody approved is found by whoever verifies the trails', async () => {
  const made = reviewRig();
  const caseId = await allowed(made);
  await made.drain();
  const key = allowKey(sha256(Buffer.from(TEXT)));
  const entry = AllowEntry.parse(JSON.parse(Buffer.from((await made.stores.ledger.get(key))?.body ?? '').toString()));
  expect(await faultsOf(made)).toEqual([]);
  const forged: readonly Partial<AllowEntry>[] = [
    { owner: 'local:eve' },
    ...(entry.waiver
      ? [
          { waiver: { ...entry.waiver, rules: ['x.y'] } },
          { waiver: { ...entry.waiver, expiresAt: LATE } },
          { waiver: { ...entry.waiver, reason: 'malware' as const } },
        ]
      : []),
  ];
  for (const change of forged) {
    await made.stores.ledger.put(key, toJson({ ...entry, ...change }));
    expect(await faultsOf(made)).toEqual([{ caseId, seq: null, fault: 'waiver', record: key }]);
  }
  // Waivers of before do not say why the document was held back.
  const older = { ...entry, waiver: entry.waiver && { ...entry.waiver, reason: undefined } };
  await made.stores.ledger.put(key, toJson(older));
  expect(await faultsOf(made)).toEqual([]);
  await made.stores.ledger.put(key, toJson(entry));
  await made.act(ada, caseId, revoke);
  expect(await faultsOf(made)).toEqual([]);
  await made.stores.ledger.put(key, toJson(entry));
  expect(await faultsOf(made)).toEqual([{ caseId, seq: null, fault: 'waiver', record: key }]);
  // Whoever looks at the case settles it.
  await refreshed(made.places, caseId);
  expect(await faultsOf(made)).toEqual([]);
});
