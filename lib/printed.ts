// Documents that LibreOffice prints, as the PDFs that their pictures are drawn from: once for each document however many
// of its pages are looked at, one at a time, in a process that is killed at its limits. A PDF is as hostile as what it is of.

import { z } from 'zod';
import { LIMITS, type Limits } from './core/limits.ts';
import type { Printable } from './core/printed-formats.ts';
import { Refusal } from './core/refusal.ts';
import { sha256 } from './core/verify.ts';
import { startPool } from './engines/pool.ts';
import { JobError } from './engines/worker.ts';

export type Printed =
  | { readonly is: 'printed'; readonly pdf: Uint8Array }
  /** LibreOffice cannot read it, or it takes too much. */
  | { readonly is: 'none' }
  /** There is no LibreOffice here, or no sandbox for it. */
  | { readonly is: 'no-converter' }
  /** So many are waited for that it has not been begun; asked again it may be. */
  | { readonly is: 'waiting' };

export type Press = {
  /** Rejects only where no process can be started. Waits for what is printed before it. */
  print(untrusted: Uint8Array, format: Printable): Promise<Printed>;
  close(): Promise<void>;
};

// In the checkout we are .ts and so is the worker; compiled, both are .js.
const SCRIPT = new URL(`./print-worker${/\.[cm]?[jt]s$/.exec(import.meta.url)?.[0] ?? '.js'}`, import.meta.url);
const MAX_PRINTED_BYTES = 32 * 1024 * 1024;
/** Printed or being printed: a document before and after, twice. */
const KEPT = 4;
/** Without anybody who looks; the last of what was waited for is printed by then. */
const FORGET_MS = 600_000;

const Answer = z.strictObject({ is: z.enum(['printed', 'none', 'no-converter']) });

/** Starts its first process with the first document, and ends it when nobody asks any more. */
export function openPress(limits: Pick<Limits, 'cpuMs' | 'wallMs' | 'maxRssBytes'> = LIMITS): Press {
  let pool: ReturnType<typeof startPool> | undefined;
  const kept = new Map<string, { readonly printed: Promise<Printed>; isDone: boolean }>();
  let forgetting: NodeJS.Timeout | undefined;

  async function printed(untrusted: Uint8Array, format: Printable): Promise<Printed> {
    pool ??= startPool({
      ...{ script: SCRIPT, data: { maxPrintedBytes: MAX_PRINTED_BYTES }, size: 1, limits },
      ...{ maxOutputBytes: MAX_PRINTED_BYTES, idleMs: 60_000 },
    });
    try {
      const { answer, output } = await pool.run({ input: untrusted, message: { format } });
      const is = Answer.safeParse(answer).data?.is ?? 'none';
      if (is !== 'printed') return { is };
      return output ? { is, pdf: output } : { is: 'none' };
    } catch (error) {
      // What is too much for the process is not printed.
      if (error instanceof Refusal || error instanceof JobError) return { is: 'none' };
      throw error;
    }
  }

  return {
    async print(untrusted, format) {
      clearTimeout(forgetting);
      forgetting = setTimeout(() => kept.clear(), FORGET_MS).unref();
      const name = `${sha256(untrusted)}/${format}`;
      const known = kept.get(name);
      if (known) return known.printed;
      const [oldest] = [...kept].filter(([, { isDone }]) => isDone);
      if (kept.size >= KEPT && !oldest) return { is: 'waiting' };
      if (kept.size >= KEPT && oldest) kept.delete(oldest[0]);
      const entry = { printed: printed(untrusted, format), isDone: false };
      kept.set(name, entry);
      entry.printed.then(
        ({ is }) => {
          entry.isDone = true;
          // Somebody may install it meanwhile.
          if (is === 'no-converter') kept.delete(name);
        },
        () => kept.delete(name),
      );
      return entry.printed;
    },
    async close() {
      clearTimeout(forgetting);
      await pool?.close();
    },
  };
}
