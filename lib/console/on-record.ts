import { randomUUID } from 'node:crypto';
import { putOnce, toJson } from '../core/ledger.ts';
import type { ReviewPlaces } from '../review/act.ts';
import type { Identity } from './ports.ts';

/** Who signed in, with which roles, for good: before the sign-in counts. */
export function signInOnRecord({ audit, now }: Pick<ReviewPlaces, 'audit' | 'now'>) {
  return async ({ actor: { principal, roles } }: Identity): Promise<void> => {
    const at = now().toISOString();
    const key = `audit/${at.slice(0, 13).replaceAll(/[-T]/g, '/')}/${at}-${randomUUID()}.json`;
    await putOnce(audit, key, toJson({ v: 1, type: 'Signed In', by: principal, roles, at }));
  };
}
