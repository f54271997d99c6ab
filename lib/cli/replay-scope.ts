// Which objects a run is about, from the command line.

import { readFile } from 'node:fs/promises';
import { text as streamText } from 'node:stream/consumers';
import type { Scope } from '../core/records-runs.ts';
import { REASONS, type Reason } from '../core/refusal.ts';
import type { ObjectStore } from '../core/store.ts';
import { readManifest, saysSizes } from '../replay/inventory.ts';
import { parseKeyList } from '../replay/key-list.ts';
import { keysOfCases } from '../replay/open-cases.ts';
import { hashOfKeys } from '../replay/start.ts';
import { type Args, type Io, UsageError } from './command.ts';
import { codeOf } from './list-inputs.ts';
import type { Replay } from './replay-places.ts';

/** The buckets' names and a way to open others; nothing of it in folder mode. */
export type Buckets = {
  readonly names: Readonly<Record<'staging' | 'public', string>>;
  readonly open: (bucket: string) => Pick<ObjectStore, 'get'>;
};

export type ScopeAndKeys = {
  readonly scope: Scope;
  readonly keys?: readonly string[];
  /** Whether whoever lists the objects says how large they are. */
  readonly isSized: boolean;
};

/** Rejects with UsageError or RunError. */
export async function readScope(
  args: Args,
  { buckets, ledger }: Pick<Replay, 'buckets' | 'ledger'>,
  io: Io,
): Promise<ScopeAndKeys> {
  if (args.flag('cases')) return scopeOfCases(args, buckets, ledger, io);
  if (args.text('reason') !== undefined) throw new UsageError('--reason is for --cases');
  return scopeOfSource(args, buckets);
}

/** Which cases are open is looked up now: the run is about these, whatever is held back meanwhile. */
async function scopeOfCases(
  args: Args,
  buckets: Buckets | undefined,
  ledger: ObjectStore,
  io: Io,
): Promise<ScopeAndKeys> {
  const reason = readReason(args.text('reason'));
  const { of, prefix } = readSource(args.text('source') ?? 'staging', buckets);
  if (of !== 'staging') throw new UsageError('--cases are documents in staging: nothing of them is public');
  if (args.text('keys') !== undefined || args.text('inventory') !== undefined)
    throw new UsageError('--cases is a source of its own, beside --keys and --inventory');
  const { keys, unreadable } = await keysOfCases(ledger, { reason, prefix });
  for (const record of unreadable) io.err(`left out, it cannot be read: ${record}`);
  return { scope: { of, prefix, keys: { by: 'cases', reason } }, keys, isSized: false };
}

function readReason(text: string | undefined): Reason | null {
  const reason = REASONS.find((name) => name === text);
  if (text !== undefined && !reason) throw new UsageError(`--reason is one of ${REASONS.join(', ')}`);
  return reason ?? null;
}

async function scopeOfSource(args: Args, buckets: Buckets | undefined): Promise<ScopeAndKeys> {
  const source = args.text('source');
  if (source === undefined) throw new UsageError('--source says what to go through: staging, public or s3://…');
  const { of, prefix } = readSource(source, buckets);
  const [list, inventory] = [args.text('keys'), args.text('inventory')];
  if (list !== undefined && inventory !== undefined) throw new UsageError('--keys and --inventory are two sources');
  if (list !== undefined) {
    const all = parseKeyList(await readList(list, buckets), /\.jsonl$/.test(list) ? 'jsonl' : 'lines');
    const keys = all.filter((key) => key.startsWith(prefix));
    return { scope: { of, prefix, keys: { by: 'list', sha256: hashOfKeys(keys) } }, keys, isSized: false };
  }
  if (inventory === undefined) return { scope: { of, prefix, keys: { by: 'listing' } }, isSized: true };
  const place = s3Place(inventory);
  if (!buckets || !place) throw new UsageError('--inventory is the s3:// address of a manifest.json');
  const { bucket, key } = place;
  const manifest = await readManifest(buckets.open(bucket), key, { bucket, of: buckets.names[of] });
  const { sha256 } = manifest;
  return {
    scope: { of, prefix, keys: { by: 'inventory', bucket, manifest: key, sha256 } },
    isSized: saysSizes(manifest),
  };
}

function readSource(source: string, buckets: Buckets | undefined): Pick<Scope, 'of' | 'prefix'> {
  const [, plain, rest = ''] = /^(staging|public)(?:\/(.*))?$/s.exec(source) ?? [];
  if (plain === 'staging' || plain === 'public') return { of: plain, prefix: rest };
  const place = s3Place(source);
  if (!place) throw new UsageError('--source is staging, public, or s3://BUCKET, each with /PREFIX behind it or not');
  const of = (['staging', 'public'] as const).find((name) => buckets?.names[name] === place.bucket);
  if (of) return { of, prefix: place.key };
  throw new UsageError(
    'the bucket of --source is neither staging nor public here',
    'SPOORLOOS_STAGING and SPOORLOOS_PUBLIC say which they are; roles can read no others',
  );
}

async function readList(place: string, buckets: Buckets | undefined): Promise<string> {
  const inBucket = s3Place(place);
  if (inBucket && buckets) {
    const found = await buckets.open(inBucket.bucket).get(inBucket.key);
    if (!found) throw new UsageError('the list of --keys is not there');
    return Buffer.from(found.body).toString();
  }
  if (place === '-') return streamText(process.stdin);
  return readFile(place, 'utf8').catch((error: unknown) => {
    throw new UsageError(`the list of --keys cannot be read: ${codeOf(error)}`);
  });
}

function s3Place(address: string): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(address) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}
