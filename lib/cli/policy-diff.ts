// What another policy would change, read from the ledger alone: no document is opened, and nothing is written but the
// list of keys that was asked for.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../core/store.ts';
import { readPolicyDiffEnv } from '../env.ts';
import { openBucket } from '../places.ts';
import { RunError } from '../replay/records.ts';
import { documentsOnRecord } from '../report/documents-on-record.ts';
import { sumEffects } from '../report/sum-effects.ts';
import { directoryStore } from '../stores/directory-store.ts';
import { knownCarriers, knownFormats, policyFor } from '../tools.ts';
import { VERSION } from '../version.ts';
import { type Args, EXIT, type ExitCode, type Io, UsageError } from './command.ts';
import { readPolicyFile } from './judging-options.ts';
import { codeOf } from './list-inputs.ts';
import { documentsOfRun } from './policy-run.ts';
import { sayDiff } from './policy-said.ts';
import { jsonLine, printable } from './printable.ts';
import { dataFolder, settings } from './which-places.ts';

const EXAMPLES = 3;
const MAX_EXAMPLES = 1000;

/** Exit 1 where a document would be held back, or it cannot be known of some. */
export async function diffFile(file: string, args: Args, io: Io): Promise<ExitCode> {
  const reveal = args.flag('reveal');
  if (reveal && !io.isTty.out) throw new UsageError('--reveal is for a terminal: keys may name people');
  const { ledger, inForce } = await openLedger(args, io);
  const [before, after] = [policyFor(inForce), policyFor(await readPolicyFile(file))];
  const prefix = args.text('prefix') ?? '';
  const run = args.text('run');
  const sum = sumEffects({
    change: {
      ...{ before, after, known: new Map(knownCarriers().map((carrier) => [carrier.id, carrier])) },
      convertible: new Set(knownFormats.filter(({ convert }) => convert).map(({ id }) => id)),
    },
    ...{ release: VERSION, source: run ?? 'ledger', prefix, examples: examplesIn(args) },
    nameOf: reveal ? (key) => key : masked,
  });
  const affected = await openAffected(args.text('affected'));
  let isWhole = true;
  try {
    const recorded = run === undefined ? documentsOnRecord(ledger, prefix) : documentsOfRun(ledger, run, prefix);
    for await (const page of recorded) {
      const keys = page.filter((one) => !UNTOUCHED.has(sum.add(one))).flatMap((one) => ('key' in one ? [one.key] : []));
      await affected?.add(keys);
      isWhole = !io.signal.aborted;
      if (!isWhole) break;
    }
  } catch (error) {
    if (error instanceof RunError) throw new UsageError(error.message, 'spoorloos replay list names the runs');
    throw error;
  } finally {
    await affected?.close();
  }
  const diff = sum.sum(new Date(), isWhole);
  if (args.flag('json')) io.out(jsonLine(diff));
  else for (const line of sayDiff(diff)) io.out(printable(line));
  if (!isWhole) return EXIT.failed;
  return (diff.effects.quarantined?.documents ?? 0) > 0 ? EXIT.quarantined : EXIT.published;
}

const UNTOUCHED: ReadonlySet<string> = new Set(['same', 'gone']);

async function openLedger(args: Args, io: Io): Promise<{ ledger: ObjectStore; inForce: unknown }> {
  const data = await dataFolder(args, io);
  const file = await readPolicyFile(args.text('policy'));
  if (data !== undefined) return { ledger: directoryStore(join(data, 'ledger')), inForce: file };
  const env = settings(io, readPolicyDiffEnv);
  const ofEnv: unknown = env.SPOORLOOS_POLICY === undefined ? undefined : JSON.parse(env.SPOORLOOS_POLICY);
  return { ledger: openBucket(env.SPOORLOOS_LEDGER), inForce: file ?? ofEnv };
}

/** How deep it lies and what its name ends with; the record says which it is to whoever may read that. */
function masked(key: string): string {
  const [, ending = ''] = /(\.[a-z0-9]{1,5})$/i.exec(key) ?? [];
  return `${'…/'.repeat(Math.min(key.split('/').length - 1, 8))}…${ending}`;
}

function examplesIn(args: Args): number {
  const text = args.text('examples') ?? String(EXAMPLES);
  if (/^\d{1,4}$/.test(text) && Number(text) <= MAX_EXAMPLES) return Number(text);
  throw new UsageError(`--examples is a number up to ${MAX_EXAMPLES}`);
}

/** JSON Lines, since a key may hold a line break; for its owner alone, since it may name a person. */
async function openAffected(path: string | undefined) {
  if (path === undefined) return undefined;
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw new UsageError(`the file of --affected cannot be made: ${codeOf(error)}`);
  });
  return {
    add: async (keys: readonly string[]) => {
      if (keys.length > 0) await file.appendFile(keys.map((key) => `${JSON.stringify(key)}\n`).join(''));
    },
    close: () => file.close(),
  };
}
