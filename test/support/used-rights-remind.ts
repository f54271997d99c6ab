// The rights that reminding uses on AWS, seen by reminding: of a case that waits, of one that was released and one that was
// replaced without anybody looking since, and of a day with something on the allow-list.

import { Reminders } from '../../lib/core/records-reminders.ts';
import { remindStep } from '../../lib/review/remind.ts';
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
  const step = (iso: string) =>
    remindStep(
      {
        ledger: recorded('ledger', made.stores.ledger, note),
        now: () => new Date(iso),
        notify: toldBy(note),
      },
      { reminders: Reminders.parse({}), isTest: () => false },
    );
  const first = await step('2026-01-02T12:00:00.000Z');
  if (first.told !== 1 || !first.digest) throw new Error('nobody was reminded');
  await step('2026-01-02T13:00:00.000Z');
  return used();
}
