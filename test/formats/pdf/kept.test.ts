// What a document tells its readers is the same before and after, in the eyes of programs that had no part in the
// cleaning; and a document that says it is PDF/A still is built like one.

import { afterAll, describe, expect, it } from 'vitest';
import { archiveFaults } from '../../../bench/pdf/archive.ts';
import { fontWith } from '../../../bench/pdf/font.ts';
import { comparedTold, toldBy } from '../../../bench/pdf/kept-and-equal.ts';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { LIMITS } from '../../../lib/core/limits.ts';
import { carriersOf } from '../../../lib/core/sanitize.ts';
import { comparePdf } from '../../../lib/formats/pdf/compare.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { appearance, type Letter, letterPdf, type Parts } from '../../support/pdf-letter.ts';
import { iccProfile } from '../../support/picture-metadata.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

async function cleaned(bytes: Uint8Array): Promise<Uint8Array> {
  const policy = policyFor();
  const { found } = collectFindings(carriersOf(workshop.formats), policy);
  const context: Context = {
    ...workshop,
    policy,
    limits: LIMITS,
    found,
    embedded: async () => ({ outcome: 'refused' }),
  };
  const { body } = await pdf.sanitize(bytes, context);
  await comparePdf(bytes, body, context);
  return body;
}

type Changes = Partial<Letter> & { readonly parts?: Parts };

const ELEMENTS = {
  tree: `<</Type/StructTreeRoot/K{document}/RoleMap<</Kopje/H1>>/ClassMap<</Smal<</O/Layout/SpaceBefore 3>>>>
    /IDTree<</Names[(kop){head}]>>/ParentTree<</Nums[0[{heading}{short}{head}{cell}]1[{after}]2{link1}3{entry}]>>/ParentTreeNextKey 4>>`,
  document: '<</Type/StructElem/S/Document/P{tree}/K[{heading}{short}{table}{link1}{entry}{after}]/Lang(nl)>>',
  heading: '<</Type/StructElem/S/Kopje/P{document}/Pg{page}/K 0/T(Opschrift)/C/Smal>>',
  short:
    '<</Type/StructElem/S/Span/P{document}/Pg{page}/K 1/E(bijvoorbeeld)/ActualText(bijv.)/Alt(een voorbeeld)/Lang(de)>>',
  table: '<</Type/StructElem/S/Table/P{document}/K[{row}]/A<</O/Table/Summary(Bedragen per jaar)>>>>',
  row: '<</Type/StructElem/S/TR/P{table}/K[{head}{cell}]>>',
  head: '<</Type/StructElem/S/TH/P{row}/Pg{page}/K 2/ID(kop)/A[<</O/Table/Scope/Row/ColSpan 1>><</O/Layout/TextAlign/End>>]>>',
  cell: '<</Type/StructElem/S/TD/P{row}/Pg{page}/K[3]/A<</O/Table/Headers[(kop)]>>>>',
  link1: '<</Type/StructElem/S/Link/P{document}/Pg{page}/K<</Type/OBJR/Obj{link}>>>>',
  entry:
    '<</Type/StructElem/S/Form/P{document}/Pg{page}/Alt(Uw naam)/A<</O/PrintField/Role/tv>>/K<</Type/OBJR/Obj{field}>>>>',
  after: '<</Type/StructElem/S/P/P{document}/K<</Type/MCR/Pg{second}/MCID 0>>>>',
};

const SECOND =
  '<</Type/Page/Parent{pages}/MediaBox[0 0 595 842]/Contents{more}/StructParents 1/Tabs/S/Resources<</Font<</F1{font}>>>>>>';
const CATALOG = `/PageLabels<</Nums[0<</S/r/P(blad )>>1<</S/D/St 7>>]>>/AcroForm<</Fields[{field}]>>
  /Names<</Dests<</Names[(ginds)[{second}/FitH 400](hier)[{page}/XYZ 72 720 1]]>>>>`;

