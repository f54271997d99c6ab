import { describe, expect, test } from 'vitest';
import { recordIn } from '../../lib/core/ledger.ts';
import { entryKey, payloadKey, Review, ReviewWord, reviewKey, wordKey } from '../../lib/core/records-cases.ts';
import { eventIdOf } from '../../lib/notify/event-id.ts';
import { actOn, type Order } from '../../lib/review/act.ts';
import { readCase, timelineOf } from '../../lib/review/cases.ts';
import type { Actor } from '../../lib/review/transitions.ts';
import { ada, FAR, grace, lin, type ReviewRig, RULES, reviewRig, viewer } from '../support/review-rig.ts';

const state = async ({ stores }: ReviewRig, caseId: string) => (await readCase(stores.ledger, caseId))?.review.state;
const word = async ({ stores }: ReviewRig, key = 'a.txt') => {
  const found = await stores.ledger.get(wordKey(key));
  return found && recordIn(found.body, ReviewWord);
};

describe('a release', () => {
  test('is asked for by one person and approved by another, and the waiver says all of it', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    expect(await state(made, caseId)).toBe('release-requested');
    expect(await word(made)).toBeUndefined();
    expect(await made.act(grace, caseId, { what: 'approve', request, reason: null })).toMatchObject({ done: true });
    expect(await state(made, caseId)).toBe('approved');
    const waiver = (await word(made))?.waiver;
    expect(waiver).toMatchObject({ caseId, rules: RULES, requestedBy: ada.principal, approvedBy: grace.principal });
    expect(waiver).toMatchObject({
      expiresAt: FAR,
      sha256: (await readCase(made.stores.ledger, caseId))?.evidence.source.sha256,
    });
    expect(made.left().live).toEqual([JSON.stringify({ kind: 'reconcile', key: 'a.txt' })]);
    expect((await timelineOf(made.stores.ledger, caseId)).map(({ by, deed }) => [by, deed.what])).toEqual([
      [ada.principal, 'request-release'],
      [grace.principal, 'approve'],
    ]);
  });

  test('that is withdrawn takes its waiver along', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    await made.act(grace, caseId, { what: 'approve', request, reason: null });
    await made.act(ada, caseId, { what: 'withdraw', reason: 'no, it is not' });
    expect(await state(made, caseId)).toBe('open');
    expect((await word(made))?.waiver).toBeNull();
  });

  test('that two approve at once is approved once', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    const approve = (actor: Actor) => made.act(actor, caseId, { what: 'approve', request, reason: null });
    const acted = await Promise.all([approve(grace), approve(lin)]);
    expect(acted.map(({ done }) => done).sort()).toEqual([false, true]);
    expect(acted).toContainEqual({ done: false, refused: 'state' });
    const approvals = (await timelineOf(made.stores.ledger, caseId)).filter(({ deed }) => deed.what === 'approve');
    expect(approvals).toHaveLength(1);
    expect((await word(made))?.waiver?.approvedBy).toBe(approvals[0]?.by);
  });
});

describe('a case', () => {
  test.each([['deletes the original and keeps hash and case', 'bad one']])('%s', async (_, text) => {
    const made = reviewRig();
    const caseId = await made.quarantined(text);
    expect(await made.act(lin, caseId, { what: 'delete', reason: 'a leak' })).toMatchObject({ done: true });
    expect((await made.stores.quarantine.head(payloadKey(caseId)))?.size).toBe(0);
    const kept = await readCase(made.stores.ledger, caseId);
    expect(kept?.evidence.source.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(kept?.review.state).toBe('deleted');
    const download: Order = { what: 'download', reason: 'to look' };
    expect(await made.act(lin, caseId, download)).toEqual({ done: false, refused: 'state' });
  });

  test('under a legal hold is not deleted until the hold has ended', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    await made.act(ada, caseId, { what: 'hold', reason: 'a court asks' });
    expect(await made.act(lin, caseId, { what: 'delete', reason: 'old' })).toEqual({ done: false, refused: 'held' });
    expect(await made.stores.quarantine.get(payloadKey(caseId))).toBeDefined();
    expect(await made.act(ada, caseId, { what: 'unhold', reason: 'x' })).toEqual({ done: false, refused: 'role' });
    await made.act(lin, caseId, { what: 'unhold', reason: 'the court is done' });
    expect(await made.act(lin, caseId, { what: 'delete', reason: 'old' })).toMatchObject({ done: true });
  });

  test('is superseded by a newer upload, and nobody releases it any more', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const request = await made.ask(caseId);
    await made.put('a.txt', 'bad two');
    await made.drain();
    expect(await made.act(grace, caseId, { what: 'approve', request, reason: null })).toEqual({
      done: false,
      refused: 'state',
    });
    expect((await readCase(made.stores.ledger, caseId))?.review).toMatchObject({
      state: 'superseded',
      ended: { why: 'newer', caseId: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(await word(made)).toBeUndefined();
  });

  test('that is not one, or that the role may not touch, is refused and leaves no trace', async () => {
    const made = reviewRig();
    const caseId = await made.quarantined();
    const comment: Order = { what: 'comment', text: 'hello' };
    expect(await made.act(ada, '../x', comment)).toEqual({ done: false, refused: 'not-found' });
    expect(await made.act(ada, 'f'.repeat(32), comment)).toEqual({ done: false, refused: 'not-found' });
    expect(await made.act(viewer, caseId, comment)).toEqual({ done: false, refused: 'role' });
    expect(await actOn(made.places, ada, caseId, comment, { dryRun: true })).toMatchObject({ done: true });
    expect(await timelineOf(made.stores.ledger, caseId)).toEqual([]);
    expect(await made.stores.ledger.get(reviewKey(caseId))).toBeUndefined();
  });
});

describe('a process that dies at any step of an approval', () => {
  test('leaves what the next one completes', async () => {
    let steps = 0;
    let dies = Number.POSITIVE_INFINITY;
    const fault = () => {
      steps += 1;
      if (steps > dies) throw new Error('died');
    };
    for (let step = 0; ; step += 1) {
      dies = Number.POSITIVE_INFINITY;
      const made = reviewRig({ fault });
      const caseId = await made.quarantined();
      const request = await made.ask(caseId);
      steps = 0;
      dies = step;
      const died = await made.act(grace, caseId, { what: 'approve', request, reason: null }).then(
        () => false,
        () => true,
      );
      dies = Number.POSITIVE_INFINITY;
      // Somebody comes by: one who approves again, where it had not happened, or merely comments.
      const again = await made.act(lin, caseId, { what: 'approve', request, reason: null });
      expect(again.done || again.refused === 'state').toBe(true);
      const approvals = (await timelineOf(made.stores.ledger, caseId)).filter(({ deed }) => deed.what === 'approve');
      expect(approvals).toHaveLength(1);
      const review = recordIn((await made.stores.ledger.get(reviewKey(caseId)))?.body ?? Buffer.of(), Review);
      expect(review).toMatchObject({ state: 'approved', approval: { by: approvals[0]?.by }, trail: { seq: 2 } });
      expect((await word(made))?.waiver?.id).toBe(review.approval?.waiver);
      // Told, perhaps twice, and then with the same id.
      const told = made.told.filter(({ what }) => what === 'approve');
      expect(new Set(told.map(eventIdOf)).size, `step ${step}`).toBe(1);
      expect(made.left().live.length).toBeGreaterThan(0);
      expect(await made.stores.ledger.get(entryKey(caseId, 3))).toBeUndefined();
      if (!died) {
        expect(step).toBeGreaterThan(10);
        break;
      }
    }
  });
});
