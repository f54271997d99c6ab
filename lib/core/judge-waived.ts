// Judging in view of what people decided: by the whole policy first, and where that holds a document back, once more
// without the rules that were waived for it. By the same judge, which ignores these rules and nothing else.

import type { Waived } from './records.ts';
import type { ReviewWord } from './records-cases.ts';
import type { Pinned } from './scanner.ts';
import type { ObjectStore } from './store.ts';
import type { Judge, Verdict } from './verdict.ts';
import { sha256 } from './verify.ts';
import { readWord, waiversFor } from './waivers.ts';

export type JudgedInView = {
  readonly verdict: Verdict;
  /** What it was judged under; empty where nothing was waived, or nothing had to be. */
  readonly waived: readonly Waived[];
  /** What review had to say of the key; read only where the document is held back. */
  readonly word: ReviewWord | undefined;
};

/** Of a staging version. Rejects as the judge does, and with UnreadableRecord. */
export async function judgeInView(
  {
    judge,
    ledger,
    now,
  }: { readonly judge: Judge; readonly ledger: Pick<ObjectStore, 'get'>; readonly now: () => Date },
  untrusted: Uint8Array,
  pinned: Pinned,
): Promise<JudgedInView> {
  const { key } = pinned;
  const verdict = await judge(untrusted, { name: key, pinned });
  if (verdict.outcome === 'published') return { verdict, waived: [], word: undefined };
  const word = await readWord(ledger, key);
  const waived = await waiversFor(ledger, word, sha256(untrusted), now());
  if (waived.length === 0) return { verdict, waived, word };
  const rules = [...new Set(waived.flatMap((waiver) => waiver.rules))];
  return { verdict: await judge(untrusted, { name: key, pinned, waived: rules }), waived, word };
}