/** Two tagged pages with everything that is kept. */
function report({ parts, ...changes }: Changes = {}): Buffer {
  return letterPdf({
    catalog: CATALOG,
    content:
      '/Span <</MCID 1>> BDC BT /F1 9 Tf 72 680 Td (bv.) Tj ET EMC /TH <</MCID 2>> BDC BT /F1 9 Tf 72 660 Td (Jaar) Tj ET EMC /TD <</MCID 3>> BDC BT /F1 9 Tf 172 660 Td (2024) Tj ET EMC',
    annotations: '{field}{leap}',
    ...changes,
    parts: {
      ...ELEMENTS,
      pages: '<</Type/Pages/Kids[{page}{second}]/Count 2>>',
      second: SECOND,
      more: { data: '/P <</MCID 0>> BDC BT /F1 12 Tf 72 700 Td (Bladzijde twee.) Tj ET EMC' },
      leap: '<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[72 600 200 612]/Contents(Naar achteren)/Dest(ginds)>>',
      field:
        '<</Type/Annot/Subtype/Widget/FT/Tx/T(naam)/V(Ids)/F 4/StructParent 3/Rect[72 500 272 520]/AP<</N{look}>>>>',
      look: appearance('Ids'),
      ...parts,
    },
  });
}

async function differences(before: Uint8Array, after: Uint8Array): Promise<readonly string[]> {
  return comparedTold(await toldBy(before), await toldBy(after))
    .filter(({ gone, come }) => gone.length + come.length > 0)
    .map(({ what }) => what);
}

describe('a tagged document', () => {
  it('tells its readers the same when it is clean', async () => {
    const [before, after] = [report(), await cleaned(report())];
    expect(await differences(before, after)).toEqual([]);
    const { tags, facts } = await toldBy(before);
    expect(tags).toHaveLength(10);
    // Nothing is equal because it is empty.
    expect(
      Object.entries(facts)
        .filter(([, lines]) => lines.length === 0)
        .map(([what]) => what),
    ).toEqual(['embedded fonts', 'output intents']);
  });

  it('has the same labels and tags in the eyes of PDFium', async () => {
    const seen = (bytes: Uint8Array) =>
      workshop.engines.pdfium(bytes, (document) => ({
        labels: [document.pageLabel(0), document.pageLabel(1)],
        tags: document.structure(1),
      }));
    expect(await seen(await cleaned(report()))).toEqual(await seen(report()));
    expect((await seen(report())).labels).toEqual(['blad i', '7']);
  });

  const edited = (name: keyof typeof ELEMENTS, from: string, to: string) => {
    if (!ELEMENTS[name].includes(from)) throw new Error(`${name} has no ${from}`);
    return { parts: { [name]: ELEMENTS[name].replace(from, to) } };
  };
  it('keeps a language that ends with zero bytes, without them', async () => {
    const written = await cleaned(report(edited('short', '(de)', '(de\\000)')));
    expect(Buffer.compare(written, await cleaned(report()))).toBe(0);
    expect(Buffer.compare(written, await cleaned(report(edited('short', '(de)', '(fr)'))))).not.toBe(0);
  });

  it.each<[string, Changes, string]>([
    ['what a type of its own means', edited('tree', '/Kopje/H1', '/Kopje/H2'), 'tags'],
    ['a class of attributes', edited('tree', '/SpaceBefore 3', '/SpaceBefore 4'), 'tags'],
    ['an alternative text', edited('short', 'een voorbeeld', 'een voorbeeldje'), 'tags'],
    ['a replacement text', edited('short', 'bijv.', 'bijv'), 'tags'],
    ['an expansion', edited('short', 'bijvoorbeeld', 'bij voorbeeld'), 'tags'],
    ['the language of an element', edited('short', '(de)', '(fr)'), 'tags'],
    ['the scope of a header', edited('head', '/Scope/Row', '/Scope/Column'), 'tags'],
    ['the headers of a cell', edited('cell', '/A<</O/Table/Headers[(kop)]>>', ''), 'tags'],
    ['the content of an element', edited('cell', '/K[3]', '/K[2]'), 'tags'],
    ['the place of content in a form of reference', edited('after', '{second}', '{page}'), 'tags'],
    ['the order of reading', edited('document', '{heading}{short}', '{short}{heading}'), 'tags'],
    ['where an annotation is read', edited('link1', '/K<</Type/OBJR/Obj{link}>>', ''), 'tags'],
    ['a bookmark', { bookmark: '/Title(Beslissing)/Dest[{page}/XYZ 72 700 0]' }, 'bookmarks'],
    ['the order of links', { parts: { second: SECOND.replace('/Tabs/S', '/Tabs/R') } }, 'Tabs'],
    ['a title', { info: '/Title(Een andere brief)' }, 'Title'],
    ['the view of a destination', { catalog: CATALOG.replace('/FitH 400', '/FitH 401') }, 'destinations,links'],
    ['a page label', { catalog: CATALOG.replace('/St 7', '/St 8') }, 'page labels'],
    ['a link', { annotations: '{field}' }, 'links'],
  ])('is told apart by %s', async (_, changes, what) => {
    expect((await differences(report(), report(changes))).join()).toBe(what);
  });
});

