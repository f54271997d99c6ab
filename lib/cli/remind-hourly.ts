import { isCanary } from '../core/records-canary.ts';
import type { ObjectStore } from '../core/store.ts';
import { readRemindersEnv } from '../env.ts';
import type { Log } from '../log.ts';
import { remindStep } from '../review/remind.ts';
import { sealTrails } from '../review/seals.ts';
import type { Io } from './command.ts';
import { sayWhatIsSealed, telling } from './remind.ts';
import { settings } from './which-places.ts';

const EVERY_MS = 60 * 60_000;
// What is waiting when the process starts is settled first.
const FIRST_MS = 60_000;

type Stores = { readonly ledger: ObjectStore; readonly audit: ObjectStore };

/** Says what waits for too long, once each, and once a day how much waits. The result ends that. */
export function remindHourly({ ledger, audit }: Stores, io: Io, log: Log, isJson: boolean): () => void {
  const reminders = settings(io, readRemindersEnv);
  const now = () => new Date();
  const quiet = { ledger, audit, notify: async () => {}, now };
  const places = telling(quiet, io, isJson);
  const isOver = () => io.signal.aborted;
  const look = async () => {
    try {
      await remindStep(places, { reminders, isTest: isCanary, isOver });
      sayWhatIsSealed(await sealTrails(quiet), io);
    } catch (error) {
      log('error', 'what waits could not be looked at', {}, error);
    }
  };
  const first = setTimeout(() => void look(), FIRST_MS);
  const every = setInterval(() => void look(), EVERY_MS);
  return () => {
    clearTimeout(first);
    clearInterval(every);
  };
}
