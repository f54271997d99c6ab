import { createHash } from 'node:crypto';
import type { Event } from '../core/records-events.ts';

/**
 * The same for the same event, however often it is sent, and when it is sent again from the record. Of what becomes of a
 * case the moment is no part: whoever died between telling and writing tells it again, a moment later.
 */
export function eventIdOf(event: Event): string {
  const isOfCase = 'caseId' in event;
  const parts = Object.entries(event)
    .filter(([name]) => name !== 'publicKeys' && !(isOfCase && name === 'at'))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return idOf('evt', [JSON.stringify(parts)]);
}

/** Of one message about several events. */
export function batchIdOf(events: readonly Event[]): string {
  return idOf('msg', [...new Set(events.map(eventIdOf))].sort());
}

function idOf(kind: 'evt' | 'msg', parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part}\n`);
  return `${kind}_${hash.digest('hex').slice(0, 32)}`;
}
