import { createHash } from 'node:crypto';
import { PDFArray, PDFDict, PDFDocument, PDFName, PDFRawStream } from 'pdf-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { collectFindings } from '../../../lib/core/findings.ts';
import type { Context } from '../../../lib/core/format.ts';
import { LIMITS, type Limits } from '../../../lib/core/limits.ts';
import { carriersOf } from '../../../lib/core/sanitize.ts';
import { pdf } from '../../../lib/formats/pdf/pdf.ts';
import { KEPT } from '../../../lib/formats/pdf/tables/kept.ts';
import { openWorkshop, policyFor } from '../../../lib/tools.ts';
import { cases } from '../../fixtures/pdf/cases.ts';
import { appearance, letterPdf, WORDS } from '../../support/pdf-letter.ts';

const workshop = openWorkshop();
afterAll(() => workshop.close());

type Changes = { readonly rules?: Readonly<Record<string, string>>; readonly limits?: Partial<Limits> };

async function sanitized(untrusted: Uint8Array, { rules = {}, limits = {} }: Changes = {}) {
  const policy = policyFor({ version: 1, rules });
  const findings = collectFindings(carriersOf(workshop.formats), policy);
  const context: Context = {
    ...workshop,
    policy,
    limits: { ...LIMITS, ...limits },
    found: findings.found,
    embedded: async () => ({ outcome: 'refused' }),
  };
  const { body } = await pdf.sanitize(untrusted, context);
  return { body: Buffer.from(body), findings: findings.list(), removed: findings.removedValues() };
}

const load = (body: Uint8Array) => PDFDocument.load(body, { updateMetadata: false });

async function keysIn(body: Uint8Array): Promise<ReadonlySet<string>> {
  const document = await load(body);
  const keys = new Set<string>();
  const walk = (value: unknown): void => {
    if (value instanceof PDFRawStream) walk(value.dict);
    else if (value instanceof PDFDict)
      for (const [key, inner] of value.entries()) {
        keys.add(key.asString().slice(1));
        walk(inner);
      }
    else if (typeof value === 'object' && value !== null && 'asArray' in value && typeof value.asArray === 'function')
      for (const item of value.asArray()) walk(item);
  };
  for (const [, object] of document.context.enumerateIndirectObjects()) walk(object);
  return keys;
}

describe('the tables', () => {
  it('give a reason for every key, and name no key twice', () => {
    for (const [table, rows] of Object.entries(KEPT)) {
      const keys = rows.map(([key]) => key);
      expect([table, keys.length]).toEqual([table, new Set(keys).size]);
      expect(rows.filter(([, , why]) => why.trim() === '')).toEqual([]);
    }
  });

  it('are all that stands in a published document', async () => {
    const named = new Set(Object.values(KEPT).flatMap((rows) => rows.map(([key]) => key)));
    // Written beside the tables: streams, page tree, annotations, metadata, reference to an annotation, trees.
    for (const key of [
      'Length',
      'Filter',
      'DecodeParms',
      'Kids',
      'Annots',
      'Metadata',
      'Obj',
      'Nums',
      'Names',
      'URI',
      'N',
      'D',
    ])
      named.add(key);
    // Resources and element types are called what the document calls them, or are numbered.
    const ofResources = /^(?:(?:F|X|GS|MC|C[Ss]|Im|Fm|Oc|P|Sh|Drawn|Type|Class)\d+|Story)$/;
    let foreign = 0;
    for (const row of cases.filter(({ outcome, shows }) => outcome === 'published' && !shows.includes('pictures'))) {
      const bytes = await row.bytes();
      const { body } = await sanitized(bytes);
      expect([row.shows, [...(await keysIn(body))].filter((key) => !named.has(key) && !ofResources.test(key))]).toEqual(
        [row.shows, []],
      );
      const before = await keysIn(bytes).catch(() => new Set<string>());
      foreign += [...before].filter((key) => !named.has(key) && !ofResources.test(key)).length;
    }
    expect(foreign).toBeGreaterThan(50);
  });
});

