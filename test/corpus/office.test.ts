// The comparison of the Office corpus script, on PDFs made here in the place of LibreOffice's. What it must find is
// planted by judges and printers that do wrong.

import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../lib/core/limits.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { pdfium } from '../../lib/engines/pdfium.ts';
import { letterPdf } from '../support/pdf-letter.ts';
import type { Printer } from './libre-office.ts';
import {
  isSeen,
  isWrongOffice,
  judgeOffice,
  judgeOfficeSuite,
  type OfficeFile,
  printOffice,
  saidOf,
} from './office.ts';
import { alike, pagesOf } from './printed-alike.ts';

const reader = pdfium(LIMITS);
const BEFORE = Buffer.from('before');
const AFTER = Buffer.from('after');

const publishes =
  (...carriers: readonly string[]): Judge =>
  async () => {
    const proof = { sha256: sha256(AFTER), bytes: AFTER.length, checks: [] };
    return {
      ...{ outcome: 'published', format: 'odf', mediaType: 'application/odt', extension: 'odt', renamed: false },
      findings: carriers.map((carrier) => ({
        ...{ code: 'metadata', carrier, at: 'member 1', action: 'removed', tier: 'L', count: 1 },
      })),
      ...{ scanner: 'none', body: admit(AFTER, proof), proof },
    };
  };

const line = (text: string, y = 700) => `BT /F1 12 Tf 72 ${y} Td (${text}) Tj ET`;
const LETTER = letterPdf({ content: line('Dear reader, all is well.') });

function prints(after: Buffer | undefined): Printer {
  return async (bytes) => (Buffer.compare(bytes, BEFORE) === 0 ? LETTER : after);
}

const judged = (print: Printer, judge = publishes()): Promise<OfficeFile> =>
  judgeOffice('letter.odt', BEFORE, { judge, print, pdfium: reader });

const rows: readonly (readonly [what: string, after: Buffer | undefined, said: RegExp, wrong: boolean])[] = [
  ['the same print', LETTER, /^same$/, false],
  [
    'a word that is gone',
    letterPdf({ content: line('Dear reader, all is') }),
    /text differs: 1 words lost, 0 new/,
    true,
  ],
  [
    'a line that is there twice',
    letterPdf({ content: `${line('Dear reader, all is well.')} ${line('all', 650)}` }),
    /text differs: 0 words lost, 1 new, pixels differ on pages 1$/,
    true,
  ],
  [
    'a line elsewhere',
    letterPdf({ content: line('Dear reader, all is well.', 600) }),
    /^pixels differ on pages 1$/,
    false,
  ],
  [
    'a box over nothing',
    letterPdf({ content: `${line('Dear reader, all is well.')} 9 9 99 99 re f` }),
    /^pixels/,
    false,
  ],
  ['no print at all', undefined, /^not printed any more$/, true],
];

const held: OfficeFile = {
  ...{ file: 'b.odt', extension: 'odt', detail: '', carriers: ['odf.sheet.hidden'], printed: undefined },
  outcome: 'hidden-content',
};

describe('the Office corpus script', () => {
  it.each(rows)('tells of %s', async (_, after, said, wrong) => {
    const file = await judged(prints(after));
    expect(saidOf(file)).toMatch(said);
    expect(isWrongOffice(file)).toBe(wrong);
  });

  it('takes lost words for right only where something was removed that LibreOffice draws', async () => {
    const shorter = prints(letterPdf({ content: line('Dear reader') }));
    expect(isWrongOffice(await judged(shorter, publishes('odf.revision')))).toBe(false);
    expect(isWrongOffice(await judged(shorter, publishes('odf.meta.creator', 'odf.settings')))).toBe(true);
    expect(['docx.revision.deletion', 'odf.field.person', 'rtf.object', 'docx.rsid'].map(isSeen)).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it('does not blame the result for an original that cannot be printed', async () => {
    const file = await judged(async () => undefined);
    expect([saidOf(file), isWrongOffice(file)]).toEqual(['unprinted', false]);
  });

  it('counts by kind and names what differs, without a word of it', async () => {
    async function* files(): AsyncGenerator<readonly [string, Uint8Array]> {
      yield ['letter.odt', BEFORE];
    }
    const print = prints(letterPdf({ content: line('Dear') }));
    const tools = { judge: publishes('odf.revision', 'odf.rsid'), print, pdfium: reader };
    const told: string[] = [];
    const results = await judgeOfficeSuite({ name: 'odt', files: files() }, tools, ({ file }) => told.push(file));
    expect(told).toEqual(['odt/letter.odt']);
    const summary = printOffice([...results, held]);
    expect(summary).toMatch(/^odt +2 +1 +1 +0 +0 +0 +1 +0 +0$/m);
    expect(summary).toMatch(/^odt\/letter\.odt +text differs: 4 words lost, 0 new.* odf\.revision$/m);
    expect(summary).not.toMatch(/reader|well/);
    expect(saidOf(held)).toBe('held back: hidden-content (odf.sheet.hidden)');
  });
});

describe('two prints', () => {
  const page = (text: string) => ({ text, raster: undefined });
  it('have the same words where lines break elsewhere and pages are numbered anew', () => {
    const before = [page('one two-\nthree 1'), page('four 2')];
    expect(alike(before, [page('one twothree'), page('1'), page('four 2 3')])).toMatchObject({
      ...{ text: 'moved', lostWords: 0, newWords: 0, pages: [2, 3] },
    });
    expect(alike(before, [page('one two-\nthree 1'), page('four 3')]).text).toBe('differs');
    expect(alike(before, [page('one two-\nthree 1'), page('five 2')])).toMatchObject({
      ...{ text: 'differs', lostWords: 1, newWords: 1 },
    });
  });

  it('differ on the page that only one of them has', async () => {
    const [letter] = await reader(LETTER, pagesOf);
    const pages = letter ? [letter] : [];
    expect(alike(pages, pages).differingPages).toEqual([]);
    expect(alike(pages, [...pages, ...pages]).differingPages).toEqual([2]);
  });
});
