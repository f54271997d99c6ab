// A document as large as one may be: 2,000 pages, 100 MB, about 50,000 objects. Tagged text in embedded fonts that all
// pages share, pictures that nothing compresses, links, comments, bookmarks. The same bytes every time, made here.

import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { type Draft, emptyDraft, literal, type Reference } from './draft.ts';
import { fontWith } from './font.ts';
import { noiseFrom } from './noise.ts';
import { write } from './write.ts';

export const LARGE_PAGES = 2000;

const ELEMENTS_PER_PAGE = 17;
const LINES_PER_ELEMENT = 3;
const LINKS_PER_PAGE = 4;
const COMMENT_EVERY = 20;
const CHAPTER = 10;
const PICTURE_EVERY = 2;
// So that either kind takes about 90 KB.
const BITMAP_SIDE = 174;
const JPEG_SIDE = 382;

type Noise = ReturnType<typeof noiseFrom>;
/** What the pages share. */
type Shared = {
  readonly draft: Draft;
  readonly noise: Noise;
  readonly fonts: string;
  readonly parent: Reference;
  readonly section: Reference;
};
type Page = { readonly reference: Reference; readonly elements: readonly Reference[] };

/** The finished file; fewer pages make a smaller one of the same kind. */
export async function largeDocument(pageCount: number = LARGE_PAGES): Promise<Buffer> {
  const draft = emptyDraft();
  for (const unused of draft.objects.keys()) draft.objects[unused] = 'null';
  const noise = noiseFrom(1);
  const fonts = `/F1 ${font(draft, 'Regular')}/F2 ${font(draft, 'Bold')}`;
  const [parent, structure, document] = [draft.reserve(), draft.reserve(), draft.reserve()];
  const sections: Reference[] = [];
  const pages: Page[] = [];
  for (let number = 0; number < pageCount; number++) {
    if (number % CHAPTER === 0) sections.push(draft.reserve());
    const section = sections.at(-1) ?? document;
    pages.push(await addPage({ draft, noise, fonts, parent, section }, number));
  }

  const references = pages.map(({ reference }) => reference);
  draft.set(parent, `<</Type/Pages/Count ${pageCount}/Kids[${references.join(' ')}]>>`);
  for (const [at, section] of sections.entries()) {
    const elements = pages.slice(at * CHAPTER, (at + 1) * CHAPTER).flatMap((page) => page.elements);
    draft.set(section, `<</Type/StructElem/S/Sect/P ${document}/K[${elements.join(' ')}]>>`);
  }
  draft.set(document, `<</Type/StructElem/S/Document/P ${structure}/K[${sections.join(' ')}]>>`);
  const rows = pages.map((page, number) => `${number} ${draft.add(`[${page.elements.join(' ')}]`)}`);
  draft.set(structure, `<</Type/StructTreeRoot/K[${document}]/ParentTree<</Nums[${rows.join(' ')}]>>>>`);
  const info = draft.add('<</Title(A large document)/Author(Wilhelmina van Voorbeeldstein)/Creator(Bench)>>');
  const root = draft.add(
    `<</Type/Catalog/Pages ${parent}/StructTreeRoot ${structure}/MarkInfo<</Marked true>>/Lang(en)/Outlines ${outlines(draft, references)}>>`,
  );
  return write(draft, `/Root ${root}/Info ${info}`);
}

function font(draft: Draft, style: string): Reference {
  const program = fontWith('', 'every code');
  const file = draft.add({ dict: `/Length1 ${program.length}`, data: program, deflate: true });
  const name = `/ABCDEF+Bench-${style}`;
  const descriptor = draft.add(
    `<</Type/FontDescriptor/FontName${name}/Flags 32/FontBBox[0 0 500 500]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 500/StemV 80/FontFile2 ${file}>>`,
  );
  const widths = '600 '.repeat(95);
  return draft.add(
    `<</Type/Font/Subtype/TrueType/BaseFont${name}/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 126/Widths[${widths}]/FontDescriptor ${descriptor}>>`,
  );
}

