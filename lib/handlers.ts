// What a message asks for, carried out. The Lambdas, the worker and folder mode all call these: there is one way to
// handle a message, whoever delivered it.

import type { Handle } from './consume.ts';
import {
  type FailClosedPlaces,
  type PromotePlaces,
  promoteOn,
  reconcileOn,
  refuseOn,
  type SanitizePlaces,
} from './core/carry-out.ts';
import { adoptPublicOn } from './core/carry-out-adopt.ts';
import { AdoptionMessage, PromoteMessage, ReconcileMessage } from './core/records.ts';
import type { Outcome } from './core/settle.ts';
import { type Results, reportFailed } from './run-reports.ts';
import { parseEvent } from './stores/s3-events.ts';

type OnOutcome = (outcome: Outcome) => void;

/** Reconciles every key that the message names. Rejects when one could not be, or the message is not understood. */
export function sanitizeHandler(places: SanitizePlaces, onOutcome: OnOutcome = () => {}): Handle {
  return async (body) => {
    if (AdoptionMessage.safeParse(JSON.parse(body)).success) throw new Error('a message for the lane of runs');
    for (const key of keysOf(body)) onOutcome(await reconcileOn(places, key));
  };
}

export function promoteHandler(places: PromotePlaces, onOutcome: OnOutcome = () => {}): Handle {
  return async (body) => {
    const message = PromoteMessage.parse(JSON.parse(body));
    onOutcome(await ('run' in message ? adoptPublicOn(places, message) : promoteOn(places, message)));
  };
}

/**
 * Dead letters: whatever could not be handled is quarantined as `crashed`, unopened. A message that nobody understands
 * names no key; it stays in the queue, where the alarm is.
 */
export function failClosedHandler(
  places: FailClosedPlaces & { readonly results?: Results },
  onOutcome: OnOutcome = () => {},
): Handle {
  return async (body) => {
    // An audit writes nothing, and that it failed changes nothing either.
    const run = await reportFailed(body, places.results);
    if (run === 'audit') return;
    for (const key of keysOf(body)) {
      await places.notify({ type: 'Processing Failed', key, at: places.now().toISOString() });
      // What stands in public without an original stays as it is; whoever staged it meanwhile has it looked at again.
      if (run === 'adopt') await places.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
      else onOutcome(await refuseOn(places, key, 'crashed'));
    }
  };
}

/** Of our own messages and of S3's and EventBridge's events: the keys that may have changed, each once. */
export function keysOf(body: string): readonly string[] {
  const untrusted: unknown = JSON.parse(body);
  const own = ReconcileMessage.safeParse(untrusted);
  if (own.success) return [own.data.key];
  const promotion = PromoteMessage.safeParse(untrusted);
  if (promotion.success) return [promotion.data.key];
  const adoption = AdoptionMessage.safeParse(untrusted);
  if (adoption.success) return [adoption.data.key];
  return [...new Set(parseEvent(body).map(({ key }) => key))];
}
