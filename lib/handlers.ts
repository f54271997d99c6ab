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
import { PromoteMessage, ReconcileMessage } from './core/records.ts';
import type { Outcome } from './core/settle.ts';
import { type Results, reportFailed } from './run-reports.ts';
import { parseEvent } from './stores/s3-events.ts';

type OnOutcome = (outcome: Outcome) => void;

/** Reconciles every key that the message names. Rejects when one could not be, or the message is not understood. */
export function sanitizeHandler(places: SanitizePlaces, onOutcome: OnOutcome = () => {}): Handle {
  return async (body) => {
    for (const key of keysOf(body)) onOutcome(await reconcileOn(places, key));
  };
}

export function promoteHandler(places: PromotePlaces, onOutcome: OnOutcome = () => {}): Handle {
  return async (body) => {
    onOutcome(await promoteOn(places, PromoteMessage.parse(JSON.parse(body))));
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
    if ((await reportFailed(body, places.results)) === 'audit') return;
    for (const key of keysOf(body)) {
      await places.notify({ type: 'Processing Failed', key, at: places.now().toISOString() });
      onOutcome(await refuseOn(places, key, 'crashed'));
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
  return [...new Set(parseEvent(body).map(({ key }) => key))];
}
