// Which malware scanner is used. A clamd that was configured, one of our own with the definitions of a bucket, one that
// runs on the machine, one of our own with the official signatures, one of our own with test signatures, in that order.
// Never none, unless it is asked for.

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LIMITS, type Limits } from '../core/limits.ts';
import type { Scanner } from '../core/scanner.ts';
import { type BucketClamdOptions, bucketClamd } from './bucket-clamd.ts';
import { clamd } from './clamd.ts';
import { startClamd } from './clamd-process.ts';
import { type Address, ask } from './clamd-protocol.ts';
import { type GuardDutyOptions, guardduty } from './guardduty.ts';
import { none } from './none.ts';
import { ownClamd } from './own-clamd.ts';
import { findProgram } from './programs.ts';
import { faultOf } from './self-test.ts';

export const SCANNER_CHOICES = ['auto', 'clamd', 'none'] as const;
/** 'auto' makes do with test signatures; 'clamd' does not. */
export type ScannerChoice = (typeof SCANNER_CHOICES)[number];

type Env = Readonly<Record<string, string | undefined>>;

type Plan =
  | { readonly source: 'address' | 'system'; readonly address: Address }
  | {
      readonly source: 'own';
      readonly program: string;
      readonly signatures: 'official' | 'test';
      readonly folder: string;
    }
  | { readonly source: 'missing'; readonly problem: string };

const SYSTEM_SOCKET = '/run/clamav/clamd.ctl';
const OFFICIAL_SIGNATURES = '/var/lib/clamav';
/** EICAR, and a string of our own: 'SPOORLOOS-TEST-MALWARE-' and '7f1d0c52-9a4e-harmless' in one. */
export const TEST_SIGNATURES = fileURLToPath(new URL('./signatures/', import.meta.url));

const PROBE_MS = 2000;
// Whoever runs it may restart it with another configuration.
const BELIEVED_MS = 600_000;
const TEST_MS = 60_000;
const RETRIES = 2;
// After clamd itself has given up on a document (MaxScanTime, which is the limit of wall time).
const REPLY_MS = 30_000;
// The official signatures take tens of seconds to load, several times that on a busy machine.
const START_MS = 300_000;
const NOT_INSTALLED = 'clamd is not installed (Debian: apt-get install clamav-daemon)';

/**
 * Resolves at once: a clamd of our own starts meanwhile, and the first scan waits for it. Settings: SPOORLOOS_CLAMD
 * (host:port or the path of a socket), SPOORLOOS_CLAMD_DATABASE (a directory of official signatures).
 */
export async function openScanner(
  choice: ScannerChoice | 'guardduty',
  env: Env,
  { limits = LIMITS, definitions, protectedBucket }: ScannerOptions = {},
): Promise<Scanner> {
  if (choice === 'guardduty') {
    if (!protectedBucket) throw new Error('GuardDuty looks at the objects of a bucket; there is none here');
    return guardduty(protectedBucket);
  }
  if (choice === 'none') return none;
  const timeoutMs = limits.wallMs + REPLY_MS;
  const common = { retries: RETRIES, timeoutMs, maxBytes: limits.maxInputBytes };
  if (definitions && !env.SPOORLOOS_CLAMD)
    return clamd({ name: 'clamd', ...bucketClamd({ ...definitions, start: starter(env, limits) }), ...common });
  const plan = await planFor(choice, env);
  const name = plan.source === 'own' && plan.signatures === 'test' ? 'clamd-test-signatures' : 'clamd';
  return clamd({ name, ...connectionOf(plan, limits), ...common });
}

export type ScannerOptions = {
  readonly limits?: Limits;
  /** Where a clamd of our own gets its definitions. */
  readonly definitions?: Pick<BucketClamdOptions, 'store' | 'onAge'>;
  /** What GuardDuty protects, and where its results are on record. */
  readonly protectedBucket?: GuardDutyOptions;
};

/** Starts a clamd on a folder of signatures, tested. */
export function starter(env: Env, limits: Limits = LIMITS): BucketClamdOptions['start'] {
  return async (folder) => {
    const program = findProgram('clamd', env);
    if (program === undefined) throw new Error(NOT_INSTALLED);
    // As root, clamd becomes another user.
    const database = { folder, copied: process.getuid?.() === 0 };
    return startClamd({ program, database, limits, startMs: START_MS });
  };
}

