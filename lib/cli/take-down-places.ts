import { ledgerDenyList } from '../edge/ledger-deny-list.ts';
import { readTakeDownEnv } from '../env.ts';
import { promoteHandler } from '../handlers.ts';
import { takeDownPlaces } from '../places.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { memoryQueue } from '../stores/memory-queue.ts';
import type { TakeDownPlaces } from '../take-down.ts';
import { policyFor } from '../tools.ts';
import { VERSION } from '../version.ts';
import type { Args, Io } from './command.ts';
import { FoldersHeld, lockFolders, makeFolders } from './folders.ts';
import { carryOutOrder, leaveOrder, type Order } from './orders.ts';
import { dataFolder, settings } from './which-places.ts';

const TERMS = () => ({ policy: policyFor().hash, version: VERSION });
const PATIENCE_MS = 30_000;
const MAX_ROUNDS = 100;

export type Orders = {
  /** Enough to look with. */
  readonly look: Pick<TakeDownPlaces, 'staging' | 'ledger'>;
  /** Resolves with whether promote has been reached, and if so whether it is through. */
  give(order: Order): Promise<'done' | 'sent' | 'not taken up'>;
};

/** On buckets promote is told and goes on by itself; on folders the process that works on them does it, or we do. */
export async function openOrders(args: Args, io: Io): Promise<Orders> {
  const data = await dataFolder(args, io);
  if (data === undefined) {
    const places = takeDownPlaces(settings(io, readTakeDownEnv), TERMS());
    return {
      look: places,
      async give(order) {
        await carryOutOrder(places, order);
        return 'sent';
      },
    };
  }
  const folders = await makeFolders(data);
  const ledger = directoryStore(folders.ledger);
  const look = { staging: directoryStore(folders.staging), ledger };
  return {
    look,
    async give(order) {
      const unlock = await lockFolders(data).catch((error) => {
        if (error instanceof FoldersHeld) return undefined;
        throw error;
      });
      if (!unlock) return (await leaveOrder(data, order, PATIENCE_MS, io.signal)) ? 'sent' : 'not taken up';
      try {
        const now = () => new Date();
        const queue = () => memoryQueue({ visibilityMs: 600_000, maxReceives: MAX_ROUNDS });
        const [promoteQueue, liveQueue] = [queue(), queue()];
        const common = { ...look, audit: directoryStore(folders.audit), edge: ledgerDenyList(ledger, now), now };
        await carryOutOrder({ ...common, promoteQueue, terms: TERMS() }, order);
        const stores = { work: directoryStore(folders.work), public: directoryStore(folders.public) };
        // What staging holds is judged by the next process that works on the folders: it takes up all of it.
        const promote = promoteHandler({ ...common, ...stores, liveQueue, notify: async () => {} });
        for (const message of await promoteQueue.receive({ max: 10, waitMs: 0 })) await promote(message.body);
        return 'done';
      } finally {
        await unlock();
      }
    },
  };
}
