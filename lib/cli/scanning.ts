import type { ScannerName } from '../core/verdict.ts';

/** What a user has to know about the malware scan of this run, one line each; nothing when all is well. */
export function explainScanning(scanner: ScannerName): readonly string[] {
  switch (scanner) {
    case 'none':
      return ['no malware scan is made: the scanner `none` was chosen'];
    case 'clamd-test-signatures':
      return ['only test signatures are loaded in clamd: real malware will not be found'];
    case 'clamd':
    case 'guardduty':
    case 'not-run':
      return [];
  }
}

/** Said once, as soon as a document is quarantined for it. */
export const NOT_SCANNED =
  'nothing that was not scanned for malware is published, and clamd did not answer\n' +
  '  spoorloos doctor says what is wrong with it (apt-get install clamav-daemon, where it is missing)\n' +
  '  to go without a malware scan, say so: --scanner none';
