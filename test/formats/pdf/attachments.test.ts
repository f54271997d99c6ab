import { inflateSync } from 'node:zlib';
import { PDFArray, PDFDict, PDFDocument, PDFHexString, PDFName, PDFRawStream, PDFString } from 'pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { findResidue } from '../../../lib/core/absence.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { examine } from '../../../lib/core/sanitize.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { p, wordFile } from '../../support/docx-file.ts';
import { letterPdf } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

const KEEP = { 'pdf.attachment': 'keep' };

function judged(bytes: Uint8Array, rules: Readonly<Record<string, string>> = KEEP) {
  return examine(bytes, 'document.pdf', { ...workshop, policy: policyFor({ version: 1, rules }) });
}

async function published(bytes: Uint8Array, rules?: Readonly<Record<string, string>>) {
  const verdict = await judged(bytes, rules);
  if (verdict.outcome !== 'published') throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return verdict;
}

type File = {
  readonly name: string;
  readonly data: Uint8Array;
  readonly entries?: string;
  readonly parameters?: string;
};

/** A letter with these files in its name tree. */
function letterWith(files: readonly File[], more: Parameters<typeof letterPdf>[0] = {}): Buffer {
  const names = files.map((_, i) => `(stuk ${i}){spec${i}}`).join('');
  const parts = files.flatMap(({ name, data, entries = '', parameters = '' }, i) => [
    [`spec${i}`, `<</Type/Filespec/F(${name})/UF(${name})/EF<</F{file${i}}>>${entries}>>`] as const,
    [`file${i}`, { dict: `/Type/EmbeddedFile${parameters}`, data: Buffer.from(data), deflate: true }] as const,
  ]);
  return letterPdf({
    ...more,
    catalog: `/Names<</EmbeddedFiles<</Names[${names}]>>>>`,
    parts: { ...Object.fromEntries(parts), ...more.parts },
  });
}

async function filesIn(body: Uint8Array) {
  const { catalog, context } = await PDFDocument.load(body, { updateMetadata: false });
  const tree = catalog.lookupMaybe(PDFName.of('Names'), PDFDict)?.lookupMaybe(PDFName.of('EmbeddedFiles'), PDFDict);
  const pairs = tree?.lookup(PDFName.of('Names'), PDFArray).asArray() ?? [];
  const associated = catalog.lookupMaybe(PDFName.of('AF'), PDFArray)?.size() ?? 0;
  const files = pairs.flatMap((item) => {
    const spec = context.lookup(item);
    if (!(spec instanceof PDFDict)) return [];
    const name = spec.lookup(PDFName.of('UF'));
    const stream = spec.lookup(PDFName.of('EF'), PDFDict).lookup(PDFName.of('F'));
    if (!(stream instanceof PDFRawStream) || !(name instanceof PDFString || name instanceof PDFHexString))
      throw new Error('no file');
    const keys = spec.keys().map((key) => key.asString().slice(1));
    return [
      {
        name: name.decodeText(),
        data: inflateSync(stream.contents),
        keys,
        type: String(stream.dict.get(PDFName.of('Subtype'))),
      },
    ];
  });
  return { files, associated };
}

const carriersOf = ({ findings }: { readonly findings: readonly { carrier: string; action: string }[] }) =>
  findings.map(({ carrier, action }) => `${carrier} ${action}`);

/** A letter whose words name an address, which is to stay, and whose author is not. */
const inner = () =>
  letterPdf({
    info: '/Title(Bijlage)/Author(Wietske Zandkamp)',
    content: 'BT /F1 12 Tf 72 600 Td (info@proefwerken.example) Tj ET',
  });

