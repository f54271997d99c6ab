import type { Reason } from './refusal.ts';

/** A stable dotted name of a place where personal data or active content can hide: 'pdf.info.author'. */
export type CarrierId = string;

export type FindingCode =
  | 'metadata'
  | 'active-content'
  | 'hidden-content'
  | 'trailing-data'
  | 'personal-data'
  | 'failed-redaction'
  | 'malware';

/** H identifies or attacks a person by itself, M in company, L is technical. */
export type Tier = 'H' | 'M' | 'L';

/** One row of a format's own table. */
export type Carrier = {
  readonly id: CarrierId;
  readonly code: FindingCode;
  readonly tier: Tier;
  /** What the carrier is, for people, in the format's terms: 'author in the information dictionary (ISO 32000-2 14.3.3)'. */
  readonly says: string;
};

/** One occurrence of something in a carrier. It says what and where, never the value. */
export type Finding = {
  readonly code: FindingCode;
  readonly carrier: CarrierId;
  /** Ordinals and numbers in the format's terms: 'object 12', 'member 3/paragraph 7', 'byte 812'. */
  readonly at: string;
  readonly action: 'removed' | 'kept' | 'quarantined';
  readonly tier: Tier;
  readonly count: number;
};

/** The reason that a quarantining finding gives its document. */
export function reasonOf(code: FindingCode): Reason {
  switch (code) {
    case 'metadata':
    case 'personal-data':
      return 'personal-data';
    case 'active-content':
      return 'active-content';
    case 'hidden-content':
    case 'trailing-data':
      return 'hidden-content';
    case 'failed-redaction':
      return 'failed-redaction';
    case 'malware':
      return 'malware';
  }
}
