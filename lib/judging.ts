// Joins the examiner's worker processes with a malware scanner into one judge for commands that read files.

import { LIMITS, type Limits } from './core/limits.ts';
import type { Policy } from './core/policy.ts';
import type { Engine } from './core/rescan.ts';
import { judgeWith } from './core/sanitize.ts';
import type { ObjectScans } from './core/scanner.ts';
import type { Judge, ScannerName } from './core/verdict.ts';
import { converterVersion } from './engines/converter.ts';
import { qpdfVersion } from './engines/qpdf.ts';
import { type IsolatedOptions, isolatedExaminer } from './isolated.ts';
import { openScanner, SCANNER_CHOICES, type ScannerChoice, type ScannerOptions } from './scanners/choose.ts';
import { policyFor } from './tools.ts';
import { VERSION } from './version.ts';

export { SCANNER_CHOICES, type ScannerChoice };

export type OpenJudge = {
  readonly judge: Judge;
  readonly scanner: ScannerName;
  /** The scanner alone, for what was judged already. */
  readonly engine: Engine;
  /** Of a scanner that looks at objects by itself. */
  readonly scans?: ObjectScans;
  readonly policy: Policy;
  readonly limits: Limits;
  /** The release and the engines that are the machine's rather than the package's: `0.1.0+qpdf-11.3.0`. */
  readonly version: string;
  /** Ends the worker processes and the scanner; documents in hand are given up. */
  close(): Promise<void>;
};

export type JudgingOptions = {
  /** A policy file's JSON; the defaults when left out. */
  readonly policyFile?: unknown;
  readonly scanner: ScannerChoice | 'guardduty';
  /** Documents at a time. */
  readonly jobs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onCrash?: IsolatedOptions['onCrash'];
  /** Where clamd gets its definitions, and who is told of their age. */
  readonly definitions?: ScannerOptions['definitions'];
  /** Where `guardduty` finds its results. */
  readonly protectedBucket?: ScannerOptions['protectedBucket'];
};

/** Rejects with a PolicyError before anything is started. */
export async function openJudge({
  policyFile,
  scanner: choice,
  jobs,
  env,
  onCrash,
  definitions,
  protectedBucket,
}: JudgingOptions): Promise<OpenJudge> {
  const policy = policyFor(policyFile);
  const version = await versionWith(policy);
  const scanner = await openScanner(choice, env, {
    ...(definitions && { definitions }),
    ...(protectedBucket && { protectedBucket }),
  });
  const examiner = isolatedExaminer({ policyFile, limits: LIMITS, size: jobs, onCrash });
  return {
    judge: judgeWith(examiner.examine, scanner, policy),
    scanner: scanner.name,
    engine: scanner,
    ...(scanner.objects && { scans: scanner.objects }),
    policy,
    limits: LIMITS,
    version,
    async close() {
      await Promise.all([examiner.close(), scanner.close()]);
    },
  };
}

/**
 * Engines that npm brings have one version a release. Signatures of malware change daily and are no part of it: who
 * wants documents scanned again says so.
 */
async function versionWith({ legacyFormats }: Policy): Promise<string> {
  const engines = [`qpdf-${(await qpdfVersion(LIMITS)) ?? 'none'}`];
  if (legacyFormats === 'convert') engines.push(`libreoffice-${(await converterVersion(LIMITS)) ?? 'none'}`);
  return `${VERSION}+${engines.map((engine) => engine.replaceAll(/[^0-9A-Za-z.-]/g, '-')).join('.')}`;
}
