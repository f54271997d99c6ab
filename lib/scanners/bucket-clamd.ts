// A clamd on the definitions of a bucket. The newest set is fetched when the first document comes, not before: Lambda
// gives a start ten seconds. While it runs it is replaced, between two documents, when newer definitions are there and
// its own are old. Definitions that nobody has confirmed for too long scan nothing: what is waiting is quarantined.

import { ageHours, type Definitions } from '../core/records-definitions.ts';
import type { ClamdProcess } from './clamd-process.ts';
import type { Address } from './clamd-protocol.ts';
import {
  currentDefinitions,
  type DefinitionsReader,
  definitionsFolder,
  layDown,
  removeDefinitionsFolder,
} from './definitions.ts';

export type BucketClamdOptions = {
  readonly store: DefinitionsReader;
  /** Starts a clamd on the signatures of the folder, and tests it. Rejects where it is not to be believed. */
  readonly start: (folder: string) => Promise<ClamdProcess>;
  readonly now?: () => Date;
  /** Told at each look how old the definitions are that are scanned with. */
  readonly onAge?: (hours: number) => void;
  /** Older than this, and with newer ones in the bucket, they are replaced. */
  readonly replaceAfterHours?: number;
  /** Unconfirmed for longer, nothing is scanned with them. */
  readonly staleAfterHours?: number;
};

export type BucketClamd = { address(): Promise<Address>; close(): Promise<void> };

// One small GET every ten minutes for each clamd.
const LOOK_MS = 600_000;
// A failed fetch or start is not tried again for each document.
const FAILED_MS = 30_000;
const REPLACE_AFTER_HOURS = 6;
const STALE_AFTER_HOURS = 48;

type Held = { readonly definitions: Definitions; readonly folder: string };

export function bucketClamd(options: BucketClamdOptions): BucketClamd {
  const { store, start, onAge, now = () => new Date() } = options;
  const { replaceAfterHours = REPLACE_AFTER_HOURS, staleAfterHours = STALE_AFTER_HOURS } = options;
  let known: Definitions | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let held: Held | undefined;
  let running: ClamdProcess | undefined;
  /** A set that would not start: it is not tried again. */
  let refused: string | undefined;
  let isClosed = false;
  let turn: Promise<unknown> = Promise.resolve();

  const isWithin = (since: number, ms: number) => Math.abs(now().getTime() - since) < ms;

  const look = async () => {
    if (isWithin(lookedAt, LOOK_MS)) return;
    try {
      const found = (await currentDefinitions(store))?.definitions;
      // Until there is a first set, it is looked for each time.
      if (found) lookedAt = now().getTime();
      known = found ?? known;
    } catch (error) {
      // What is known may still be used, until it is stale.
      if (!known) throw error;
      lookedAt = now().getTime() - LOOK_MS + FAILED_MS;
    }
    if (held && held.definitions.set === known?.set) held = { ...held, definitions: known };
    const scanning = held?.definitions ?? known;
    if (scanning) onAge?.(ageHours(scanning, now()));
  };

  const isStale = (definitions: Definitions) => ageHours(definitions, now()) >= staleAfterHours;

  const isDue = ({ definitions }: Held, newest: Definitions) =>
    newest.set !== definitions.set &&
    newest.set !== refused &&
    ageHours({ confirmedAt: definitions.madeAt }, now()) >= replaceAfterHours;

  const fetchSet = async (definitions: Definitions): Promise<Held> => {
    const folder = definitionsFolder();
    try {
      await layDown(store, definitions, folder);
      return { definitions, folder };
    } catch (error) {
      removeDefinitionsFolder(folder);
      throw error;
    }
  };

  /** Never two at a time: each takes more than a gigabyte. A scan that is cut off is made again with the new one. */
  const startOn = async (next: Held): Promise<ClamdProcess> => {
    await running?.close();
    running = undefined;
    running = await start(next.folder);
    if (held && held.folder !== next.folder) removeDefinitionsFolder(held.folder);
    held = next;
    return running;
  };

  const replace = async (newest: Definitions): Promise<ClamdProcess> => {
    const isNew = held?.definitions.set !== newest.set && newest.set !== refused;
    if (!isNew && held) return startOn(held);
    const next = await fetchSet(newest);
    try {
      return await startOn(next);
    } catch (error) {
      removeDefinitionsFolder(next.folder);
      if (!held) throw error;
      refused = newest.set;
      return startOn(held);
    }
  };

  const current = async (): Promise<ClamdProcess> => {
    if (isClosed) throw new Error('the scanner is closed');
    await look();
    if (!known) throw new Error('there are no definitions in the bucket');
    if (isStale(known)) throw new Error('the definitions are stale');
    const alive = running?.alive() ? running : undefined;
    if (alive && held && !isDue(held, known)) return alive;
    if (isWithin(failedAt, FAILED_MS)) {
      if (alive) return alive;
      throw new Error('clamd did not start a moment ago');
    }
    try {
      return await replace(known);
    } catch (error) {
      failedAt = now().getTime();
      // The bucket does not give the new set: the old one may be used until it is stale.
      if (running?.alive()) return running;
      throw error;
    }
  };

  const believed = async (): Promise<Address> => {
    const { address } = await current();
    // Where the newest set would not start, the one before it grows old.
    if (held && isStale(held.definitions)) throw new Error('the definitions are stale');
    return address;
  };

  return {
    address() {
      const mine = turn.then(believed);
      turn = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      isClosed = true;
      await turn;
      await running?.close();
      if (held) removeDefinitionsFolder(held.folder);
    },
  };
}
