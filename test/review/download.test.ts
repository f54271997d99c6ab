import { describe, expect, test } from 'vitest';
import type { Case } from '../../lib/core/records.ts';
import { payloadKey } from '../../lib/core/records-cases.ts';
import { readCase, timelineOf } from '../../lib/review/cases.ts';
import { downloadLinks, encryptedOriginal, newPassword, OtherOriginal } from '../../lib/review/download.ts';
import { openAesZip } from '../support/aes-zip.ts';
import { ada, reviewRig, viewer } from '../support/review-rig.ts';

const HOSTILE = '=cmd|\u202e<b>.exe';

async function held(key = HOSTILE) {
  const made = reviewRig();
  const caseId = await made.quarantined('bad one', key);
  const evidence = (await readCase(made.stores.ledger, caseId))?.evidence;
  if (!evidence) throw new Error('no case');
  const pack = (changed: Partial<Case> = {}, password = 'one') =>
    encryptedOriginal(made.stores.quarantine, { ...evidence, ...changed }, password);
  return { ...made, caseId, evidence, pack };
}

describe('the archive of an original', () => {
  test('is opened by its password only, as another program reads it, and shows nothing without', async () => {
    const { pack } = await held();
    const packed = await pack();
    if (!packed) throw new Error('nothing was packed');
    expect(openAesZip(packed.archive, 'one')?.body.toString()).toBe('bad one');
    expect(openAesZip(packed.archive, 'two')).toBeUndefined();
    expect(Buffer.from(packed.archive).includes('bad one')).toBe(false);
    const damaged = Buffer.from(packed.archive);
    const inBody = damaged.indexOf('PK\x01\x02', 0, 'latin1') - 30;
    damaged.writeUInt8(damaged.readUInt8(inBody) ^ 1, inBody);
    expect(openAesZip(damaged, 'one')?.body.toString()).not.toBe('bad one');
  });

  test.each<{ shows: string; of: Partial<Case>; name: RegExp }>([
    { shows: 'by its format', of: { format: 'pdf' }, name: /^[0-9a-f]{32}\.pdf$/ },
    {
      shows: 'for malware without an ending',
      of: { format: 'pdf', reason: 'malware' },
      name: /^[0-9a-f]{32}\.original$/,
    },
    { shows: 'for what nobody scanned likewise', of: { format: 'docx', reason: 'not-scanned' }, name: /\.original$/ },
    { shows: 'for what may run likewise', of: { format: 'docx', reason: 'active-content' }, name: /\.original$/ },
    { shows: 'for a format that is none of ours likewise', of: { format: '../exe' }, name: /^[0-9a-f]{32}\.original$/ },
  ])('names its member $shows, and never as people did', async ({ of, name }) => {
    const { pack } = await held();
    const packed = await pack(of);
    if (!packed) throw new Error('nothing was packed');
    expect(openAesZip(packed.archive, 'one')?.name).toBe(packed.member);
    expect(packed.member).toMatch(name);
    for (const part of ['exe|', 'cmd', '<b>']) expect(Buffer.from(packed.archive).includes(part)).toBe(false);
  });

  test('is of the bytes that the evidence speaks of, or of none', async () => {
    const { stores, caseId, pack } = await held();
    await stores.quarantine.put(payloadKey(caseId), Buffer.from('something else'));
    await expect(pack()).rejects.toBeInstanceOf(OtherOriginal);
    await stores.quarantine.remove(payloadKey(caseId));
    expect(await pack()).toBeUndefined();
  });

  test('has a password that nobody guesses or misreads', () => {
    const made = Array.from({ length: 200 }, newPassword);
    expect(new Set(made).size).toBe(200);
    for (const one of made) expect(one).toMatch(/^([a-hjkmnp-z1-9]{5}-){4}[a-hjkmnp-z1-9]{5}$/);
  });
});

describe('a link to an original', () => {
  const NOW = new Date('2026-11-26T12:00:00.000Z');
  const [CASE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];
  const links = downloadLinks(Buffer.alloc(32, 1));
  const made = links.make(CASE, 'local:ada', NOW);
  const later = (ms: number) => new Date(NOW.getTime() + ms);
  const flipped = (token: string, at: number) =>
    token.slice(0, at) + (token[at] === '0' ? '1' : '0') + token.slice(at + 1);

  test('gives its password to the same person for a minute', () => {
    expect(links.passwordOf(made.token, CASE, 'local:ada', later(59_999))).toBe(made.password);
    expect(links.passwordOf(made.token, CASE, 'LOCAL: Ada'.replace(' ', ''), later(1))).toBe(made.password);
    expect(links.make(CASE, 'local:ada', NOW).password).not.toBe(made.password);
    expect(made.token).not.toContain(made.password);
  });

  test.each([
    { shows: 'after a minute', token: made.token, at: later(60_000) },
    { shows: 'to another person', token: made.token, by: 'local:grace' },
    { shows: 'for another case', token: made.token, of: OTHER },
    { shows: 'with a later end', token: flipped(made.token, 8) },
    { shows: 'with another nonce', token: flipped(made.token, 20) },
    { shows: 'with another signature', token: flipped(made.token, 60) },
    { shows: 'without a signature', token: made.token.slice(0, 47) },
    { shows: 'that is empty', token: '' },
    { shows: 'of another secret', token: downloadLinks(Buffer.alloc(32, 2)).make(CASE, 'local:ada', NOW).token },
  ])('is none $shows', ({ token, at = NOW, by = 'local:ada', of = CASE }) => {
    expect(links.passwordOf(token, of, by, at)).toBeUndefined();
  });
});

describe('who downloads', () => {
  test('is on the trail first, and whoever may not is refused without a trace', async () => {
    const { act, caseId, stores } = await held();
    expect(await act(viewer, caseId, { what: 'download', reason: 'to look' })).toEqual({
      done: false,
      refused: 'role',
    });
    expect(await timelineOf(stores.ledger, caseId)).toEqual([]);
    expect(await act(ada, caseId, { what: 'download', reason: 'to look' })).toMatchObject({ done: true });
    expect((await timelineOf(stores.ledger, caseId)).map(({ by, deed }) => [by, deed])).toEqual([
      [ada.principal, { what: 'download', reason: 'to look' }],
    ]);
  });

  test('is refused what is more than is packed at once', async () => {
    const { act, caseId, places } = await held();
    const head = places.quarantine.head;
    places.quarantine.head = async (key) => {
      const found = await head(key);
      return found && { ...found, size: 100 * 1024 * 1024 + 1 };
    };
    expect(await act(ada, caseId, { what: 'download', reason: 'to look' })).toEqual({
      done: false,
      refused: 'too-large',
    });
  });
});
