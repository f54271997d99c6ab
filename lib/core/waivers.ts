// What a waiver may do, and what not. It lets a document through despite rules of the policy that held it back; it
// never excuses what nobody has looked into (encrypted, malformed, unverified …), and it is about these very bytes.

import { recordIn, UnreadableRecord } from './ledger.ts';
import type { Case } from './records.ts';
import { ReviewWord, type Waiver, wordKey } from './records-cases.ts';
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

/** The rules that would have to be waived for this document; undefined where no waiver would help. */
export function waivableRules({ reason, source, findings, of }: Case): readonly string[] | undefined {
  // What has no original in staging is not judged by the lane that a release goes by.
  if (!WAIVABLE[reason] || source.sha256 === null || of) return undefined;
  const quarantined = findings.filter(({ action }) => action === 'quarantined').map(({ carrier }) => carrier);
  const rules = [...new Set([...(reason === 'malware' ? [MALWARE_RULE] : []), ...quarantined])].sort();
  return rules.length > 0 ? rules : undefined;
}

/** What review has to say about the key. Rejects with UnreadableRecord. */
export async function readWord(ledger: Pick<ObjectStore, 'get'>, key: string): Promise<ReviewWord | undefined> {
  const found = await ledger.get(wordKey(key));
  const word = found && recordIn(found.body, ReviewWord);
  if (word && word.key !== key) throw new UnreadableRecord('a word of the review on another key');
  return word;
}

/** The waiver that holds for these bytes at this moment. */
export function waiverFor(word: ReviewWord | undefined, sha256: string, now: Date): Waiver | undefined {
  const waiver = word?.waiver;
  return waiver && waiver.sha256 === sha256 && isUnexpired(waiver, now) ? waiver : undefined;
}

export function isUnexpired({ expiresAt }: Pick<Waiver, 'expiresAt'>, now: Date): boolean {
  return Date.parse(expiresAt) > now.getTime();
}
