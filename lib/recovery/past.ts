// What the audit trail says, gathered by key. Entries may come twice and in any order: of each kind the latest counts.

import type { DocumentEvent } from '../core/records.ts';
import type { FormerName, Past } from '../core/records-recovery.ts';
import { Order, type TakeDownDecision } from '../core/records-take-downs.ts';

/** An entry that says something of what was public, or of a take-down. */
export type Entry =
  | Extract<DocumentEvent, { readonly type: 'Document Promoted' | 'Document Removed' }>
  | TakeDownDecision;

export type Told = Pick<Past, 'names' | 'ordered' | 'ended'>;

export const NOTHING: Told = { names: [] };

/** Returns the very same past where the entry says nothing new. */
export function withEntry(past: Told, entry: Entry): Told {
  switch (entry.type) {
    case 'Document Promoted':
      return withPromotion(past, entry);
    case 'Document Removed':
      return entry.publicKeys.reduce((told, publicKey) => withRemoval(told, publicKey, entry.at), past);
    case 'Take-Down Ordered':
      return isLater(entry.at, past.ordered?.at) ? { ...past, ordered: orderOf(entry) } : past;
    case 'Take-Down Ended':
      return isLater(entry.at, past.ended?.at) ? { ...past, ended: orderOf(entry) } : past;
  }
}

/** Of two orders of one moment the take-down stands. */
export function isTakenDown({ ordered, ended }: Told): boolean {
  return ordered !== undefined && !(ended !== undefined && ended.at > ordered.at);
}

/** Whether the trail's last word on the name is that something was put there. */
export function isPromoted({ at, removedAt }: FormerName): boolean {
  return removedAt === undefined || at > removedAt;
}

type Promotion = Extract<Entry, { readonly type: 'Document Promoted' }>;

function withPromotion(past: Told, entry: Promotion): Told {
  const { publicKey, sha256, mediaType, versionId, policy, version, at } = entry;
  const before = past.names.find((name) => name.publicKey === publicKey);
  if (!isLater(at, before?.at)) return past;
  const { inPlace: _, ...earlier } = before ?? {};
  const place = entry.inPlace && { inPlace: entry.inPlace };
  const name = { ...earlier, publicKey, sha256, mediaType, versionId, policy, version, at, ...place };
  return { ...past, names: [...past.names.filter((one) => one !== before), name] };
}

function withRemoval(past: Told, publicKey: string, at: string): Told {
  const before = past.names.find((name) => name.publicKey === publicKey);
  if (!before || !isLater(at, before.removedAt)) return past;
  return { ...past, names: past.names.map((one) => (one === before ? { ...one, removedAt: at } : one)) };
}

const isLater = (at: string, than: string | undefined) => than === undefined || at > than;
const orderOf = ({ by, reason, at }: TakeDownDecision): Order => Order.parse({ by, reason, at });
