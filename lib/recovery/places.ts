import type { SanitizePlaces } from '../core/carry-out.ts';
import type { Rebuilt, Unsure } from '../core/records-recovery.ts';
import type { ObjectStore, Queue } from '../core/store.ts';
import type { TakeDownPlaces } from '../take-down.ts';

/** What a recovery reads, and the ledger that it writes. Of public and quarantine nothing is ever written. */
export type RecoveryPlaces = TakeDownPlaces & {
  readonly public: Pick<ObjectStore, 'head' | 'get'>;
  readonly quarantine: Pick<ObjectStore, 'head' | 'get' | 'list'>;
  /** Left out where whoever works on the places looks through all of staging when it starts. */
  readonly liveQueue?: Queue;
  readonly overwrite: SanitizePlaces['overwrite'];
};

/** Takes down what came of it. A key of staging or public, or that of a record. */
export type Report = {
  readonly rebuilt: (what: Rebuilt) => void;
  readonly unsure: (what: Unsure, key: string) => void;
};

export async function askForReconcile({ liveQueue }: RecoveryPlaces, key: string): Promise<void> {
  await liveQueue?.send(JSON.stringify({ kind: 'reconcile', key }));
}
