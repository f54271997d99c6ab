import type { ScannerName } from '../core/verdict.ts';

/** What a user has to know about the malware scan of this run, one line each; nothing when all is well. */
export function explainScanning(scanner: ScannerName, notScanned: number): readonly string[] {
  const lines: string[] = [];
  if (scanner === 'none') lines.push('no malware scan was made: --scanner none was chosen');
  if (scanner === 'clamd-test-signatures') {
    lines.push('only test signatures are loaded in clamd: real malware will not be found');
  }
  if (notScanned > 0) {
    lines.push(
      `not scanned for malware, and so not published: ${notScanned}; clamd did not answer\n` +
        '  install it (apt-get install clamav-daemon), or choose to go without: --scanner none',
    );
  }
  return lines;
}
