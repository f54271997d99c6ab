// What people are told about events, before it takes the shape of some chat: each event by itself where there are few,
// and their numbers where there are many, so that a flood is one message.

import { isCanary } from '../core/records-canary.ts';
import type { Event, ReplayProgress } from '../core/records-events.ts';
import type { CaseWaiting, ReviewDigest } from '../core/records-reminders.ts';

/** A line of ours, and under it the object key, which is anybody's text. */
export type Line = { readonly says: string; readonly key?: string };
export type Said = { readonly title: string; readonly lines: readonly Line[] };

/** What somebody may have to act on. Canaries are for machines: their alarm has a way of its own. */
export function isForPeople(event: Event): event is ForPeople {
  if (event.type === 'Replay Progress')
    return event.state === 'done' || (event.state === 'paused' && event.why !== BY_HAND);
  if (event.type === 'Case Waiting' || event.type === 'Review Digest') return true;
  // Whoever did it knows, and whoever has to decide is reminded; a seal is for who keeps such things.
  if (event.type === 'Case Changed' || event.type === 'Trails Sealed') return false;
  const { type, key } = event;
  return (type === 'Document Quarantined' || type === 'Processing Failed') && !isCanary(key);
}

type ForPeople = Extract<
  Event,
  { type: 'Document Quarantined' | 'Processing Failed' | 'Replay Progress' | 'Case Waiting' | 'Review Digest' }
>;
const BY_HAND = 'by-hand';

/** Up to `above` events one by one, more as numbers. Undefined where nothing is for people. */
export function sayOf(events: readonly Event[], { above }: { readonly above: number }): Said | undefined {
  const told = events.filter(isForPeople);
  if (told.length === 0) return undefined;
  return told.length > above ? digestOf(told) : { title: titleOf(told), lines: told.map(lineOf) };
}

function lineOf(event: ForPeople): Line {
  if (event.type === 'Replay Progress') return { says: runOf(event) };
  if (event.type === 'Case Waiting') return { says: waitingOf(event) };
  if (event.type === 'Review Digest') return { says: dayOf(event) };
  const { key } = event;
  if (event.type !== 'Document Quarantined') return { says: 'could not be handled, and is being quarantined', key };
  const { reason, findings, caseId } = event;
  return {
    says: `quarantined: ${reason}, ${findings} ${findings === 1 ? 'finding' : 'findings'}, case ${caseId}`,
    key,
  };
}

function runOf({ run, mode, of, state, why, reported, outcomes }: ReplayProgress): string {
  const { quarantined = 0, failed = 0 } = outcomes;
  const stands = state === 'done' ? 'done' : `paused: ${why ?? 'no reason is known'}`;
  return `run ${run} (${mode} of ${of}) is ${stands}; ${reported} reported, ${quarantined} quarantined, ${failed} failed`;
}

function waitingOf({ caseId, state, reason, tier, since, limitHours, to }: CaseWaiting): string {
  const what = `${reason}${tier === null ? '' : `, tier ${tier}`}${state === 'open' ? '' : `, ${state}`}`;
  return `for ${to}: case ${caseId} (${what}) has waited since ${since.slice(0, 16)}, longer than ${limitHours} hours`;
}

function dayOf({ opened, ended, waiting, oldest, isMore, ending }: ReviewDigest): string {
  const said = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const sum = Object.values(waiting).reduce((total, count) => total + count, 0);
  const waits = sum === 0 ? 'nothing waits' : `${sum}${isMore ? ' or more' : ''} wait (${said(waiting)})`;
  const since = oldest === null ? '' : `, the oldest since ${oldest.slice(0, 10)}`;
  const [first] = ending;
  const entries =
    ending.length === 1 ? 'an entry of the allow-list ends' : `${ending.length} entries of the allow-list end`;
  const ends = first ? `; ${entries} soon, on ${first.expiresAt.slice(0, 10)} that of case ${first.caseId}` : '';
  return `review of the last day: ${opened} opened, ${said(ended) || 'none ended'}; ${waits}${since}${ends}`;
}

/** The reasons by how often they occurred. */
function digestOf(events: readonly ForPeople[]): Said {
  const reasons = new Map<string, number>();
  for (const event of events)
    if (event.type === 'Document Quarantined') reasons.set(event.reason, (reasons.get(event.reason) ?? 0) + 1);
  const lines = [...reasons]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([reason, count]): Line => ({ says: `${count} ${reason}` }));
  // There are few of these, and each waits for somebody.
  const runs = events.filter(({ type }) => type === 'Replay Progress').slice(0, MAX_RUNS);
  const late = new Map<string, number>();
  for (const event of events)
    if (event.type === 'Case Waiting') {
      const says = `for ${event.to}: waiting for longer than ${event.limitHours} hours`;
      late.set(says, (late.get(says) ?? 0) + 1);
    }
  const waiting = [...late].map(([says, count]): Line => ({ says: `${count} ${says}` }));
  const days = events.filter(({ type }) => type === 'Review Digest').slice(0, MAX_RUNS);
  return { title: titleOf(events), lines: [...lines, ...waiting, ...[...runs, ...days].map(lineOf)] };
}

const MAX_RUNS = 5;

function titleOf(events: readonly ForPeople[]): string {
  const of = (wanted: ForPeople['type']) => events.filter(({ type }) => type === wanted).length;
  const [quarantined, failed] = [of('Document Quarantined'), of('Processing Failed')];
  const runs = of('Replay Progress');
  const waiting = of('Case Waiting');
  const counts = [
    ...(quarantined > 0 ? [`${quarantined} quarantined`] : []),
    ...(failed > 0 ? [`${failed} could not be handled`] : []),
    ...(waiting > 0 ? [`${waiting} waiting for long`] : []),
    ...(of('Review Digest') > 0 ? ['the state of the review'] : []),
    ...(runs > 0 ? [`news of ${runs === 1 ? 'a run' : `${runs} runs`}`] : []),
  ];
  const times = events.map(({ at }) => at).sort();
  const [first = '', last = ''] = [times.at(0), times.at(-1)].map((at) => at?.slice(11, 16));
  const day = times.at(-1)?.slice(0, 10);
  return `${counts.join(', ')} (${first === last ? first : `${first} to ${last}`} UTC, ${day})`;
}
