import type { ScannedVersion } from './records-scans.ts';
import type { ScannerName } from './verdict.ts';

export type ScanResult =
  | { readonly result: 'clean' }
  /** Active content (macros) that rebuilding removes: recorded, not malware. */
  | { readonly result: 'macros' }
  | { readonly result: 'malware' }
  | { readonly result: 'encrypted' }
  /** Too large, or a limit of the engine was exceeded: never clean. */
  | { readonly result: 'limit' }
  /** The engine did not answer after its retries. */
  | { readonly result: 'not-scanned' };

/** The staging version that bytes were read from. */
export type Pinned = { readonly key: string; readonly versionId: string; readonly etag: string };

/** What an engine says that looks at objects of staging by itself, some time after they were put there. */
export type ObjectScans = {
  /** Undefined: nothing yet. Rejects for outages. */
  said(pinned: Pinned): Promise<ScanResult | undefined>;
  /**
   * Of a version that nothing was said of: in how many milliseconds to ask again. Undefined: it is waited for no longer.
   * `modifiedAt` is when it was written. Rejects for outages.
   */
  awaits(pinned: Pinned, modifiedAt: string): Promise<number | undefined>;
};

/** Asks such an engine for a scan that it did not make by itself. */
export type ScanRequests = {
  /** `base` is the etag of an earlier request that holds no longer. Rejects for outages. */
  ask(version: ScannedVersion, base: string | undefined): Promise<void>;
};

/** A malware engine behind one function. `scan` never rejects: what cannot be scanned is 'not-scanned'. */
export type Scanner = {
  readonly name: ScannerName;
  /** `pinned` where the bytes are those of a staging version. */
  scan(untrusted: Uint8Array, pinned?: Pinned): Promise<ScanResult>;
  /**
   * The number of the definitions that it would scan with now, which only grows; undefined where it cannot say. Never
   * rejects. Asked before a scan it is a number that the scan had at least.
   */
  definitions?(): Promise<number | undefined>;
  /** Of an engine that looks at objects, not at bytes. */
  readonly objects?: ObjectScans;
  close(): Promise<void>;
};

/** GuardDuty's own time for a small object is a minute or two. */
export const COMES_BY_ITSELF_MS = 300_000;
/** Counted from when the version was written or, where the result was asked for, from then. */
export const PATIENCE_MS = 1_800_000;
/** A result sends a message of its own; this one is for where that is lost. */
export const ASK_AGAIN_MS = 120_000;
