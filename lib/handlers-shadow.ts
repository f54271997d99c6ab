// The handlers of a channel in shadow mode, for whatever the live lane's queues hold. None of them can publish,
// quarantine or tell the world: what they are given holds nothing to do it with.

import type { Handle } from './consume.ts';
import type { AuditPlaces } from './core/audit.ts';
import { AdoptionMessage, AuditMessage, ReconcileMessage } from './core/records.ts';
import { unjudged } from './core/run-results.ts';
import type { Outcome } from './core/settle.ts';
import { type ShadowPlaces, type ShadowRefusing, shadowOn, shadowRefuseOn } from './core/shadow-on.ts';
import { keysOf } from './handlers.ts';
import { type BulkPlaces, bulkHandler } from './handlers-runs.ts';
import { type Results, report, reportFailed } from './run-reports.ts';

export type ShadowHandling = {
  readonly shadow: ShadowPlaces;
  /** Left out where audits have a lane, or a function, of their own. */
  readonly audit?: AuditPlaces;
  readonly results?: Results;
  /** Told what became of each audit, once it was reported. */
  readonly onAudited?: BulkPlaces['onAudited'];
};

type OnOutcome = (outcome: Outcome) => void;

/** Puts on record what would become of every key that the message names. Rejects when one could not be. */
export function shadowHandler(
  { shadow, audit, results, onAudited }: ShadowHandling,
  onOutcome: OnOutcome = () => {},
): Handle {
  const audits = audit && results && bulkHandler({ audit, results, onAudited });
  return async (body) => {
    const untrusted: unknown = JSON.parse(body);
    if (audits && AuditMessage.safeParse(untrusted).success) return audits(body);
    const run = ReconcileMessage.or(AdoptionMessage).safeParse(untrusted).data?.run;
    // An enforcing run wants what must not be done here; it is told so, and pauses.
    if (run && results) return report(results, run, unjudged('failed', 'shadow', null));
    for (const key of keysOf(body)) onOutcome(await shadowOn(shadow, key));
  };
}

/** Dead letters: what could not be handled would be quarantined as `crashed`, and that is put on record. */
export function shadowFailClosedHandler(
  places: ShadowRefusing & { readonly results?: Results },
  onFailed: (key: string) => void = () => {},
): Handle {
  return async (body) => {
    if ((await reportFailed(body, places.results)) !== undefined) return;
    for (const key of keysOf(body)) {
      onFailed(key);
      await shadowRefuseOn(places, key, 'crashed');
    }
  };
}
