// What a page of a quarantined document looks like: drawn in a process that is killed at its limits, and answered as
// pixels. What we cannot draw ourselves LibreOffice prints before, where there is one in a sandbox. What cannot be drawn has no picture; nobody who reviews has to open the original for a first look.

import { z } from 'zod';
import type { OnPage } from './core/evidence.ts';
import { LIMITS, type Limits } from './core/limits.ts';
import { isPrintable } from './core/printed-formats.ts';
import { Refusal } from './core/refusal.ts';
import { sha256 } from './core/verify.ts';
import { startPool } from './engines/pool.ts';
import { JobError } from './engines/worker.ts';
import { isPng, MAX_PICTURE_BYTES, NO_PICTURE, type PictureAnswer } from './picture-orders.ts';
import { openPress } from './printed.ts';

export type Previewer = {
  /**
   * Pages start at 1; one behind the last is the last. The format is the case's. What is covered on the page that is drawn is
   * painted over before the picture leaves the process that draws it. Rejects only where no process can be started.
   */
  draw(untrusted: Uint8Array, format: string | null, page: number, covered?: readonly OnPage[]): Promise<PictureAnswer>;
  close(): Promise<void>;
};

// In the checkout we are .ts and so is the worker; compiled, both are .js.
const SCRIPT = new URL(`./preview-worker${/\.[cm]?[jt]s$/.exec(import.meta.url)?.[0] ?? '.js'}`, import.meta.url);
/** People wait for it. */
const DRAW = { ...LIMITS, cpuMs: 10_000, wallMs: 20_000 };
/** A page is asked for twice: how many there are, and the picture. */
const KEPT = 8;

const PICTURES = new Set(['jpeg', 'png', 'gif', 'tiff']);
const Answer = z.strictObject({ pages: z.int().positive() });

/** Starts its first process with the first picture, and ends it when nobody asks any more. The limits are of printing. */
export function openPreviewer(limits: Limits = LIMITS): Previewer {
  const press = openPress(limits);
  let pool: ReturnType<typeof startPool> | undefined;
  const kept = new Map<string, Promise<PictureAnswer>>();

  async function drawn(
    untrusted: Uint8Array,
    kind: 'pdf' | 'picture',
    page: number,
    covered: readonly OnPage[],
  ): Promise<PictureAnswer> {
    pool ??= startPool({ script: SCRIPT, size: 1, limits: DRAW, maxOutputBytes: MAX_PICTURE_BYTES, idleMs: 60_000 });
    try {
      const { answer, output } = await pool.run({
        input: untrusted,
        message: { page, kind, covered, maxBytes: MAX_PICTURE_BYTES },
      });
      const parsed = Answer.safeParse(answer);
      if (!parsed.success || !output || !isPng(output)) return NO_PICTURE;
      return { is: 'picture', png: output, pages: parsed.data.pages };
    } catch (error) {
      // What is too much for the process has no picture, and so has what it cannot read.
      if (error instanceof Refusal || error instanceof JobError) return NO_PICTURE;
      throw error;
    }
  }

  function drawnOnce(untrusted: Uint8Array, kind: 'pdf' | 'picture', page: number, covered: readonly OnPage[]) {
    const name = `${sha256(untrusted)}/${kind}/${page}/${JSON.stringify(covered)}`;
    const known = kept.get(name);
    if (known) return known;
    const picture = drawn(untrusted, kind, page, covered);
    kept.set(name, picture);
    picture.catch(() => kept.delete(name));
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return picture;
  }

  return {
    async draw(untrusted, format, page, covered = []) {
      if (format === 'pdf') return drawnOnce(untrusted, 'pdf', page, covered);
      if (PICTURES.has(format ?? '')) return drawnOnce(untrusted, 'picture', page, covered);
      if (!isPrintable(format)) return NO_PICTURE;
      const printed = await press.print(untrusted, format);
      if (printed.is === 'printed') return drawnOnce(printed.pdf, 'pdf', page, covered);
      return printed.is === 'none' ? NO_PICTURE : printed;
    },
    async close() {
      await press.close();
      await pool?.close();
    },
  };
}
