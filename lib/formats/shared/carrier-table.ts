import type { Carrier } from '../../core/finding.ts';

/** A place that is looked at, without the name of the format before its id. */
export type CarrierRow = readonly [id: string, code: Carrier['code'], tier: Carrier['tier'], says: string];

export function carrierTable(format: string, rows: readonly CarrierRow[]): readonly Carrier[] {
  return rows.map(([id, code, tier, says]) => ({ id: `${format}.${id}`, code, tier, says }));
}
