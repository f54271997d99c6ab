// Cases as the pipeline writes them, without a pipeline: in a data folder of `local`, or wherever else.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { MARK, markFor, markKey } from '../../lib/core/case-index.ts';
import { toJson } from '../../lib/core/ledger.ts';
import { Case, caseKey, Head, headKey } from '../../lib/core/records.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import type { ObjectStore } from '../../lib/core/store.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { directoryStore } from '../../lib/stores/directory-store.ts';

export const PAYLOAD = Buffer.from('what was held back');

export const foldersOf = (folder: string) => ({
  ledger: directoryStore(join(folder, 'data/ledger')),
  audit: directoryStore(join(folder, 'data/audit')),
  quarantine: directoryStore(join(folder, 'data/quarantine')),
});

/** Answers its id. */
export const heldCase = (folder: string, more: Partial<Case> = {}) => heldIn(foldersOf(folder), more);

/** The same anywhere. */
export async function heldIn(
  { ledger, quarantine }: Readonly<Record<'ledger' | 'quarantine', ObjectStore>>,
  more: Partial<Case> = {},
): Promise<string> {
  const caseId = randomBytes(16).toString('hex');
  const finding = {
    code: 'hidden-content',
    carrier: 'xlsx.row.hidden',
    at: 'sheet 1/B2',
    action: 'quarantined',
  } as const;
  const source = { versionId: `v-${caseId}`, etag: '"e"', size: PAYLOAD.length };
  const common = { policy: `sha256:${'a'.repeat(64)}`, version: '0.1.0', at: new Date().toISOString() };
  const evidence = Case.parse({
    ...{ v: 1, caseId, state: 'open', key: `${caseId}.xlsx`, source: { ...source, sha256: sha256(PAYLOAD) } },
    ...{ reason: 'hidden-content', detail: 'xlsx.row.hidden at sheet 1/B2', format: 'xlsx', mediaType: 'text/plain' },
    ...{ findings: [{ ...finding, tier: 'M', count: 1 }], scanner: 'none', ...common },
    ...more,
  });
  await quarantine.put(payloadKey(caseId), PAYLOAD);
  await ledger.put(caseKey(caseId), toJson(evidence));
  await ledger.put(markKey(markFor(evidence, 'open', evidence.at)), MARK);
  const { key } = evidence;
  const head = Head.parse({ v: 1, key, nonce: 'n', state: 'QUARANTINED', src: source, caseId, ...common });
  await ledger.put(headKey(key), toJson(head));
  return caseId;
}
