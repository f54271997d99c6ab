// An S3 Inventory as a source (User Guide, "Locating your inventory list"): a manifest names compressed CSV files, whose
// columns the manifest names, too, and whose keys are form-encoded. A file is believed only when its checksum is the
// manifest's, and a row only when its bucket is the source's: a header row, which people add, is of none.

import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { textOf } from '../core/ledger.ts';
import type { RunPlan } from '../core/records-runs.ts';
import type { ObjectStore } from '../core/store.ts';
import { isKey } from '../stores/keys.ts';
import type { Listed } from './planner.ts';
import { RunError } from './records.ts';

const Manifest = z.object({
  sourceBucket: z.string(),
  destinationBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), size: z.int().nonnegative(), MD5checksum: z.string() })),
});
export type Manifest = z.infer<typeof Manifest> & {
  /** Of the manifest itself. */
  readonly sha256: string;
};

/** Rejects with RunError what is no inventory of the bucket that we can read. */
export async function readManifest(
  store: Pick<ObjectStore, 'get'>,
  key: string,
  { bucket, of }: { readonly bucket: string; readonly of: string },
): Promise<Manifest> {
  const found = await store.get(key);
  if (!found) throw new RunError('the manifest is not there');
  const parsed = Manifest.safeParse(jsonOf(found.body));
  if (!parsed.success) throw new RunError('the manifest is not one of S3 Inventory');
  const manifest = parsed.data;
  if (manifest.fileFormat !== 'CSV')
    throw new RunError('the inventory is not CSV: have it made as CSV, ORC and Parquet are not read');
  if (manifest.sourceBucket !== of) throw new RunError('the inventory is of another bucket');
  if (manifest.destinationBucket.replace(/^arn:[^:]*:s3:::/, '') !== bucket)
    throw new RunError('the files of the inventory are in another bucket than its manifest');
  for (const column of ['Bucket', 'Key'])
    if (!columnsOf(manifest).includes(column)) throw new RunError(`the inventory has no column ${column}`);
  return { ...manifest, sha256: createHash('sha256').update(found.body).digest('hex') };
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(body));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The objects of an inventory, current versions only. A position is the file's number and how many rows lie behind. */
export async function* inventoryEntries(
  store: Pick<ObjectStore, 'get'>,
  manifest: Manifest,
  { scope }: Pick<RunPlan, 'scope'>,
  position: string | null,
): AsyncGenerator<Listed> {
  const [startFile = 0, startRow = 0] = (position ?? '0:0').split(':').map(Number);
  for (let file = startFile; file < manifest.files.length; file += 1) {
    let row = 0;
    for await (const fields of rowsOf(store, manifest, file)) {
      row += 1;
      if (file === startFile && row <= startRow) continue;
      const entry = entryOf(manifest, fields, `file ${file}, row ${row}`);
      if (entry?.key.startsWith(scope.prefix)) yield { ...entry, position: `${file}:${row}` };
    }
  }
}

async function* rowsOf(store: Pick<ObjectStore, 'get'>, { files }: Manifest, index: number): AsyncGenerator<string[]> {
  const file = files[index];
  const found = file && (await store.get(file.key));
  if (!found) throw new RunError(`file ${index} of the inventory is not there`);
  if (createHash('md5').update(found.body).digest('hex') !== file.MD5checksum)
    throw new RunError(`file ${index} of the inventory is not what its manifest says`);
  const gunzip = createGunzip();
  const lines = createInterface({
    input: Readable.from([found.body]).pipe(gunzip),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  try {
    // Errors of the stream do not reach who reads the lines.
    const broken = new Promise<never>((_, reject) => gunzip.once('error', reject));
    broken.catch(() => undefined);
    const reading = lines[Symbol.asyncIterator]();
    for (;;) {
      const line = await Promise.race([reading.next(), broken]);
      if (line.done) break;
      if (line.value !== '') yield fieldsOf(line.value);
    }
    if (gunzip.errored) throw gunzip.errored;
  } finally {
    lines.close();
    gunzip.destroy();
  }
}

function entryOf(
  manifest: Manifest,
  fields: readonly string[],
  at: string,
): { key: string; bytes?: number } | undefined {
  const columns = columnsOf(manifest);
  const field = (name: string): string | undefined => fields[columns.indexOf(name)];
  if (fields.length !== columns.length) throw new RunError(`${at} of the inventory has not as many fields as columns`);
  if (field('Bucket') === 'Bucket') throw new RunError(`${at} of the inventory is a header: an inventory has none`);
  if (field('Bucket') !== manifest.sourceBucket) throw new RunError(`${at} of the inventory is of another bucket`);
  if (field('IsLatest') === 'false' || field('IsDeleteMarker') === 'true') return undefined;
  const key = decoded(field('Key') ?? '');
  if (key === undefined || !isKey(key)) throw new RunError(`${at} of the inventory has no key`);
  const size = field('Size') ?? '';
  return { key, ...(/^\d+$/.test(size) && { bytes: Number(size) }) };
}

/** Whether its rows say how large objects are. */
export function saysSizes(manifest: Manifest): boolean {
  return columnsOf(manifest).includes('Size');
}

function columnsOf({ fileSchema }: Pick<Manifest, 'fileSchema'>): string[] {
  return fileSchema.split(',').map((column) => column.trim());
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Fields are quoted or plain; a quote inside quotes is doubled. */
function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
