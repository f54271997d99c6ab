// The corpus script on a small sample that is generated here; the folders of real files it is made for are not in the
// repository. What it must find is planted by judges that do wrong.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JudgedFile } from '../../bench/pdf/folder.ts';
import { LIMITS } from '../../lib/core/limits.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { pdfium } from '../../lib/engines/pdfium.ts';
import { qpdf } from '../../lib/engines/qpdf.ts';
import { type OpenJudge, openJudge } from '../../lib/judging.ts';
import { letterPdf } from '../support/pdf-letter.ts';
import { fuzzedSuite, mutate } from './fuzzed.ts';
import { isWrong, judgeSuite, printDoubts, printSummary, type Suite } from './pdf.ts';

const readers = { pdfium: pdfium(LIMITS), qpdf: qpdf(LIMITS) };
let open: OpenJudge;
beforeAll(async () => {
  open = await openJudge({ scanner: 'none', jobs: 1, env: process.env });
});
afterAll(() => open.close());

const MUTANTS = 40;

async function* letters(): AsyncGenerator<readonly [string, Uint8Array]> {
  yield ['letter.pdf', letterPdf()];
  yield ['stamped.pdf', letterPdf({ annotations: '<</Type/Annot/Subtype/Square/Rect[72 500 272 520]>>' })];
  yield ['nothing.pdf', Buffer.from('%PDF-1.7\n')];
}
const letterSuite = (): Suite => ({ name: 'letters', files: letters() });

const published = (body: Uint8Array): Judge => {
  const proof = { sha256: sha256(body), bytes: body.length, checks: [] };
  return async () => ({
    outcome: 'published',
    format: 'pdf',
    mediaType: 'application/pdf',
    extension: 'pdf',
    renamed: false,
    findings: [],
    scanner: 'none',
    body: admit(body, proof),
    proof,
  });
};

describe('the corpus script', () => {
  it('finds nothing wrong with what we publish', async () => {
    const { files } = await judgeSuite(letterSuite(), { judge: open.judge, readers }, () => {});
    expect(files.map(({ outcome, isDrawn, sameness }) => [outcome, isDrawn, sameness])).toEqual([
      ['published', true, 'same'],
      ['published', true, 'annotations'],
      ['malformed', false, undefined],
    ]);
    expect(files.some(isWrong)).toBe(false);
    expect(printSummary([{ name: 'letters', files }])).toMatch(/^letters +3 +2 +2 /m);
  });

  it('finds out a judge that publishes another document', async () => {
    const judge = published(letterPdf({ content: '0 0 99 99 re f' }));
    const { files } = await judgeSuite(letterSuite(), { judge, readers }, () => {});
    expect(files.map(isWrong)).toEqual([true, true, false]);
    expect(printDoubts([{ name: 'letters', files }])).toContain('pixels differ');
  });

  it('takes a crash and a hang for wrong', () => {
    const file: JudgedFile = {
      ...{ file: 'a.pdf', isDrawn: true, pages: 1, outcome: 'malformed', detail: '' },
      ...{ sameness: undefined, sizeRatio: undefined, wallMs: 5 },
    };
    expect(isWrong(file)).toBe(false);
    expect(isWrong({ ...file, outcome: 'crashed' })).toBe(true);
    expect(isWrong({ ...file, wallMs: 10 * LIMITS.wallMs })).toBe(true);
    expect(printSummary([{ name: 'a', files: [file, { ...file, outcome: 'unverified' }] }])).toContain(
      'of 2 that Poppler draws, 1 are',
    );
  });
});

describe('broken documents', () => {
  it('are broken the same way each time, and differently by another seed', async () => {
    const broken = async (seed: number) => {
      const all: string[] = [];
      for await (const [, bytes] of fuzzedSuite({ mutants: 1, seed, most: 8 }).files) all.push(sha256(bytes));
      return all;
    };
    expect(await broken(1)).toEqual(await broken(1));
    expect(await broken(1)).not.toEqual(await broken(2));
    expect(mutate(letterPdf(), () => 0)).not.toEqual(letterPdf());
  });

  it('are published as they look, or held back; none crashes or hangs', { timeout: 240_000 }, async () => {
    const suite = fuzzedSuite({ mutants: 1, seed: 7, most: MUTANTS });
    const result = await judgeSuite(suite, { judge: open.judge, readers }, () => {});
    expect(result.files).toHaveLength(MUTANTS);
    expect(printDoubts([{ ...result, files: result.files.filter(isWrong) }])).toBe('');
  });
});
