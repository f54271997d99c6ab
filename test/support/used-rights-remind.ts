// The rights that reminding and sealing use on AWS, seen by doing it: of a case that waits, of one that was released and one
// that was replaced without anybody looking since, and of a day with something on the allow-list.

import { Reminders } from '../../lib/core/records-reminders.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { remindStep } from '../../lib/review/remind.ts';
import { sealTrails } from '../../lib/review/seals.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { recorded } from './recorded.ts';
import { ada, FAR, grace, RULES, reviewRig } from './review-rig.ts';
import { toldBy, type Used, usage } from './used-rights.ts';

export async function usedRightsOfReminding(): Promise<readonly Used[]> {
  const { noteOf, used } = usage();
  const note = noteOf('remind');
  const made = reviewRig();
  await made.quarantined('bad one', 'waits.txt');
  await made.quarantined('bad two', 'replaced.txt');
  const released = await made.quarantined('bad three', 'released.txt');
  const allow = { owner: ada.principal };
  const order = { what: 'request-release', reason: 'x', rules: RULES, expiresAt: FAR, allow } as const;
  const asked = await made.act(ada, released, order);
  const request = asked.done ? (asked.review.request?.id ?? '') : '';
  await made.act(grace, released, { what: 'approve', request, reason: null });
  await made.put('replaced.txt', 'good');
  await made.drain();
  const audit = memoryStore();
  const step = async (iso: string, sealed: ObjectStore = audit) => {
    const places = {
      ledger: recorded('ledger', made.stores.ledger, note),
      audit: recorded('audit', sealed, note),
      now: () => new Date(iso),
      notify: toldBy(note),
    };
    const reminded = await remindStep(places, { reminders: Reminders.parse({}), isTest: () => false });
    return { ...reminded, sealed: await sealTrails(places) };
  };
  const first = await step('2026-01-02T12:00:00.000Z');
  if (first.told !== 1 || !first.digest || !first.sealed) throw new Error('nobody was reminded');
  await step('2026-01-02T13:00:00.000Z');
  await step('2026-01-03T13:00:00.000Z');
  // Seals may be deleted between the list and the look, once their lock has ended.
  await step('2026-01-04T13:00:00.000Z', { ...audit, get: async () => undefined }).catch(() => undefined);
  return used();
}
