import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../lib/core/limits.ts';
import { Refusal } from '../../../lib/core/refusal.ts';
import { contentOf, hasSlack, readZip } from '../../../lib/formats/shared/zip.ts';
import { writeZip } from '../../../lib/formats/shared/zip-write.ts';
import { type ZipEntry, zipFile } from '../../support/zip-file.ts';

const ENTRY: ZipEntry = { name: 'a.txt', data: 'een tekst die zich laat inpakken '.repeat(20) };

function reasonOf(act: () => unknown): string {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof Refusal ? error.reason : String(error);
  }
}

describe('reading a zip', () => {
  test('gives names and contents, deflated and stored, with and without data descriptors', () => {
    const entries = [
      ENTRY,
      { name: 'map/b.txt', data: 'twee', stored: true },
      { name: 'ç.txt', data: 'drie', flags: 0x800, descriptor: true },
    ];
    const { members, extras } = readZip(zipFile(entries), LIMITS);
    expect(members.map((member) => [member.name, contentOf(member).toString()])).toEqual(
      entries.map(({ name, data }) => [name, data]),
    );
    expect(extras).toEqual([]);
  });

  const told: readonly (readonly [string, Parameters<typeof zipFile>])[] = [
    ['before', [[ENTRY], { before: Buffer.from('voor') }]],
    ['before', [[ENTRY], { before: Buffer.from('voor'), countsBefore: true }]],
    ['after', [[ENTRY], { after: Buffer.from('na') }]],
    [
      'between',
      [
        [
          { ...ENTRY, gap: Buffer.from('tussen') },
          { name: 'b', data: '' },
        ],
      ],
    ],
    ['comment', [[ENTRY], { comment: 'hoi' }]],
    ['comment', [[{ ...ENTRY, comment: 'hoi' }]]],
    ['extra-field', [[{ ...ENTRY, extra: Buffer.from([0x55, 0x54, 1, 0, 7]) }]]],
    ['time', [[{ ...ENTRY, date: 0x5a21 }]]],
    ['directory', [[ENTRY, { name: 'map/', data: '', stored: true }]]],
  ];
  test.each(told)('tells of what is %s', (kind, [entries, around]) => {
    const { members, extras } = readZip(zipFile(entries, around), LIMITS);
    expect([...new Set(extras.map((extra) => extra.kind))]).toEqual([kind]);
    expect(contentOf(members[0] ?? expect.fail('no member')).toString()).toBe(ENTRY.data);
  });

  const wrong: readonly (readonly [string, string, readonly ZipEntry[]])[] = [
    ['two names that differ in case', 'malformed', [ENTRY, { ...ENTRY, name: 'A.TXT' }]],
    ['a name that leads up', 'malformed', [{ ...ENTRY, name: 'x/../../y' }]],
    ['an absolute name', 'malformed', [{ ...ENTRY, name: '/y' }]],
    ['a drive', 'malformed', [{ ...ENTRY, name: 'c:/y' }]],
    ['a backslash', 'malformed', [{ ...ENTRY, name: 'x\\y' }]],
    ['no name', 'malformed', [{ ...ENTRY, name: '' }]],
    ['another name in the local header', 'malformed', [{ ...ENTRY, local: { name: 'b.txt' } }]],
    ['another size in the local header', 'malformed', [{ ...ENTRY, local: { size: 7 } }]],
    ['another checksum in the local header', 'malformed', [{ ...ENTRY, local: { crc: 7 } }]],
    ['shared data', 'malformed', [ENTRY, { ...ENTRY, name: 'b.txt', local: { name: 'a.txt' }, sharesDataOf: 0 }]],
    ['encryption', 'encrypted', [{ ...ENTRY, flags: 1 }]],
    ['AES', 'encrypted', [{ ...ENTRY, method: 99 }]],
    ['another method', 'unsupported', [{ ...ENTRY, method: 9 }]],
    ['a ratio of thousands', 'limit', [{ name: 'nul', data: Buffer.alloc(4_000_000) }]],
    ['a stored member of another size', 'malformed', [{ ...ENTRY, stored: true, size: 3 }]],
  ];
  test.each(wrong)('refuses %s as %s', (_, reason, entries) => {
    expect(reasonOf(() => readZip(zipFile(entries), LIMITS))).toBe(reason);
  });

  test('refuses a size or a checksum that the content does not have, when it is read', () => {
    const contents = (entry: ZipEntry) => reasonOf(() => readZip(zipFile([entry]), LIMITS).members.map(contentOf));
    expect(contents({ ...ENTRY, crc: 1 })).toBe('malformed');
    expect(contents({ ...ENTRY, size: 10 })).toBe('malformed');
    expect(contents({ ...ENTRY, size: 1000 })).toBe('malformed');
    expect(contents(ENTRY)).toBe('none');
  });

  test('keeps the limits on members and expanded bytes', () => {
    const many = zipFile([ENTRY, { ...ENTRY, name: 'b' }]);
    expect(reasonOf(() => readZip(many, { ...LIMITS, maxMembers: 1 }))).toBe('limit');
    expect(reasonOf(() => readZip(many, { ...LIMITS, maxExpandedBytes: 1000 }))).toBe('limit');
  });

  test('refuses every cut, and throws nothing but refusals', () => {
    const whole = zipFile([ENTRY, { name: 'b', data: 'twee', descriptor: true }]);
    for (let length = 0; length < whole.length; length++) {
      expect(reasonOf(() => readZip(whole.subarray(0, length), LIMITS))).toBe('malformed');
    }
  });
});

describe('writing a zip', () => {
  test('gives the same bytes for the same members, without dates, and reads back', () => {
    const members = [
      { name: 'a', content: Buffer.from('een') },
      { name: 'ü', content: Buffer.from('twee'), stored: true },
    ];
    const bytes = writeZip(members);
    expect(writeZip(members).equals(bytes)).toBe(true);
    const { members: read, extras } = readZip(bytes, LIMITS);
    expect(read.map((member) => [member.name, contentOf(member).toString()])).toEqual([
      ['a', 'een'],
      ['ü', 'twee'],
    ]);
    expect(extras).toEqual([]);
  });

  test('copies compressed bytes as they are', () => {
    const [member] = readZip(zipFile([ENTRY]), LIMITS).members;
    if (!member) return expect.fail('no member');
    const copy = readZip(writeZip([{ name: 'anders', copied: member }]), LIMITS).members[0];
    expect(Buffer.from(copy?.raw ?? []).equals(Buffer.from(member.raw))).toBe(true);
  });

  test('sees bytes that hide behind compressed data', () => {
    const slackOf = (slack?: Buffer) =>
      readZip(zipFile([slack ? { ...ENTRY, slack } : ENTRY]), LIMITS).members.map(hasSlack);
    expect(slackOf(Buffer.from('verstopt'))).toEqual([true]);
    expect(slackOf()).toEqual([false]);
  });
});
