// What reviewers see of a value, and where on a page: enough to look for it, nothing that tells it.

import { describe, expect, test } from 'vitest';
import { masked, thousandths } from '../../lib/core/evidence.ts';
import { collectFindings } from '../../lib/core/findings.ts';
import { EvidenceRows } from '../../lib/core/records-evidence.ts';
import { policyFor } from '../../lib/tools.ts';

describe('a masked value', () => {
  test.each([
    { value: 'jan@gemeente.nl', is: 'j•••@•••.nl' },
    { value: 'Jan de Vries', is: 'J••• ••• V•••' },
    { value: 'C:\\Users\\jan\\Mijn documenten', is: '•••:U•••\\j•••\\M••• d•••' },
    { value: '123456782', is: '•••' },
    { value: 'NL91ABNA0417164300', is: '•••' },
    { value: 'Bo', is: '•••' },
    { value: '王小明', is: '•••' },
    { value: '', is: '' },
    { value: 'jan@gemeente', is: 'j•••@•••' },
    { value: 'één ander', is: 'é••• a•••' },
  ])('$value is $is', ({ value, is }) => expect(masked(value)).toBe(is));

  test('is short, however long the value, and never holds a word of it', () => {
    const value = 'Willem-Alexander van der Hoogenband, afdeling Vergunningen '.repeat(1000);
    const said = masked(value);
    expect(said.length).toBeLessThan(100);
    for (const word of value.slice(0, 60).match(/\p{L}{2,}/gu) ?? []) expect(said).not.toContain(word);
  });
});

describe('a box', () => {
  const page = { width: 200, height: 100 };
  test.each([
    { shows: 'is in thousandths of the page', box: [20, 10, 100, 50], is: [100, 100, 500, 500] },
    { shows: 'ends with the page', box: [-20, -10, 400, 500], is: [0, 0, 1000, 1000] },
    { shows: 'beside the page is none', box: [300, 10, 400, 50], is: undefined },
    { shows: 'of no numbers is none', box: [Number.NaN, 10, 100, 50], is: undefined },
  ] as const)('$shows', ({ box, is }) => expect(thousandths([...box], page)).toEqual(is));

  test('of a page without a size is none', () => {
    expect(thousandths([0, 0, 1, 1], { width: 0, height: 0 })).toBeUndefined();
  });
});

describe('the evidence of a document', () => {
  const carriers = [
    { id: 'pdf.info.author', code: 'metadata', tier: 'H', says: 'author' },
    { id: 'pdf.redaction.failed', code: 'failed-redaction', tier: 'H', says: 'redaction' },
  ] as const;
  const collected = () => collectFindings(carriers, policyFor());
  const on = [{ page: 1, box: [1, 2, 3, 4] }] as const;

  test('says where, and hints at metadata', () => {
    const findings = collected();
    findings.found('pdf.info.author', 'trailer/Info', { values: ['Jan de Vries', new Uint8Array(3)], on });
    const [row] = findings.evidence();
    expect(row).toMatchObject({ carrier: 'pdf.info.author', at: 'trailer/Info', on, masked: ['J••• ••• V•••'] });
    expect(findings.removedValues()).toContain('Jan de Vries');
  });

  test('of a failed redaction is where it is, and never what it says', () => {
    const findings = collected();
    findings.found('pdf.redaction.failed', 'page 1', { values: ['Jan de Vries'], on });
    expect(findings.evidence()).toMatchObject([{ on, masked: [] }]);
  });

  test('is of bounded size, whatever is found', () => {
    const findings = collected();
    for (let i = 0; i < 3000; i += 1)
      findings.found('pdf.info.author', `place ${i}`, {
        values: Array(50).fill('Jan de Vries'),
        on: Array(50).fill(on[0]),
      });
    expect(EvidenceRows.safeParse(findings.evidence()).success).toBe(true);
    expect(findings.evidence()).toHaveLength(500);
  });
});
