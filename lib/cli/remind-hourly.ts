import { isCanary } from '../core/records-canary.ts';
import type { ObjectStore } from '../core/store.ts';
import { readRemindersEnv } from '../env.ts';
import type { Log } from '../log.ts';
import { remindStep } from '../review/remind.ts';
import type { Io } from './command.ts';
import { telling } from './remind.ts';
import { settings } from './which-places.ts';

const EVERY_MS = 60 * 60_000;
// What is waiting when the process starts is settled first.
const FIRST_MS = 60_000;

/** Says what waits for too long, once each, and once a day how much waits. The result ends that. */
export function remindHourly(ledger: ObjectStore, io: Io, log: Log, isJson: boolean): () => void {
  const reminders = settings(io, readRemindersEnv);
  const now = () => new Date();
  const places = telling({ ledger, notify: async () => {}, now }, io, isJson);
  const isOver = () => io.signal.aborted;
  const look = () =>
    remindStep(places, { reminders, isTest: isCanary, isOver }).catch((error: unknown) =>
      log('error', 'what waits could not be looked at', {}, error),
    );
  const first = setTimeout(() => void look(), FIRST_MS);
  const every = setInterval(() => void look(), EVERY_MS);
  return () => {
    clearTimeout(first);
    clearInterval(every);
  };
}