describe('an attachment that policy keeps', () => {
  const dirty = () =>
    letterWith([
      {
        name: 'H:\\\\zandkamp\\\\bijlage.PDF',
        data: inner(),
        entries: '/Desc(Nagekeken door Hoekzema)/DOS(BIJLAG~1.PDF)/AFRelationship/Source/CI<<>>',
        parameters: '/Params<</CreationDate(D:20240102030405Z)/CheckSum(zandkampzandkamp)>>',
      },
      { name: 'notitie.docx', data: wordFile({ body: p('Notitie bij het besluit') }) },
    ]);

  it('is cleaned as a document of its own and attached anew', async () => {
    const verdict = await published(dirty());
    const { files, associated } = await filesIn(verdict.body);
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['bijlage.pdf', '/application#2Fpdf'],
      ['notitie.docx', '/application#2Fvnd.openxmlformats-officedocument.wordprocessingml.document'],
    ]);
    expect(associated).toBe(2);
    expect(files[0]?.keys).toEqual(['Type', 'F', 'UF', 'EF', 'AFRelationship']);
    expect(carriersOf(verdict)).toEqual(
      expect.arrayContaining(['pdf.attachment kept', 'pdf.attachment.detail removed', 'pdf.info.author removed']),
    );
    const alone = await published(inner());
    expect(Buffer.compare(files[0]?.data ?? Buffer.alloc(0), alone.body)).toBe(0);
  });

  it('leaves nothing of what was said of it', async () => {
    const needles = [
      'Wietske Zandkamp',
      'Nagekeken door Hoekzema',
      'BIJLAG~1',
      'zandkampzandkamp',
      'D:20240102030405Z',
    ];
    expect(new Set((await findResidue(dirty(), needles, new Map(), LIMITS)).map(({ index }) => index)).size).toBe(
      needles.length,
    );
    const { body } = await published(dirty());
    expect(await findResidue(body, needles, new Map(), LIMITS)).toEqual([]);
  });

  it('is the same bytes at every run, and when run on its own result', async () => {
    const [one, other] = [await published(dirty()), await published(dirty())];
    expect(Buffer.compare(one.body, other.body)).toBe(0);
    const again = await published(one.body);
    expect(Buffer.compare(again.body, one.body)).toBe(0);
    expect(carriersOf(again).filter((row) => row.endsWith('removed'))).toEqual([]);
  });

  it('is removed by default', async () => {
    const { body } = await published(dirty(), {});
    expect(await filesIn(body)).toEqual({ files: [], associated: 0 });
  });

  it('comes from annotations and pages too, once, under names that differ', async () => {
    const bytes = letterWith([{ name: 'a.pdf', data: inner() }], {
      page: '/AF[{spec0}{other}]',
      annotations: `<</Type/Annot/Subtype/FileAttachment/Rect[9 9 20 20]/FS{third}>>
        <</Type/Annot/Subtype/FileAttachment/F 2/Rect[9 9 20 20]/FS{hidden}>>`,
      parts: {
        other: '<</Type/Filespec/F(map/A.pdf)/EF<</F{one}>>>>',
        third: '<</Type/Filespec/F(zandkamp@proefwerken.example.pdf)/EF<</F{two}>>>>',
        hidden: '<</Type/Filespec/F(b.pdf)/EF<</F{three}>>>>',
        one: { data: letterPdf() },
        two: { data: letterPdf({ content: 'q Q' }) },
        three: { data: letterPdf({ content: 'q q Q Q' }) },
      },
    });
    const { files } = await filesIn((await published(bytes)).body);
    expect(files.map(({ name }) => name)).toEqual(['A-2.pdf', 'a.pdf', 'attachment.pdf']);
  });
});

describe('an attachment that cannot be cleaned', () => {
  const bytes = () =>
    letterWith([
      { name: 'hulp-van-zandkamp.exe', data: Buffer.from('MZ\x90\0programma van Hoekzema', 'latin1') },
      { name: 'b.pdf', data: letterPdf() },
    ]);

  it('is removed and recorded', async () => {
    const verdict = await published(bytes());
    expect(carriersOf(verdict)).toContain('pdf.attachment.unclean removed');
    expect((await filesIn(verdict.body)).files.map(({ name }) => name)).toEqual(['b.pdf']);
    expect(await findResidue(verdict.body, ['hulp-van-zandkamp', 'programma van Hoekzema'], new Map(), LIMITS)).toEqual(
      [],
    );
  });

  it('quarantines the document where policy says so, or cannot be obeyed', async () => {
    expect(await judged(bytes(), { ...KEEP, 'pdf.attachment.unclean': 'quarantine' })).toMatchObject({
      outcome: 'quarantined',
      reason: 'hidden-content',
    });
    expect(await judged(bytes(), { 'pdf.attachment*': 'keep' })).toMatchObject({
      outcome: 'quarantined',
      reason: 'unsupported',
    });
  });

  it('quarantines the document for what policy quarantines inside it', async () => {
    const redaction = '<</Type/Annot/Subtype/Redact/Rect[72 690 300 720]>>';
    const data = letterPdf({ annotations: redaction });
    expect(await judged(letterWith([{ name: 'a.pdf', data }]))).toMatchObject({
      outcome: 'quarantined',
      reason: 'failed-redaction',
    });
  });

  it('is a limit where documents are nested too deep, and none one level above', async () => {
    let nested = letterPdf();
    for (let depth = 0; depth < LIMITS.maxDepth; depth++) nested = letterWith([{ name: 'a.pdf', data: nested }]);
    expect((await judged(nested)).outcome).toBe('published');
    nested = letterWith([{ name: 'a.pdf', data: nested }]);
    expect(await judged(nested)).toMatchObject({ outcome: 'quarantined', reason: 'limit' });
  });
});
