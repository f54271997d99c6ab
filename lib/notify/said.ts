// What people are told about events, before it takes the shape of some chat: each event by itself where there are few,
// and their numbers where there are many, so that a flood is one message.

import { CANARY_PREFIX } from '../canary/documents.ts';
import type { DocumentEvent } from '../core/records.ts';

/** A line of ours, and under it the object key, which is anybody's text. */
export type Line = { readonly says: string; readonly key?: string };
export type Said = { readonly title: string; readonly lines: readonly Line[] };

/** What somebody may have to act on. Canaries are for machines: their alarm has a way of its own. */
export function isForPeople({ type, key }: DocumentEvent): boolean {
  return (type === 'Document Quarantined' || type === 'Processing Failed') && !key.startsWith(CANARY_PREFIX);
}

/** Up to `above` events one by one, more as numbers. Undefined where nothing is for people. */
export function sayOf(events: readonly DocumentEvent[], { above }: { readonly above: number }): Said | undefined {
  const told = events.filter(isForPeople);
  if (told.length === 0) return undefined;
  return told.length > above ? digestOf(told) : { title: titleOf(told), lines: told.map(lineOf) };
}

function lineOf(event: DocumentEvent): Line {
  const { key } = event;
  if (event.type !== 'Document Quarantined') return { says: 'could not be handled, and is being quarantined', key };
  const { reason, findings, caseId } = event;
  return {
    says: `quarantined: ${reason}, ${findings} ${findings === 1 ? 'finding' : 'findings'}, case ${caseId}`,
    key,
  };
}

/** The reasons by how often they occurred. */
function digestOf(events: readonly DocumentEvent[]): Said {
  const reasons = new Map<string, number>();
  for (const event of events)
    if (event.type === 'Document Quarantined') reasons.set(event.reason, (reasons.get(event.reason) ?? 0) + 1);
  const lines = [...reasons]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([reason, count]) => ({ says: `${count} ${reason}` }));
  return { title: titleOf(events), lines };
}

function titleOf(events: readonly DocumentEvent[]): string {
  const failed = events.filter(({ type }) => type === 'Processing Failed').length;
  const quarantined = events.length - failed;
  const counts = [
    ...(quarantined > 0 ? [`${quarantined} quarantined`] : []),
    ...(failed > 0 ? [`${failed} could not be handled`] : []),
  ];
  const times = events.map(({ at }) => at).sort();
  const [first = '', last = ''] = [times.at(0), times.at(-1)].map((at) => at?.slice(11, 16));
  const day = times.at(-1)?.slice(0, 10);
  return `${counts.join(', ')} (${first === last ? first : `${first} to ${last}`} UTC, ${day})`;
}
