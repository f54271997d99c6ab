/** Why a document is quarantined. The list is part of the contract with users: `reason` in records, cases and `--json`. */
export const REASONS = [
  'encrypted',
  'malformed',
  'unsupported',
  'legacy-format',
  'malware',
  'active-content',
  'hidden-content',
  'failed-redaction',
  'personal-data',
  'not-scanned',
  'limit',
  'timeout',
  'unverified',
  'crashed',
] as const;

export type Reason = (typeof REASONS)[number];

/** The document is at fault: quarantine it, do not retry it. The detail holds numbers and terms, never a value from the document. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: Reason;
  readonly detail: string;
  constructor(reason: Reason, detail: string, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.reason = reason;
    this.detail = detail;
  }
}
