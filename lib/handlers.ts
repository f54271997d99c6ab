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
import { AdoptionMessage, PromoteMessage, ReconcileMessage, type Upload } from './core/records.ts';
import type { Outcome } from './core/settle.ts';
import type { Queue } from './core/store.ts';
import { type Results, reportFailed } from './run-reports.ts';
import { parseEvent, type StoreEvent } from './stores/s3-events.ts';

type OnOutcome = (outcome: Outcome) => void;

/** Reconciles every key that the message names. Rejects when one could not be, or the message is not understood. */
export function sanitizeHandler(places: SanitizePlaces, onOutcome: OnOutcome = () => {}): Handle {
  return async (body) => {
    if (AdoptionMessage.safeParse(JSON.parse(body)).success) throw new Error('a message for the lane of runs');
    for (const { key, upload } of changesOf(body)) onOutcome(await reconcileOn(knowing(places, upload), key));
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
    for (const { key, upload } of changesOf(body)) {
      await places.notify({ type: 'Processing Failed', key, at: places.now().toISOString() });
      // What stands in public without an original stays as it is; whoever staged it meanwhile has it looked at again.
      if (run === 'adopt') await places.liveQueue.send(JSON.stringify({ kind: 'reconcile', key }));
      else onOutcome(await refuseOn({ ...places, ...uploaderIn(upload) }, key, 'crashed'));
    }
  };
}

/** What is sent on to another lane, or comes again later, takes along who uploaded it. */
function knowing(places: SanitizePlaces, upload: Upload | undefined): SanitizePlaces {
  if (!upload) return places;
  const { heavy, laterQueue, liveQueue } = places;
  const later = { laterQueue: withUpload(laterQueue ?? liveQueue, upload) };
  const lanes = { ...later, ...(heavy && { heavy: { ...heavy, queue: withUpload(heavy.queue, upload) } }) };
  return { ...places, ...lanes, ...uploaderIn(upload) };
}

function uploaderIn(upload: Upload | undefined): Pick<FailClosedPlaces, 'uploaderOf'> {
  return upload ? { uploaderOf: (_, { versionId }) => (versionId === upload.versionId ? upload.by : undefined) } : {};
}

function withUpload(queue: Queue, upload: Upload): Queue {
  const send: Queue['send'] = (body, options) =>
    queue.send(JSON.stringify({ ...ReconcileMessage.parse(JSON.parse(body)), upload }), options);
  return { ...queue, send };
}

type Change = { readonly key: string; readonly upload?: Upload | undefined };

/** Of our own messages and of S3's and EventBridge's events: the keys that may have changed, each once. */
export function keysOf(body: string): readonly string[] {
  return changesOf(body).map(({ key }) => key);
}

function changesOf(body: string): readonly Change[] {
  const untrusted: unknown = JSON.parse(body);
  const own = ReconcileMessage.safeParse(untrusted);
  if (own.success) return [own.data];
  const promotion = PromoteMessage.safeParse(untrusted);
  if (promotion.success) return [promotion.data];
  const adoption = AdoptionMessage.safeParse(untrusted);
  if (adoption.success) return [{ key: adoption.data.key }];
  return changesIn(parseEvent(body));
}

/** What the events of one message tell of, each key once, with its last upload. */
export function changesIn(events: readonly StoreEvent[]): readonly Change[] {
  const uploads = new Map<string, Upload | undefined>();
  for (const { key, versionId, by } of events)
    uploads.set(key, versionId !== undefined && by !== undefined ? { versionId, by } : uploads.get(key));
  return [...uploads].map(([key, upload]) => ({ key, upload }));
}
