import { describe, expect, test } from 'vitest';
import { CANARIES } from '../../lib/canary/documents.ts';
import { quarantine } from '../../lib/core/judge-version.ts';
import { VIRUS_CANARY } from '../../lib/core/records-canary.ts';
import type { Reason } from '../../lib/core/refusal.ts';
import { sha256 } from '../../lib/core/verify.ts';
import { listCases } from '../../lib/review/list.ts';
import { EICAR } from '../../lib/scanners/samples.ts';
import { rig } from '../support/pipeline-rig.ts';

type Row = {
  readonly shows: string;
  readonly key?: string;
  readonly bytes?: Uint8Array;
  readonly reason?: Reason;
  readonly isListed: boolean;
};

const rows: readonly Row[] = [
  { shows: 'the test virus that was recognised', isListed: false },
  { shows: 'the test virus under another name', key: 'a.txt', isListed: true },
  { shows: 'a virus under the name of the test virus', bytes: Buffer.from('another'), isListed: true },
  { shows: 'the test virus that was not recognised', reason: 'unsupported', isListed: true },
  { shows: 'the picture with a place, held back', key: CANARIES[1]?.key ?? '', isListed: true },
];

describe('a list of what waits', () => {
  test('knows the test virus by the bytes that a canary puts', () => {
    expect(CANARIES.find(({ key }) => key === VIRUS_CANARY.key)?.bytes()).toEqual(EICAR);
    expect(sha256(EICAR)).toBe(VIRUS_CANARY.sha256);
  });

  test.each(rows)(
    'and $shows: $isListed',
    async ({ key = VIRUS_CANARY.key, bytes = EICAR, reason = 'malware', isListed }) => {
      const { sanitize, stores } = rig();
      const about = { key, src: { versionId: 'v', etag: 'e', size: bytes.length } };
      const verdict: Parameters<typeof quarantine>[3] = {
        ...{ outcome: 'quarantined', reason, detail: 'test', format: null, mediaType: null },
        ...{ findings: [], scanner: 'clamd' },
      };
      const { caseId } = await quarantine(sanitize, about, bytes, verdict);
      const { rows: listed } = await listCases(stores.ledger, {});
      expect(listed.map(({ evidence }) => evidence.caseId)).toEqual(isListed ? [caseId] : []);
    },
  );
});
