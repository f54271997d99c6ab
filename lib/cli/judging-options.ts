import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { SCANNER_CHOICES, type ScannerChoice } from '../judging.ts';
import { type Args, type Option, UsageError } from './command.ts';
import { codeOf } from './list-inputs.ts';

/** What `clean` and `inspect` share. */
export const JUDGING_OPTIONS = {
  policy: { type: 'string', value: 'FILE', says: 'a policy file over the built-in defaults' },
  scanner: {
    type: 'string',
    value: 'auto|clamd|none',
    says: 'the malware scanner; none has to be asked for (default auto)',
  },
  jobs: { type: 'string', value: 'N', says: 'documents at a time (default: one a processor, 8 at most)' },
  json: { type: 'boolean', says: 'one JSON object a line on stdout, one per file' },
  quiet: { type: 'boolean', says: 'no progress and no summary on stderr' },
} satisfies Record<string, Option>;

const MAX_JOBS = 64;

export type Judging = { readonly policyFile: unknown; readonly scanner: ScannerChoice; readonly jobs: number };

/** Reads the shared options. Rejects with a UsageError. */
export async function readJudging(args: Args): Promise<Judging> {
  const wanted = args.text('scanner') ?? 'auto';
  const scanner = SCANNER_CHOICES.find((choice) => choice === wanted);
  if (!scanner) throw new UsageError(`--scanner is one of ${SCANNER_CHOICES.join(', ')}, not ${wanted}`);
  return { scanner, jobs: readJobs(args.text('jobs')), policyFile: await readPolicyFile(args.text('policy')) };
}

function readJobs(text: string | undefined): number {
  // Each job may hold a document of half a gigabyte and what it expands to.
  if (text === undefined) return Math.min(availableParallelism(), 8);
  const jobs = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (jobs < 1 || jobs > MAX_JOBS) throw new UsageError(`--jobs is a number from 1 to ${MAX_JOBS}, not ${text}`);
  return jobs;
}

/** The file's JSON, not yet held against the policy schema; undefined where no file is given. */
export async function readPolicyFile(file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`the policy ${file} cannot be read: ${codeOf(error)}`);
  });
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch (error) {
    throw new UsageError(`the policy ${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
