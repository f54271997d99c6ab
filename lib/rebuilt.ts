// What would be published of a quarantined document if what holds it back were waived: rebuilt and verified by the same
// code, in processes of its own that are killed at their limits. Nothing of it is stored; it is for people to look at.

import { LIMITS, type Limits } from './core/limits.ts';
import type { Reason } from './core/refusal.ts';
import { sha256 } from './core/verify.ts';
import { type IsolatedExaminer, isolatedExaminer } from './isolated.ts';

export type Rebuilt =
  | { readonly outcome: 'rebuilt'; readonly body: Uint8Array; readonly format: string }
  | { readonly outcome: 'refused'; readonly reason: Reason };

export type Rebuilder = {
  /** Rejects only where no process can be started. The same document asked for again is not rebuilt again. */
  rebuild(untrusted: Uint8Array, name: string, rules: readonly string[]): Promise<Rebuilt>;
  close(): Promise<void>;
};

/** One that is looked at, and the one before. */
const KEPT = 2;

/** Starts its first process with the first document: one at a time, so that looking takes nothing from judging. */
export function openRebuilder(policyFile: unknown, limits: Limits = LIMITS): Rebuilder {
  let examiner: IsolatedExaminer | undefined;
  const kept = new Map<string, Promise<Rebuilt>>();

  async function rebuilt(untrusted: Uint8Array, name: string, rules: readonly string[]): Promise<Rebuilt> {
    examiner ??= isolatedExaminer({ policyFile, limits, size: 1, idleMs: 60_000 });
    const examined = await examiner.examine(untrusted, name, rules);
    if (examined.outcome === 'quarantined') return { outcome: 'refused', reason: examined.reason };
    const { body, format } = examined;
    return { outcome: 'rebuilt', body, format };
  }

  return {
    rebuild(untrusted, name, rules) {
      const known = JSON.stringify([sha256(untrusted), rules]);
      const before = kept.get(known);
      if (before) return before;
      const promise = rebuilt(untrusted, name, rules);
      kept.set(known, promise);
      promise.catch(() => kept.delete(known));
      for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
      return promise;
    },
    close: async () => examiner?.close(),
  };
}