describe('the new file', () => {
  it('has one revision and an identifier that is a hash of the rest', async () => {
    const { body } = await sanitized(letterPdf());
    const text = body.toString('latin1');
    expect(text.match(/%%EOF/g)).toHaveLength(1);
    expect(text).not.toContain('/Prev');
    const [, id = ''] = /\/ID \[ <([\dA-F]{32})> <\1> \]/.exec(text) ?? [];
    const blank = Buffer.from(text.replaceAll(id, '0'.repeat(32)), 'latin1');
    expect(createHash('sha256').update(blank).digest('hex').slice(0, 32).toUpperCase()).toBe(id);
  });

  it('gives other documents other identifiers', async () => {
    const idOf = ({ body }: { body: Buffer }) => /\/ID \[ <([\dA-F]{32})>/.exec(body.toString('latin1'))?.[1];
    const [one, other] = await Promise.all(
      [letterPdf(), letterPdf({ content: 'q Q' })].map((bytes) => sanitized(bytes)),
    );
    expect(one && idOf(one)).not.toBe(other && idOf(other));
  });

  it('has no object streams where it says that it is PDF/A-1', async () => {
    const packet =
      '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:p="http://www.aiim.org/pdfa/ns/id/" p:part="1" p:conformance="B"/></rdf:RDF></x:xmpmeta>';
    const claims = letterPdf({
      version: '1.4',
      catalog: '/Metadata{packet}',
      parts: { packet: { dict: '/Type/Metadata/Subtype/XML', data: packet } },
    });
    const { body } = await sanitized(claims);
    expect(body.toString('latin1')).not.toContain('/ObjStm');
    expect(body.toString('latin1', 0, 8)).toBe('%PDF-1.4');
    expect(body.toString('latin1')).toContain('<pdfaid:part>1</pdfaid:part>');
    const plain = await sanitized(letterPdf({ version: '1.4' }));
    expect(plain.body.toString('latin1')).toContain('/ObjStm');
    expect(plain.body.toString('latin1', 0, 8)).toBe('%PDF-1.5');
  });

  it('has no information dictionary where it says that it is PDF/A-4', async () => {
    const packet =
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:p="http://www.aiim.org/pdfa/ns/id/" p:part="4" p:rev="2020"/></rdf:RDF>';
    const { body } = await sanitized(
      letterPdf({ version: '2.0', catalog: '/Metadata{packet}', parts: { packet: { data: packet } } }),
    );
    expect(body.toString('latin1')).not.toContain('/Info');
    expect(body.toString('latin1')).toContain('<pdfaid:rev>2020</pdfaid:rev>');
    expect(body.toString('latin1', 0, 8)).toBe('%PDF-2.0');
  });

  it('has a page for each time that one stands in the tree', async () => {
    const { body } = await sanitized(
      letterPdf({ parts: { pages: '<</Type/Pages/Kids[{page}<</Type/Pages/Kids[{page}]>>]/Count 2>>' } }),
    );
    expect((await load(body)).getPageCount()).toBe(2);
  });
});

describe('policy', () => {
  const stamped = () =>
    letterPdf({
      annotations: '<</Type/Annot/Subtype/Stamp/Rect[72 500 272 520]/AP<</N{look}>>>>',
      parts: { look: appearance('CONCEPT') },
    });
  const textOf = (body: Uint8Array) => workshop.engines.pdfium(body, (document) => document.text(0));

  it('flattens visible markup, or removes it', async () => {
    expect(await textOf((await sanitized(stamped())).body)).toContain('CONCEPT');
    const removed = await sanitized(stamped(), { rules: { 'pdf.annotation.markup': 'remove' } });
    expect(await textOf(removed.body)).not.toContain('CONCEPT');
    expect(await textOf(removed.body)).toContain(WORDS.slice(0, 20));
  });

  it('keeps a private link where it says so', async () => {
    const linked = letterPdf({
      annotations: '<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://wiki.local/stuk)>>>>',
    });
    const links = (body: Uint8Array) => workshop.engines.pdfium(body, (document) => document.links(0));
    expect(await links((await sanitized(linked)).body)).toEqual(['https://www.example.org/regels']);
    const kept = await sanitized(linked, { rules: { 'pdf.link.private': 'keep' } });
    expect(await links(kept.body)).toContain('http://wiki.local/stuk');
    expect(kept.removed).toEqual([]);
  });

  it('makes addresses whole that are relative to a public one', async () => {
    const relative = '<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(stukken/een.html)>>>>';
    const withBase = (base: string) => letterPdf({ catalog: `/URI<</Base(${base})>>`, annotations: relative });
    const links = async (bytes: Uint8Array) =>
      workshop.engines.pdfium((await sanitized(bytes)).body, (document) => document.links(0));
    expect(await links(withBase('https://www.example.org/'))).toContain('https://www.example.org/stukken/een.html');
    expect(await links(withBase('http://wiki.local/'))).toEqual(['https://www.example.org/regels']);
  });

  it('cannot keep what a document that is written anew has no place for', async () => {
    const dirty = letterPdf({ info: '/Author(Wietske Zandkamp)' });
    await expect(sanitized(dirty, { rules: { 'pdf.info.author': 'keep' } })).rejects.toMatchObject({
      reason: 'unsupported',
    });
  });
});

describe('limits', () => {
  it('refuse a document that is too large before anything reads it', async () => {
    await expect(sanitized(letterPdf(), { limits: { maxPdfBytes: 1000 } })).rejects.toMatchObject({ reason: 'limit' });
    await expect(sanitized(letterPdf(), { limits: { maxPdfBytes: 10_000 } })).resolves.toBeDefined();
  });
});

describe('what is kept', () => {
  it('still leads from header cells to their table cells', async () => {
    const { body } = await sanitized(
      letterPdf({
        element: '/ID(kop van zandkamp)/A<</O/Table/Headers[(kop van zandkamp)(bestaat niet)]/Scope/Column>>',
      }),
    );
    const document = await load(body);
    const elements = document.context
      .enumerateIndirectObjects()
      .flatMap(([, object]) =>
        object instanceof PDFDict && object.has(PDFName.of('S')) && object.has(PDFName.of('ID')) ? [object] : [],
      );
    expect(elements.map((element) => `${element.get(PDFName.of('ID'))}`)).toEqual(['(e1)']);
    expect(`${elements[0]?.get(PDFName.of('A'))}`.replace(/\s+/g, ' ')).toContain('/Headers [ (e1) ]');
  });

  it('still says by the role map what own element types mean', async () => {
    const row = cases.find(({ shows }) => shows.startsWith('gives element types'));
    const { body } = await sanitized((await row?.bytes()) ?? new Uint8Array());
    const tree = (await load(body)).catalog.lookup(PDFName.of('StructTreeRoot'), PDFDict);
    const written = (key: string) => `${tree.lookup(PDFName.of(key))}`.replace(/\s+/g, ' ');
    expect(written('RoleMap')).toBe('<< /Story /Art /Type1 /Type2 /Type2 /H1 >>');
    expect(written('ClassMap')).toMatch(/^<< \/Class1 (?:\d+ 0 R|<<.*>>) >>$/);
    const spaces = tree.lookup(PDFName.of('Namespaces'), PDFArray);
    const addresses = [0, 1].map((at) => `${spaces.lookup(at, PDFDict).get(PDFName.of('NS'))}`);
    expect([spaces.size(), ...addresses]).toEqual([2, '(x-namespace:1)', '(http://iso.org/pdf2/ssn)']);
  });

  it('of shared resources is what any of the pages draws', async () => {
    const picture = (words: string) => appearance(words);
    const two = letterPdf({
      parts: {
        pages: '<</Type/Pages/Kids[{page}{second}]/Count 2/Resources{shared}>>',
        page: '<</Type/Page/Parent{pages}/MediaBox[0 0 595 842]/Contents{content}/StructParents 0>>',
        second: '<</Type/Page/Parent{pages}/MediaBox[0 0 595 842]/Contents{more}>>',
        more: { data: '/Fm2 Do' },
        shared: '<</Font<</F1{font}>>/XObject<</Fm1{one}/Fm2{other}/Fm3{never}>>>>',
        one: picture('een'),
        other: picture('twee'),
        never: picture('drie'),
      },
    });
    const { body } = await sanitized(two);
    const pages = (await load(body)).getPages();
    const resources = pages.map(({ node }) => node.get(PDFName.of('Resources')));
    expect(resources[0]).toBe(resources[1]);
    expect(pages[1]?.node.Resources()?.lookup(PDFName.of('XObject'), PDFDict).keys().map(String)).toEqual(['/Fm2']);
  });

  it('leads to destinations under their new names', async () => {
    const row = cases.find(({ shows }) => shows.includes('renames destinations'));
    const { body } = await sanitized((await row?.bytes()) ?? new Uint8Array());
    const targets = await workshop.engines.pdfium(body, (document) => document.linkTargets(0));
    expect(targets.filter((page) => page === 0)).toHaveLength(2);
  });

  it('says what was there by place and number, never by value', async () => {
    for (const row of cases.filter(({ kind }) => kind === 'dirty')) {
      const { findings } = await sanitized(await row.bytes()).catch(() => ({ findings: [] }));
      for (const { at } of findings) expect(at).toMatch(/^[a-zA-Z0-9 /]+$/);
      expect(JSON.stringify(findings)).not.toMatch(/zandkamp|hoekzema/i);
    }
  });
});
