import type { EvidenceRow } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Reason } from './refusal.ts';
import type { Pinned } from './scanner.ts';
import type { Proof, VerifiedBytes } from './verify.ts';

/** How the malware scan was done; stands in every record. 'none' was chosen explicitly; 'not-run': never opened. */
export type ScannerName = 'clamd' | 'clamd-test-signatures' | 'guardduty' | 'none' | 'not-run';

type Judged = {
  /** The format's id, null when nothing recognised the bytes. */
  readonly format: string | null;
  readonly mediaType: string | null;
  readonly findings: readonly Finding[];
  readonly scanner: ScannerName;
  /** The number of the malware definitions, where the scanner says it. */
  readonly definitions?: number;
};

export type Published = Judged & {
  readonly outcome: 'published';
  readonly format: string;
  readonly mediaType: string;
  /** Without a dot. Differs from the name's own only where the format changed (docm to docx). */
  readonly extension: string;
  /** True where rebuilding changed the format, so that the name has to follow. */
  readonly renamed: boolean;
  readonly body: VerifiedBytes;
  readonly proof: Proof;
};

export type Quarantined = Judged & {
  readonly outcome: 'quarantined';
  readonly reason: Reason;
  /** What exactly, in numbers and terms; never a value from the document. */
  readonly detail: string;
  /** For people who review; part of no record but the one that is theirs. */
  readonly evidence?: readonly EvidenceRow[];
};

export type Verdict = Published | Quarantined;

/** Judges one object's bytes. It rejects only for failures that are ours; a document's faults are verdicts. */
export type Judge = (untrusted: Uint8Array, about: About) => Promise<Verdict>;

export type About = {
  readonly name: string;
  /** Where the bytes are those of a staging version. */
  readonly pinned?: Pinned;
  /** Rules (carrier ids, or `malware`) that hold others back and not this document. */
  readonly waived?: readonly string[];
};
