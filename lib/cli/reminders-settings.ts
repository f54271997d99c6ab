import { Reminders } from '../core/records-reminders.ts';
import { UsageError } from './command.ts';

/** The limits of the environment, or the defaults. */
export function readReminders(json: string | undefined): Reminders {
  const found = Reminders.safeParse(json === undefined ? {} : parsed(json));
  if (found.success) return found.data;
  throw new UsageError(
    'the reminders in SPOORLOOS_REMINDERS are not of their schema',
    'schemas/reminders.json, for example {"limits":[{"hours":24,"to":"reviewers"}],"digestHour":6}',
  );
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
