import type { DocumentEvent } from '../../lib/core/records.ts';
import type { CaseChanged, ReplayProgress } from '../../lib/core/records-events.ts';
import type { Reason } from '../../lib/core/refusal.ts';

type Of<T extends DocumentEvent['type']> = Extract<DocumentEvent, { type: T }>;

export const POLICY = `sha256:${'a'.repeat(64)}`;
export const CASE_ID = '0123456789abcdef0123456789abcdef';
const at = '2026-11-26T14:02:00.000Z';

/** Events as they are told, for who only looks at them. */
export function quarantined(key = 'k.pdf', reason: Reason = 'malware'): Of<'Document Quarantined'> {
  const told = { type: 'Document Quarantined', key, versionId: 'v1', caseId: CASE_ID, reason, findings: 2 } as const;
  return { ...told, policy: POLICY, version: '0.1.0', at };
}

export function released(key = 'k.pdf'): Of<'Document Released'> {
  return {
    ...{ type: 'Document Released', key, versionId: 'v1', publicKey: key, sha256: 'b'.repeat(64), caseId: CASE_ID },
    ...{ waiver: '0b1c7d8e-0000-4000-8000-000000000000', rules: ['pdf.text.hidden', 'pdf.page.outside'], at },
  };
}

export function promoted(key = 'k.pdf'): Of<'Document Promoted'> {
  return {
    ...{ type: 'Document Promoted', key, versionId: 'v1', publicKey: key, sha256: 'b'.repeat(64) },
    ...{ mediaType: 'application/pdf', findings: 0, policy: POLICY, version: '0.1.0', at },
  };
}

export function removed(key = 'k.pdf'): Of<'Document Removed'> {
  return { type: 'Document Removed', key, publicKeys: [key], at };
}

export function failed(key = 'k.pdf'): Of<'Processing Failed'> {
  return { type: 'Processing Failed', key, at };
}

/** Rejected, unless it is said otherwise. */
export function changed(more: Partial<CaseChanged> = {}): CaseChanged {
  return {
    ...{ type: 'Case Changed', caseId: CASE_ID, seq: 1, what: 'reject', from: 'open', to: 'rejected' },
    ...{ why: null, successor: null, reason: 'malware', tier: null, since: '2026-11-25T14:02:00.000Z', at },
    ...more,
  };
}

export function progress(): ReplayProgress {
  return {
    ...{ type: 'Replay Progress', run: '20261126T140000Z-0123abcd', mode: 'audit', of: 'staging', state: 'done' },
    ...{ why: null, entries: 1, sent: 1, reported: 1, outcomes: {}, at },
  };
}