const ENTRIES = '/Flags 4/FontBBox[0 -200 600 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 500/StemV 80';

function packet(claims: string, title = 'Brief over de beslissing'): string {
  return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" ${claims}>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}
const OUTPUT =
  '/Metadata{packet}/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/DestOutputProfile{profile}>>]';
const XML = '/Type/Metadata/Subtype/XML';

/** A letter that says it conforms, and does as far as it is looked at. */
function archived(claims: string, { parts, ...changes }: Changes = {}): Buffer {
  const isPart4 = claims.includes('part="4"');
  return letterPdf({
    version: isPart4 ? '2.0' : claims.includes('part="1"') ? '1.4' : '1.7',
    catalog: OUTPUT,
    trailer: '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]',
    ...changes,
    parts: {
      content: { data: '/P <</MCID 0>> BDC BT /F1 24 Tf 72 600 Td (AAA) Tj ET EMC' },
      font: `<</Type/Font/Subtype/TrueType/BaseFont/ABCDEF+Zand/FirstChar 65/LastChar 65/Widths[600]/FontDescriptor{described}>>`,
      described: `<</Type/FontDescriptor/FontName/ABCDEF+Zand${ENTRIES}/FontFile2{program}>>`,
      program: { data: fontWith('geen'), deflate: true },
      profile: { dict: '/N 3', data: iccProfile({ description: 'sRGB', device: 'sRGB' }, 'gamma'), deflate: true },
      packet: { dict: XML, data: packet(claims) },
      ...parts,
    },
  });
}

const A = (part: number, conformance = '') =>
  `pdfaid:part="${part}"${conformance && ` pdfaid:conformance="${conformance}"`}${part === 4 ? ' pdfaid:rev="2020"' : ''}`;

describe('a document that says it is PDF/A or PDF/UA', () => {
  it.each([
    ['PDF/A-1a', A(1, 'A')],
    ['PDF/A-1b', A(1, 'B')],
    ['PDF/A-2a', A(2, 'A')],
    ['PDF/A-2b', A(2, 'B')],
    ['PDF/A-2u', A(2, 'U')],
    ['PDF/A-3a', A(3, 'A')],
    ['PDF/A-3b', A(3, 'B')],
    ['PDF/A-4', A(4)],
    ['PDF/A-4e', A(4, 'E')],
    ['PDF/UA-1', 'pdfuaid:part="1"'],
    ['both', `${A(2, 'A')} pdfuaid:part="1"`],
  ])('is still built like one: %s', async (_, claims) => {
    // Of PDF/A-4 the information dictionary goes, and nobody may have it before.
    const before = archived(claims);
    const after = await cleaned(before);
    expect(await archiveFaults(after, workshop.engines)).toEqual([]);
    expect(await differences(before, after)).toEqual(claims.includes('part="4"') ? ['Title'] : []);
    expect(await claimsOf(after)).toEqual(await claimsOf(before));
    expect((await claimsOf(before)).length).toBeGreaterThan(0);
  });

  it('is PDF/A-4 once the files of PDF/A-4f are gone', async () => {
    const after = await cleaned(archived(A(4, 'F')));
    expect(await claimsOf(after)).toEqual(['XMP-pdfaid:Part 4', 'XMP-pdfaid:Rev 2020']);
    expect(await archiveFaults(after, workshop.engines)).toEqual([]);
  });

  it('says the same in its packet, which others read without a warning, as in its information dictionary', async () => {
    const after = await cleaned(archived(A(2, 'A')));
    const tags = await workshop.engines.exiftool(after, 'pdf');
    expect([tags.get('PDF:Title'), tags.get('XMP-dc:Title')]).toEqual(Array(2).fill('Brief over de beslissing'));
    expect(warnings(tags)).toEqual([]);
    // A control: a packet that is not well-formed is warned of.
    const broken = archived(A(2, 'A'), {
      parts: { packet: { dict: XML, data: packet(A(2, 'A')).replace('</rdf:Description>', '') } },
    });
    expect(warnings(await workshop.engines.exiftool(broken, 'pdf'))).not.toEqual([]);
  });

  const one = A(1, 'A');
  const ua = 'pdfuaid:part="1"';
  it.each<[string, string, Changes, (bytes: Buffer) => Buffer | Promise<Uint8Array>]>([
    ['no comment of bytes above 127 behind the header', one, {}, (bytes) => edit(bytes, '%\xe2\xe3\xcf\xd3', '%abcd')],
    [
      'encrypted',
      one,
      {},
      (bytes) => workshop.engines.qpdf(bytes, ['--allow-weak-crypto', '--encrypt', '', '', '128', '--use-aes=y', '--']),
    ],
    ['no identifier', one, { trailer: '' }, same],
    ['a compressed XMP packet', one, { parts: { packet: { dict: XML, data: packet(one), deflate: true } } }, same],
    [
      'object streams',
      one,
      {},
      (bytes) => workshop.engines.qpdf(bytes, ['--object-streams=generate', '--stream-data=preserve']),
    ],
    ['an information dictionary', A(4), {}, same],
    ['bytes behind the end', one, {}, (bytes) => Buffer.concat([bytes, Buffer.from('meer')])],
    ['another version', A(4), { version: '1.7' }, same],
    ['transparency', one, { resources: '/ExtGState<</G<</ca 0.5>>>>' }, same],
    [
      'a font that is not embedded',
      one,
      { parts: { described: `<</Type/FontDescriptor/FontName/Zand${ENTRIES}>>` } },
      same,
    ],
    [
      'an output intent without a profile',
      one,
      { catalog: '/Metadata{packet}/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1>>]' },
      same,
    ],
    [
      'device colours without an output intent',
      one,
      {
        catalog: '/Metadata{packet}',
        resources: '/XObject<</Im1{image}>>',
        parts: {
          image: {
            dict: '/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceRGB',
            data: 'abc',
          },
        },
      },
      same,
    ],
    ['scripts or actions', one, { page: '/AA<</O<</S/JavaScript/JS(1)>>>>' }, same],
    [
      'embedded files',
      one,
      { catalog: `${OUTPUT}/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)/EF<</F{packet}>>>>]>>>>` },
      same,
    ],
    ['no embedded file in a PDF/A-4f', A(4, 'F'), {}, same],
    ['associated files that are not there', A(3, 'B'), { catalog: `${OUTPUT}/AF[]` }, same],
    ['another title in Info than in XMP', one, { info: '/Title(Een andere)' }, same],
    ['not marked as tagged', one, {}, (bytes) => edit(bytes, '/Marked true', '/Marked null')],
    ['no structure tree', one, {}, (bytes) => edit(bytes, '/StructTreeRoot ', '/StructTreeRood ')],
    ['no language', ua, {}, (bytes) => edit(bytes, '/Lang(nl-NL)', '/Land(nl-NL)')],
    ['no title', ua, { parts: { packet: { dict: XML, data: packet(ua, '') } } }, same],
    ['a title that is not shown', ua, {}, (bytes) => edit(bytes, '/DisplayDocTitle true', '/DisplayDocTitle null')],
    ['annotations in another order than the structure', ua, {}, (bytes) => edit(bytes, '/Tabs/S', '/Tabs/R')],
  ])('is found out where it has %s', async (fault, claims, changes, edited) => {
    expect(await archiveFaults(await edited(archived(claims, changes)), workshop.engines)).toContain(fault);
  });
});

function same(bytes: Buffer): Buffer {
  return bytes;
}

function edit(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`);
  return Buffer.from(text.replace(from, to), 'latin1');
}

async function claimsOf(bytes: Uint8Array): Promise<readonly string[]> {
  const tags = await workshop.engines.exiftool(bytes, 'pdf');
  return [...tags]
    .filter(([name]) => /^XMP-pdf(?:aid|uaid):/.test(name))
    .map(([name, value]) => `${name} ${value}`)
    .toSorted();
}

function warnings(tags: ReadonlyMap<string, string>): readonly string[] {
  return [...tags].filter(([name]) => /:(?:Warning|Error)/.test(name)).map(([, value]) => value);
}