async function addPage({ draft, noise, fonts, parent, section }: Shared, number: number): Promise<Page> {
  const reference = draft.reserve();
  const hasPicture = number % PICTURE_EVERY === 0;
  const types = ['H1', ...Array<string>(ELEMENTS_PER_PAGE - 2).fill('P'), hasPicture ? 'Figure' : 'P'];
  const elements = types.map((type, id) => {
    const alt = type === 'Figure' ? `/Alt${literal(`A picture of ${noise.words(3)}`)}` : '';
    return draft.add(`<</Type/StructElem/S/${type}/P ${section}/Pg ${reference}/K ${id}${alt}>>`);
  });
  const content = draft.add({ data: types.map((type, id) => drawn(type, id, noise)).join('\n'), deflate: true });
  const picture = hasPicture ? `/XObject<</X1 ${await addPicture(draft, noise, number)}>>` : '';
  const annotations = annotationsOn(draft, noise, number).join(' ');
  draft.set(
    reference,
    `<</Type/Page/Parent ${parent}/MediaBox[0 0 595 842]/StructParents ${number}/Tabs/S/Contents ${content}/Annots[${annotations}]/Resources<</Font<<${fonts}>>${picture}>>>>`,
  );
  return { reference, elements };
}

function drawn(type: string, id: number, noise: Noise): string {
  const lines = Array.from({ length: LINES_PER_ELEMENT }, (_, line) => {
    const y = 780 - (id * LINES_PER_ELEMENT + line) * 10;
    return `BT /F${type === 'H1' ? 2 : 1} 8 Tf 1 0 0 1 60 ${y} Tm ${literal(noise.words(9))} Tj ET`;
  });
  const shown = type === 'Figure' ? 'q 200 0 0 200 60 60 cm /X1 Do Q' : lines.join('\n');
  return `/${type}<</MCID ${id}>>BDC\n${shown}\nEMC`;
}

/** Bitmaps and JPEGs by turns. */
async function addPicture(draft: Draft, noise: Noise, number: number): Promise<Reference> {
  const isJpeg = number % (2 * PICTURE_EVERY) === 0;
  const side = isJpeg ? JPEG_SIDE : BITMAP_SIDE;
  const samples = noise.bytes(side * side * 3);
  const raw = { width: side, height: side, channels: 3 } as const;
  const data = isJpeg ? await sharp(samples, { raw }).jpeg({ quality: 80 }).toBuffer() : deflateSync(samples);
  const size = `/Width ${side}/Height ${side}/ColorSpace/DeviceRGB/BitsPerComponent 8`;
  return draft.add({
    dict: `/Type/XObject/Subtype/Image${size}/Filter/${isJpeg ? 'DCTDecode' : 'FlateDecode'}`,
    data,
  });
}

function annotationsOn(draft: Draft, noise: Noise, number: number): readonly Reference[] {
  const links = Array.from({ length: LINKS_PER_PAGE }, (_, at) => {
    const action = `/A<</S/URI/URI(https://www.example.org/${number}/${at})>>`;
    return draft.add(
      `<</Type/Annot/Subtype/Link/Rect[60 ${700 - at * 20} 200 ${710 - at * 20}]/Border[0 0 0]${action}>>`,
    );
  });
  if (number % COMMENT_EVERY !== 0) return links;
  const said = literal(`Ask ${noise.words(4)} about case ${number}-${number * 7}`);
  const by = literal(`Reviewer Number${number}`);
  return [...links, draft.add(`<</Type/Annot/Subtype/Text/Rect[500 20 520 40]/F 4/T${by}/Contents${said}>>`)];
}

function outlines(draft: Draft, pages: readonly Reference[]): Reference {
  const top = draft.reserve();
  const chapters = pages.filter((_, at) => at % CHAPTER === 0).map((page) => ({ page, reference: draft.reserve() }));
  for (const [at, { page, reference }] of chapters.entries()) {
    const [before, after] = [chapters[at - 1], chapters[at + 1]];
    const beside = `${before ? `/Prev ${before.reference}` : ''}${after ? `/Next ${after.reference}` : ''}`;
    draft.set(reference, `<</Title(Chapter ${at + 1})/Parent ${top}/Dest[${page}/Fit]${beside}>>`);
  }
  const [first, last] = [chapters[0], chapters.at(-1)];
  draft.set(top, `<</Type/Outlines/First ${first?.reference}/Last ${last?.reference}/Count ${chapters.length}>>`);
  return top;
}
