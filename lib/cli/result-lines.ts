import type { Finding } from '../core/finding.ts';
import { VERSION } from '../version.ts';
import type { Result } from './judge-files.ts';
import { jsonLine, printable } from './printable.ts';

/** One line of `--json`: the fields and their order are a contract with users, and additions stand at the end. */
export function resultAsJson(result: Result, policy: string): string {
  const { file, ms } = result;
  if (result.outcome === null) {
    const unknown = { format: null, mediaType: null, reason: null, findings: [], input: null, output: null };
    return jsonLine({
      file,
      outcome: null,
      ...unknown,
      policy,
      version: VERSION,
      ms,
      scanner: null,
      error: { code: result.error.code },
    });
  }
  const { outcome, format, mediaType, reason, scanner } = result;
  const findings = result.findings.map(({ code, carrier, at, action, tier, count }) => ({
    code,
    carrier,
    at,
    action,
    tier,
    count,
  }));
  const input = { bytes: result.input.bytes, sha256: result.input.sha256 };
  const output = result.output && {
    path: result.output.path,
    bytes: result.output.bytes,
    sha256: result.output.sha256,
  };
  return jsonLine({
    file,
    outcome,
    format,
    mediaType,
    reason,
    findings,
    input,
    output,
    policy,
    version: VERSION,
    ms,
    scanner,
  });
}

/** One line for people: outcome, file, why, how much was found; between tabs. */
export function resultAsText(result: Result): string {
  const file = printable(result.file);
  if (result.outcome === null) return `failed\t${file}\t${explainCode(result.error.code)}`;
  const why = result.outcome === 'quarantined' ? [`${result.reason}: ${printable(result.detail ?? '')}`] : [];
  return [result.outcome, file, ...why, countOf(result.findings)].join('\t');
}

/** What an error code means, for those that are ours; the system's own stand for themselves. */
export function explainCode(code: string): string {
  switch (code) {
    case 'changed':
      return 'it changed while it was read';
    case 'special':
      return 'it is neither a file nor a folder';
    case 'name':
      return 'its name is not UTF-8';
    default:
      return printable(code);
  }
}

export function countOf(findings: readonly Finding[]): string {
  const count = findings.reduce((sum, finding) => sum + finding.count, 0);
  return count === 1 ? '1 finding' : `${count} findings`;
}
