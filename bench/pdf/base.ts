// The document that every canary is planted in: two tagged pages with what a sanitizer has to keep. Headings, an
// alternative text, table headers, bookmarks, a named destination, page labels, links, a form field with its
// appearance, a picture, and the claims of PDF/A-2a and PDF/UA-1 (ISO 19005-2 6.6.4, ISO 14289-1 5).

import { addName, addResource, type Draft, emptyDraft, literal, type PageDraft, type Reference } from './draft.ts';
import { JPEG, profileOf } from './pictures.ts';
import { write } from './write.ts';

export const TITLE = 'Besluit op bezwaar';
export const LANGUAGE = 'nl-NL';
export const PUBLIC_LINK = 'https://www.example.org/regels';

/** A draft on which the carriers can be planted. */
export function startDraft(): Draft {
  const draft = emptyDraft();
  draft.info.set('Title', literal(TITLE));
  draft.bookmarks.push(`/Title(Besluit)/Dest${viewOf(draft.first)}`, `/Title(Toelichting)/Dest(toelichting)`);
  addName(draft, 'Dests', 'toelichting', viewOf(draft.second));
  const picture = draft.add({
    dict: '/Type/XObject/Subtype/Image/Width 16/Height 16/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/DCTDecode',
    data: JPEG,
  });
  addResource(draft.first, 'XObject', `/Foto ${picture}`);
  draft.paragraphs.push({ entries: '', words: 'Hierna volgt de toelichting op dit besluit.' });
  const shown = draft.add({
    dict: `/Type/XObject/Subtype/Form/BBox[0 0 120 20]/Resources<</Font<</F1 ${draft.font}>>>>`,
    data: '/Tx BMC q BT /F1 10 Tf 2 6 Td (Akkoord) Tj ET Q EMC',
    deflate: true,
  });
  addField(draft, '/FT/Tx/T(antwoord)/V(Akkoord)/DA(/F1 10 Tf 0 g)', `/Rect[72 380 192 400]/AP<</N ${shown}>>`);
  return draft;
}

/** A field that is its own widget annotation, on the first page. */
export function addField(draft: Draft, field: string, widget: string): Reference {
  const reference = draft.add(`<</Type/Annot/Subtype/Widget/F 4/P ${draft.first.reference}${field}${widget}>>`);
  draft.fields.push(reference);
  draft.first.annotations.push(reference);
  return reference;
}

function viewOf(page: PageDraft): string {
  return `[${page.reference}/XYZ 72 780 0]`;
}

