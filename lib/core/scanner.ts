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

/** A malware engine behind one function. `scan` never rejects: what cannot be scanned is 'not-scanned'. */
export type Scanner = {
  readonly name: ScannerName;
  scan(untrusted: Uint8Array): Promise<ScanResult>;
  close(): Promise<void>;
};
