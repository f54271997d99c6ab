// Examines documents in worker processes. What a worker answers is outside data, because a hostile document may speak
// through it: the answer is parsed, and a body is let in only where it is what the answer's proof speaks of.

import { z } from 'zod';
import { LIMITS, type Limits } from './core/limits.ts';
import { FindingRecord } from './core/records.ts';
import { EvidenceRows } from './core/records-evidence.ts';
import { REASONS, Refusal } from './core/refusal.ts';
import type { Examined } from './core/sanitize.ts';
import { admit } from './core/verify.ts';
import { startPool } from './engines/pool.ts';
import { JobError, type Outcome } from './engines/worker.ts';

export type IsolatedExaminer = {
  /** Never publishes what was not verified. Rejects when no worker can be started, or when aborted. */
  examine(untrusted: Uint8Array, name: string, waived?: readonly string[], signal?: AbortSignal): Promise<Examined>;
  close(): Promise<void>;
};

export type IsolatedOptions = {
  /** A policy file's JSON; the defaults when left out. */
  readonly policyFile?: unknown;
  readonly limits?: Limits;
  /** Documents at a time. */
  readonly size: number;
  readonly idleMs?: number;
  /** Told of each document that made our code throw: the bug is ours. Holds nothing from the document. */
  readonly onCrash?: (crash: { readonly thrown: string; readonly frames: readonly string[] }) => void;
  /** Only where the code is bundled: the bundle of judge-worker.ts. */
  readonly script?: URL;
};

// In the checkout we are .ts and so is the worker; compiled, both are .js.
const SCRIPT = new URL(`./judge-worker${/\.[cm]?[jt]s$/.exec(import.meta.url)?.[0] ?? '.js'}`, import.meta.url);

/** Starts the first worker at once. */
export function isolatedExaminer(options: IsolatedOptions): IsolatedExaminer {
  const { policyFile, limits = LIMITS, size, idleMs, onCrash, script = SCRIPT } = options;
  // What is published has to be a document that we would take ourselves.
  const maxOutputBytes = limits.maxInputBytes;
  const pool = startPool({ script, data: { policyFile, limits }, size, limits, maxOutputBytes, idleMs });
  return {
    async examine(untrusted, name, waived = [], signal) {
      try {
        return admitted(await pool.run({ input: untrusted, message: { name, waived } }, signal));
      } catch (error) {
        if (error instanceof Refusal) return quarantined(error.reason, error.detail);
        if (!(error instanceof JobError)) throw error;
        onCrash?.({ thrown: error.thrown, frames: error.frames });
        return quarantined('crashed', `${error.thrown} in our own code`);
      }
    },
    close: () => pool.close(),
  };
}

const Findings = z.array(FindingRecord);

const Answer = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('published'),
    format: z.string(),
    mediaType: z.string(),
    extension: z.string().regex(/^[a-z0-9]+$/),
    renamed: z.boolean(),
    findings: Findings,
    proof: z.strictObject({ sha256: z.string(), bytes: z.int().nonnegative(), checks: z.array(z.string()) }),
  }),
  z.strictObject({
    outcome: z.literal('quarantined'),
    reason: z.enum(REASONS),
    detail: z.string(),
    format: z.string().nullable(),
    mediaType: z.string().nullable(),
    findings: Findings,
    evidence: EvidenceRows,
  }),
]);

function admitted({ answer, output }: Outcome): Examined {
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) return quarantined('crashed', 'the worker answered what no examination says');
  if (parsed.data.outcome === 'quarantined') return parsed.data;
  // A missing body is not the empty body.
  if (!output) return quarantined('unverified', 'the worker left no bytes');
  return { ...parsed.data, body: admit(output, parsed.data.proof) };
}

function quarantined(reason: Refusal['reason'], detail: string): Examined {
  return { outcome: 'quarantined', reason, detail, format: null, mediaType: null, findings: [] };
}
