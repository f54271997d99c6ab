import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RunPlan } from '../../lib/core/records-runs.ts';
import { inventoryEntries, readManifest } from '../../lib/replay/inventory.ts';
import { parseKeyList } from '../../lib/replay/key-list.ts';
import { memoryStore } from '../../lib/stores/memory-store.ts';
import { ODD_KEYS } from '../support/store-checks-keys.ts';

const scope: RunPlan['scope'] = {
  of: 'staging',
  prefix: '',
  keys: { by: 'inventory', bucket: 'lists', manifest: 'm', sha256: '' },
};
const SCHEMA = 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size';
const row = (key: string, { latest = true, marker = false, bucket = 'docs', size = '7' } = {}) =>
  [bucket, encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'), 'v1', latest, marker, size]
    .map((field) => `"${field}"`)
    .join(',');

type Spoil = { readonly manifest?: object; readonly afterwards?: string };

/** An inventory of files with these rows, read from a position on. */
async function entriesOf(
  files: readonly (readonly string[])[],
  spoil: Spoil = {},
  position: string | null = null,
  prefix = '',
) {
  const store = memoryStore();
  const listed = [];
  for (const [index, rows] of files.entries()) {
    const body = gzipSync(`${rows.join('\n')}\n`);
    const key = `data/${index}.csv.gz`;
    await store.put(key, spoil.afterwards === undefined ? body : gzipSync(spoil.afterwards));
    listed.push({ key, size: body.length, MD5checksum: createHash('md5').update(body).digest('hex') });
  }
  const manifest = {
    ...{ sourceBucket: 'docs', destinationBucket: 'arn:aws:s3:::lists', version: '2016-11-30', fileFormat: 'CSV' },
    ...{ fileSchema: SCHEMA, files: listed, ...spoil.manifest },
  };
  await store.put('m', Buffer.from(JSON.stringify(manifest)));
  const read = await readManifest(store, 'm', { bucket: 'lists', of: 'docs' });
  return Array.fromAsync(inventoryEntries(store, read, { scope: { ...scope, prefix } }, position));
}

describe('an inventory', () => {
  test('gives the current objects with their keys as they are', async () => {
    const entries = await entriesOf([
      ODD_KEYS.map((key) => row(key)),
      [row('old', { latest: false }), row('gone', { marker: true }), row('a,b"c'), row('unsized', { size: '' })],
    ]);
    expect(entries.map(({ key }) => key)).toEqual([...ODD_KEYS, 'a,b"c', 'unsized']);
    expect(entries.map(({ bytes }) => bytes)).toEqual([...ODD_KEYS.map(() => 7), 7, undefined]);
  });

  test('goes on behind any position as if it had never stopped', async () => {
    const files = [[row('a'), row('x', { latest: false }), row('b')], [], [row('c'), row('d')]];
    const whole = await entriesOf(files);
    expect(whole.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
    for (const [index, { position }] of whole.entries())
      expect(await entriesOf(files, {}, position)).toEqual(whole.slice(index + 1));
  });

  test('keeps to the prefix', async () => {
    expect((await entriesOf([[row('a/1'), row('b/1')]], {}, null, 'b/')).map(({ key }) => key)).toEqual(['b/1']);
  });

  const broken: readonly {
    readonly shows: string;
    readonly rows?: readonly string[];
    readonly spoil?: Spoil;
    readonly says: RegExp;
  }[] = [
    { shows: 'a header row', rows: [SCHEMA.replaceAll(', ', ','), row('a')], says: /header/ },
    {
      shows: 'a quoted header row',
      rows: [
        SCHEMA.split(', ')
          .map((name) => `"${name}"`)
          .join(','),
      ],
      says: /header/,
    },
    { shows: 'rows of another bucket', rows: [row('a', { bucket: 'other' })], says: /another bucket/ },
    { shows: 'a row that is cut off', rows: ['"docs","a"'], says: /fields/ },
    { shows: 'a key with a broken percent sequence', rows: ['"docs","%zz","v","true","false","1"'], says: /no key/ },
    { shows: 'an empty key', rows: [row('')], says: /no key/ },
    {
      shows: 'files that were changed',
      rows: [row('a')],
      spoil: { afterwards: row('b') },
      says: /not what its manifest/,
    },
    { shows: 'Parquet', spoil: { manifest: { fileFormat: 'Parquet' } }, says: /made as CSV/ },
    { shows: 'another source', spoil: { manifest: { sourceBucket: 'other' } }, says: /another bucket/ },
    { shows: 'files elsewhere', spoil: { manifest: { destinationBucket: 'elsewhere' } }, says: /another bucket/ },
    { shows: 'no column for keys', spoil: { manifest: { fileSchema: 'Bucket, Size' } }, says: /no column Key/ },
    { shows: 'no list of files', spoil: { manifest: { files: 'none' } }, says: /not one of S3 Inventory/ },
    {
      shows: 'a file that is gone',
      spoil: { manifest: { files: [{ key: 'x', size: 1, MD5checksum: '' }] } },
      says: /not there/,
    },
  ];
  for (const { shows, rows = [row('a')], spoil = {}, says } of broken)
    test(`with ${shows} is refused`, () => expect(entriesOf([rows], spoil)).rejects.toThrow(says));

  test('with a file that is cut off is refused, though its checksum fits', async () => {
    const store = memoryStore();
    const whole = gzipSync(Array.from({ length: 500 }, (_, i) => row(`key ${i} ${i * 7919}`)).join('\n'));
    const body = whole.subarray(0, whole.length - 50);
    await store.put('f', body);
    const files = [{ key: 'f', size: body.length, MD5checksum: createHash('md5').update(body).digest('hex') }];
    const manifest = { sourceBucket: 'docs', destinationBucket: 'lists', fileFormat: 'CSV', fileSchema: SCHEMA, files };
    await store.put('m', Buffer.from(JSON.stringify(manifest)));
    const read = await readManifest(store, 'm', { bucket: 'lists', of: 'docs' });
    await expect(Array.fromAsync(inventoryEntries(store, read, { scope }, null))).rejects.toThrow();
  });

  test('that is not there, or no JSON, is refused', async () => {
    const store = memoryStore();
    const read = () => readManifest(store, 'm', { bucket: 'lists', of: 'docs' });
    await expect(read()).rejects.toThrow('not there');
    await store.put('m', Buffer.from('{'));
    await expect(read()).rejects.toThrow('not one of S3 Inventory');
  });
});

describe('a list of keys', () => {
  test('has one a line, each once, as it stands', () => {
    expect(parseKeyList('a\nb c\r\n\n a\nb c\n😀.pdf', 'lines')).toEqual(['a', 'b c', ' a', '😀.pdf']);
  });
  test('may be JSON Lines, for keys with line breaks in them', () => {
    expect(parseKeyList('"a\\nb"\n{"key":"c","size":3}\n', 'jsonl')).toEqual(['a\nb', 'c']);
  });
  test('names the line that is none', () => {
    for (const line of ['{', '{"name":"x"}', '3', 'null', '""'])
      expect(() => parseKeyList(`"a"\n${line}`, 'jsonl'), line).toThrow('line 2');
    expect(() => parseKeyList(`a\n${'k'.repeat(1025)}`, 'lines')).toThrow('line 2');
  });
});
