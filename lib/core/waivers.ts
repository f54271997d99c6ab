// What a waiver may do, and what not. It lets a document through despite rules of the policy that held it back; it
// never excuses what nobody has looked into (encrypted, malformed, unverified …), and it is about these very bytes.

import { recordIn, UnreadableRecord } from './ledger.ts';
import type { Case, Waived } from './records.ts';
import { AllowEntry, allowKey, ReviewWord, type Waiver, wordKey } from './records-cases.ts';
import type { Reason } from './refusal.ts';
import type { ObjectStore } from './store.ts';

/** The rule that stands for what a malware engine recognised: engines name no rule of ours. */
export const MALWARE_RULE = 'malware';

const WAIVABLE: Readonly<Record<Reason, boolean>> = {
  'active-content': true,
  'hidden-content': true,
  'failed-redaction': true,
  'personal-data': true,
  malware: true,
  encrypted: false,
  malformed: false,
  unsupported: false,
  'legacy-format': false,
  'not-scanned': false,
  limit: false,
  timeout: false,
  unverified: false,
  crashed: false,
};

/**
 * The rules that would have to be waived for this document, those included that were waived when it was judged; undefined
 * where no waiver would help.
 */
export function waivableRules({ reason, source, findings, of, waived = [] }: Case): readonly string[] | undefined {
  // What has no original in staging is not judged by the lane that a release goes by.
  if (!WAIVABLE[reason] || source.sha256 === null || of) return undefined;
  const quarantined = findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  const rules = new Set([...(reason === 'malware' ? [MALWARE_RULE] : []), ...quarantined]);
  if (rules.size === 0) return undefined;
  return [...rules.union(new Set(waived.flatMap((waiver) => waiver.rules)))].sort();
}

/** What review has to say about the key. Rejects with UnreadableRecord. */
export async function readWord(ledger: Pick<ObjectStore, 'get'>, key: string): Promise<ReviewWord | undefined> {
  const found = await ledger.get(wordKey(key));
  const word = found && recordIn(found.body, ReviewWord);
  if (word && word.key !== key) throw new UnreadableRecord('a word of the review on another key');
  return word;
}

/** The entry of the allow-list for these bytes. Rejects with UnreadableRecord. */
export async function readAllowed(ledger: Pick<ObjectStore, 'get'>, sha256: string): Promise<AllowEntry | undefined> {
  const found = await ledger.get(allowKey(sha256));
  const entry = found && recordIn(found.body, AllowEntry);
  if (entry && (entry.sha256 !== sha256 || (entry.waiver && entry.waiver.sha256 !== sha256)))
    throw new UnreadableRecord('an entry of the allow-list on other bytes');
  return entry;
}

/**
 * What these bytes are let through by at this moment: the waiver of the key, and the one on the allow-list where that says
 * more. Rejects with UnreadableRecord.
 */
export async function waiversFor(
  ledger: Pick<ObjectStore, 'get'>,
  word: ReviewWord | undefined,
  sha256: string,
  now: Date,
): Promise<readonly Waived[]> {
  const own = word?.waiver;
  const waived = own && own.sha256 === sha256 && isUnexpired(own, now) ? [asWaived(own)] : [];
  const allowed = (await readAllowed(ledger, sha256))?.waiver;
  if (!allowed || !isUnexpired(allowed, now)) return waived;
  const isMore = allowed.rules.some((rule) => !waived[0]?.rules.includes(rule));
  return isMore ? [...waived, { ...asWaived(allowed), sha256 }] : waived;
}

/** Does all that a document of that key was let through by hold at this moment? */
export async function areInForce(
  ledger: Pick<ObjectStore, 'get'>,
  key: string,
  waived: readonly Waived[],
  now: Date,
): Promise<boolean> {
  for (const { id, sha256 } of waived) {
    const said = sha256 === undefined ? await readWord(ledger, key) : await readAllowed(ledger, sha256);
    if (said?.waiver?.id !== id || !isUnexpired(said.waiver, now)) return false;
  }
  return true;
}

function asWaived({ id, caseId, rules, expiresAt, reason }: Waiver): Waived {
  return { id, caseId, rules, expiresAt, ...(reason && { reason }) };
}

export function isUnexpired({ expiresAt }: Pick<Waiver, 'expiresAt'>, now: Date): boolean {
  return Date.parse(expiresAt) > now.getTime();
}