/** Fills in what the lists of the draft say, and writes it. */
export function finish(draft: Draft): Buffer {
  draft.set(draft.font, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>');
  draft.set(draft.profile, { dict: '/N 3', data: profileOf({ description: 'RGB', copyright: 'none' }), deflate: true });
  const { tree, link } = structure(draft);
  const pages = draft.add(`<</Type/Pages/Kids[${draft.first.reference} ${draft.second.reference}]/Count 2>>`);
  setPage(draft, draft.first, pages, `${FIRST}\n${draft.first.content.join('\n')}`, '/StructParents 0', [link]);
  const lines = draft.paragraphs.map(
    ({ words }, mcid) => `/P <</MCID ${mcid}>> BDC BT /F1 10 Tf 72 ${780 - mcid * 16} Td ${literal(words)} Tj ET EMC`,
  );
  const drawn = [...lines, ...draft.second.content].join('\n');
  setPage(draft, draft.second, pages, drawn, '/StructParents 1', []);
  setOutlines(draft);
  const metadata = draft.add({ dict: '/Type/Metadata/Subtype/XML', data: packet(draft) });
  const labels = draft.pageLabels.map((label, page) => `${page}<<${label}>>`).join('');
  const info = draft.add(`<<${[...draft.info].map(([key, value]) => `/${key}${value}`).join('')}>>`);
  const catalog =
    draft.add(`<</Type/Catalog/Pages ${pages}/Lang(${LANGUAGE})/MarkInfo<</Marked true>>/StructTreeRoot ${tree}
/Outlines ${draft.outlines}/PageLabels<</Nums[${labels}]>>/ViewerPreferences<</DisplayDocTitle true>>/Metadata ${metadata}
/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(Custom)/DestOutputProfile ${draft.profile}${draft.outputIntent.join('')}>>]
/AcroForm<</Fields[${draft.fields.join(' ')}]/DR<</Font<</F1 ${draft.font}>>>>/DA(/F1 10 Tf 0 g)${draft.form.join('')}>>
/Names<<${nameTrees(draft)}>>${layers(draft)}${draft.catalog.join('\n')}>>`);
  return write(draft, `/Root ${catalog}/Info ${info}${draft.trailer.join('')}`);
}

const FIRST = `/H1 <</MCID 0>> BDC BT /F1 16 Tf 72 760 Td (${TITLE}) Tj ET EMC
/P <</MCID 1>> BDC BT /F1 11 Tf 72 730 Td (Het bezwaar is gegrond. De regels staan op www.example.org.) Tj ET EMC
/Figure <</MCID 2>> BDC q 96 0 0 96 72 600 cm /Foto Do Q EMC
/TH <</MCID 3>> BDC BT /F1 11 Tf 72 560 Td (Bedrag) Tj ET EMC
/TD <</MCID 4>> BDC BT /F1 11 Tf 72 540 Td (100 euro) Tj ET EMC`;

function setPage(
  draft: Draft,
  page: PageDraft,
  pages: Reference,
  content: string,
  entries: string,
  annotations: readonly Reference[],
): void {
  const contents = draft.add({ data: content, deflate: true });
  addResource(page, 'Font', `/F1 ${draft.font}`);
  const resources = [...page.resources].map(([category, named]) => `/${category}<<${named.join('')}>>`).join('');
  draft.set(
    page.reference,
    `<</Type/Page/Parent ${pages}/MediaBox[0 0 595 842]/Tabs/S/Contents ${contents}/Resources<<${resources}>>
${entries}/Annots[${[...annotations, ...page.annotations].join(' ')}]${page.entries.join('')}>>`,
  );
}

/** Document, heading, paragraph with a link, figure, table with header; then the second page's paragraphs (14.7, 14.8). */
function structure(draft: Draft): { readonly tree: Reference; readonly link: Reference } {
  const tree = draft.reserve();
  const top = draft.reserve();
  const link = draft.reserve();
  const on = (page: PageDraft, kind: string, parent: Reference, kids: string, more = '') =>
    draft.add(`<</Type/StructElem/S/${kind}/P ${parent}/Pg ${page.reference}/K${kids}${more}>>`);
  const heading = on(draft.first, 'H1', top, ' 0');
  const paragraph = draft.reserve();
  const linked = on(draft.first, 'Link', paragraph, `<</Type/OBJR/Obj ${link}>>`, '/Alt(Naar de regels)');
  draft.set(paragraph, `<</Type/StructElem/S/P/P ${top}/Pg ${draft.first.reference}/K[1 ${linked}]>>`);
  const figure = on(
    draft.first,
    'Figure',
    top,
    ' 2',
    '/Alt(Een vlak dat lichter wordt)/A<</O/Layout/Placement/Block>>',
  );
  const table = draft.reserve();
  const [head, body] = [draft.reserve(), draft.reserve()];
  const th = on(draft.first, 'TH', head, ' 3', '/A<</O/Table/Scope/Column>>/ID(kop1)');
  const td = on(draft.first, 'TD', body, ' 4', '/A<</O/Table/Headers[(kop1)]>>');
  draft.set(head, `<</Type/StructElem/S/TR/P ${table}/K ${th}>>`);
  draft.set(body, `<</Type/StructElem/S/TR/P ${table}/K ${td}>>`);
  draft.set(table, `<</Type/StructElem/S/Table/P ${top}/K[${head} ${body}]>>`);
  const second = draft.paragraphs.map(({ kind = 'P', entries }, mcid) =>
    on(draft.second, kind, top, ` ${mcid}`, entries),
  );
  draft.set(
    top,
    `<</Type/StructElem/S/Document/P ${tree}/K[${[heading, paragraph, figure, table, ...second].join(' ')}]>>`,
  );
  draft.set(
    tree,
    `<</Type/StructTreeRoot/K ${top}/IDTree<</Names[(kop1)${th}]>>/ParentTreeNextKey 3
/ParentTree<</Nums[0[${[heading, paragraph, figure, th, td].join(' ')}]1[${second.join(' ')}]2 ${linked}]>>${draft.structure.join('')}>>`,
  );
  draft.set(
    link,
    `<</Type/Annot/Subtype/Link/Rect[72 722 400 742]/Border[0 0 0]/F 4/StructParent 2/Contents(Naar de regels)
/A<</S/URI/URI(${PUBLIC_LINK})>>>>`,
  );
  return { tree, link };
}

function setOutlines(draft: Draft): void {
  const items = draft.bookmarks.map(() => draft.reserve());
  for (const [index, entries] of draft.bookmarks.entries()) {
    const reference = items[index];
    const [before, after] = [items[index - 1], items[index + 1]];
    const order = `${before ? `/Prev ${before}` : ''}${after ? `/Next ${after}` : ''}`;
    if (reference) draft.set(reference, `<</Parent ${draft.outlines}${order}${entries}>>`);
  }
  draft.set(draft.outlines, `<</Type/Outlines/First ${items[0]}/Last ${items.at(-1)}/Count ${items.length}>>`);
}

/** Keys in the order of their bytes, as readers that halve the list expect (7.9.6). */
function nameTrees(draft: Draft): string {
  return [...draft.names]
    .map(([tree, names]) => {
      const sorted = [...names].sort(([a], [b]) => Buffer.compare(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1')));
      return `/${tree}<</Names[${sorted.map(([key, value]) => `${literal(key)}${value}`).join(' ')}]>>`;
    })
    .join('');
}

function layers({ layers: { all, off, defaults, configurations } }: Draft): string {
  if (all.length === 0) return '';
  const others = configurations.length > 0 ? `/Configs[${configurations.join('')}]` : '';
  return `/OCProperties<</OCGs[${all.join(' ')}]/D<</Order[${all.join(' ')}]/OFF[${off.join(' ')}]${defaults.join('')}>>${others}>>`;
}

function packet({ xmp, padding }: Draft): string {
  return `<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${TITLE}</rdf:li></rdf:Alt></dc:title>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>${xmp.join('\n')}</rdf:RDF></x:xmpmeta>
${padding}<?xpacket end="w"?>`;
}
