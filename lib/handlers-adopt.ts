// What an enforcing run over public asks of the lane that judges: documents with an original go the way of all staged
// ones, the others are cleaned where they stand (core/adopt.ts). What promote finds comes back by the same lane, so that
// one place reports.

import { MAX_ATTEMPTS } from './core/adopt.ts';
import type { SanitizePlaces } from './core/carry-out.ts';
import { adoptOn, judgeTakenInOn } from './core/carry-out-adopt.ts';
import { othersOn } from './core/public-names.ts';
import type { AdoptionMessage, RunRef } from './core/records.ts';
import { judgedNow, type Reported, unjudged } from './core/run-results.ts';

/** How the run enforces what is staged, and what it says of what was settled before. */
export type Enforcing = {
  readonly staged: (places: SanitizePlaces, key: string, run: RunRef) => Promise<Reported | 'sent on'>;
  readonly settledBefore: (places: SanitizePlaces, key: string, run: RunRef) => Promise<Reported>;
};

/** 'sent on': who goes on with it reports it. Rejects for outages only. */
export async function adoptionOn(
  places: SanitizePlaces,
  message: AdoptionMessage,
  { staged, settledBefore }: Enforcing,
): Promise<Reported | 'sent on'> {
  const { key, run } = message;
  if (message.kind === 'looked')
    return message.found === 'gone' ? unjudged('gone', null, null) : settledBefore(places, key, run);
  if (message.attempt >= MAX_ATTEMPTS) return unjudged('skipped', 'changing', null);
  if (message.kind === 'adopt') {
    // The document that is published under this name, where it is not the name's own.
    const [holder] = await othersOn(places.ledger, key, key);
    if (holder !== undefined) return staged(places, holder, run);
    return (await adoptOn(places, message)) === 'staged' ? staged(places, key, run) : 'sent on';
  }
  const { size } = message.src;
  // Promote did not lay it aside either: what nobody can open stays as it is.
  if (size > places.maxInputBytes) return unjudged('quarantined', 'limit', size);
  if (places.heavy && size > places.heavy.aboveBytes) {
    await places.heavy.queue.send(JSON.stringify(message));
    return 'sent on';
  }
  let reported: Reported | 'sent on' = 'sent on';
  const onVerdict: SanitizePlaces['onVerdict'] = (verdict, src, ms) => {
    reported = judgedNow(verdict, src.size, null);
    places.onVerdict?.(verdict, src, ms);
  };
  await judgeTakenInOn({ ...places, onVerdict }, message);
  return reported;
}