/** What `doctor` says about the malware scanner. */
export type ScannerFacts = {
  /** The program is on this machine. */
  readonly installed: boolean;
  readonly source: Plan['source'];
  /** What is detected with; unknown of a clamd that is not ours. */
  readonly signatures: 'official' | 'test' | 'unknown' | 'none';
  /** The engine's and its signatures' version, in its own words; null where it does not answer. */
  readonly version: string | null;
  /** Why nothing would be scanned, null where it would be. */
  readonly problem: string | null;
};

/** Asks, without starting a clamd. Never rejects. */
export async function describeScanner(env: Env): Promise<ScannerFacts> {
  const plan = await planFor('auto', env);
  const program = findProgram('clamd', env);
  const installed = program !== undefined;
  switch (plan.source) {
    case 'missing':
      return { installed, source: plan.source, signatures: 'none', version: null, problem: plan.problem };
    case 'own':
      return {
        installed,
        source: plan.source,
        signatures: plan.signatures,
        version: await versionOf(plan.program),
        problem: null,
      };
    default: {
      const version = await ask(plan.address, 'VERSION', PROBE_MS).catch(() => null);
      const problem = await faultOf(plan.address, TEST_MS).catch(() => 'it does not answer');
      return { installed, source: plan.source, signatures: 'unknown', version, problem };
    }
  }
}

async function planFor(choice: 'auto' | 'clamd', env: Env): Promise<Plan> {
  if (env.SPOORLOOS_CLAMD) return { source: 'address', address: addressOf(env.SPOORLOOS_CLAMD) };
  const system: Address = { path: SYSTEM_SOCKET };
  // One that runs without the alerts of design section 3 is passed over: ours has them.
  const fault = await faultOf(system, PROBE_MS).catch(() => 'it does not answer');
  if (fault === null) return { source: 'system', address: system };
  const program = findProgram('clamd', env);
  if (!program) return { source: 'missing', problem: NOT_INSTALLED };
  const folder = env.SPOORLOOS_CLAMD_DATABASE ?? OFFICIAL_SIGNATURES;
  if (isOfficial(folder)) return { source: 'own', program, signatures: 'official', folder };
  if (choice === 'auto') return { source: 'own', program, signatures: 'test', folder: TEST_SIGNATURES };
  return { source: 'missing', problem: 'clamd has no official signatures (run freshclam)' };
}

type Connection = { address(): Promise<Address>; close(): Promise<void> };

function connectionOf(plan: Plan, limits: Limits): Connection {
  const nothing = async () => undefined;
  switch (plan.source) {
    case 'missing':
      return { address: () => Promise.reject(new Error(plan.problem)), close: nothing };
    case 'own': {
      const database = { folder: plan.folder, copied: plan.signatures === 'test' };
      return ownClamd({ program: plan.program, database, limits });
    }
    default: {
      const { address } = plan;
      let believedAt = Number.NEGATIVE_INFINITY;
      return {
        async address() {
          if (performance.now() - believedAt < BELIEVED_MS) return address;
          const fault = await faultOf(address, TEST_MS);
          if (fault) throw new Error(fault);
          believedAt = performance.now();
          return address;
        },
        close: nothing,
      };
    }
  }
}

function addressOf(setting: string): Address {
  const tcp = /^(?:\[([^\]]+)\]|([^/:]+)):(\d{1,5})$/.exec(setting);
  const host = tcp?.[1] ?? tcp?.[2];
  return host ? { host, port: Number(tcp?.[3]) } : { path: setting };
}

/** Both halves of the official signatures are there: the main one and the daily one. */
function isOfficial(folder: string): boolean {
  try {
    const files = readdirSync(folder);
    return ['main', 'daily'].every((half) => files.some((file) => file === `${half}.cvd` || file === `${half}.cld`));
  } catch {
    return false;
  }
}

async function versionOf(program: string): Promise<string | null> {
  try {
    return (await promisify(execFile)(program, ['--version'], { timeout: PROBE_MS })).stdout.trim();
  } catch {
    return null;
  }
}
