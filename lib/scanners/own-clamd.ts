import { type ClamdLimits, type ClamdProcess, type ClamdProcessOptions, startClamd } from './clamd-process.ts';
import type { Address } from './clamd-protocol.ts';

export type OwnClamdOptions = Pick<ClamdProcessOptions, 'program' | 'database'> & {
  readonly limits: ClamdLimits;
};

export type OwnClamd = {
  /** Where it listens. Waits for its start, and starts it again when it has died. Rejects when it does not start. */
  address(): Promise<Address>;
  close(): Promise<void>;
};

// The official signatures take tens of seconds to load, several times that on a busy machine.
const START_MS = 300_000;
// A clamd that does not start is not tried again for each document.
const FAILED_MS = 30_000;

/** Keeps a clamd of our own running. It is started at once, and nothing waits for it but the first scan. */
export function ownClamd(options: OwnClamdOptions): OwnClamd {
  const closing = new AbortController();
  let failedAt = Number.NEGATIVE_INFINITY;
  let running: ClamdProcess | undefined;
  let starting: Promise<ClamdProcess> | undefined;

  const start = async () => {
    if (closing.signal.aborted) throw new Error('the scanner is closed');
    if (performance.now() - failedAt < FAILED_MS) throw new Error('clamd did not start a moment ago');
    try {
      running = await startClamd({ ...options, startMs: START_MS, signal: closing.signal });
      return running;
    } catch (error) {
      failedAt = performance.now();
      throw error;
    } finally {
      starting = undefined;
    }
  };
  const current = () => {
    if (running?.alive()) return Promise.resolve(running);
    starting ??= start();
    return starting;
  };

  // Whoever scans first is told of a failure.
  current().catch(() => undefined);
  return {
    address: async () => (await current()).address,
    async close() {
      closing.abort();
      await starting?.catch(() => undefined);
      await running?.close();
    },
  };
}
