// Looks at what every page draws before it is copied: cuts out what lies beside the page, and says which texts and
// pictures may be there without being seen.

import { PDFArray, PDFDict, PDFName, PDFRawStream } from 'pdf-lib';
import type { Found } from '../../../core/format.ts';
import { Refusal } from '../../../core/refusal.ts';
import { entry, resolve } from '../objects.ts';
import type { SourcePage } from '../pages.ts';
import { cutOutside, type Drawings, dropXObjects, noteDrawn, noteText, replaceForm } from './outside.ts';
import { followPage, type Painting, pageBoxOf, type Source } from './painter.ts';
import { type CroppedPicture, croppedPicture } from './pictures.ts';
import { gateFor, type Suspect } from './suspects.ts';

export type PageLook = {
  /** How many texts the page shows, as a check that PDFium counts the same ones. */
  readonly texts: number;
  readonly suspects: readonly Suspect[];
  readonly cropped: readonly CroppedPicture[];
};

type Sight = PageLook & {
  readonly outside: number;
  readonly own: Drawings;
  /** Forms of which something is outside on this page. */
  readonly forms: ReadonlySet<PDFRawStream>;
  /** Names in the page's resources that forms without resources of their own use. */
  readonly borrowed: ReadonlySet<string>;
};

type InForms = Map<PDFRawStream, Drawings>;

/** Answers one look for each page. Rejects with Refusal('hidden-content') where something outside cannot be cut out. */
export function lookAtPages(pages: readonly SourcePage[], painting: Painting, found: Found): readonly PageLook[] {
  const inForms: InForms = new Map();
  const sights = pages.map(({ dict }) => lookAt(dict, painting, inForms));
  const beside = [...sights.entries()].filter(([, { outside }]) => outside > 0);
  const actions = beside.map(([at, { outside }]) => found('pdf.page.outside', `page ${at + 1}`, { count: outside }));
  if (!actions.includes('remove')) return sights;

  for (const [at, sight] of beside) cutPage(pages[at]?.dict, sight, painting, `page ${at + 1}`);
  for (const form of new Set(beside.flatMap(([, { forms }]) => [...forms]))) cutForm(form, inForms, painting);
  // What is left is numbered anew.
  const looks: PageLook[] = [...sights];
  for (const [at] of beside) {
    const page = pages[at];
    const again = page && lookAt(page.dict, painting, new Map());
    if (again && again.outside > 0)
      throw new Refusal('hidden-content', `page ${at + 1} draws something beside itself that cannot be cut out`);
    if (again) looks[at] = again;
  }
  return looks;
}

function lookAt(page: PDFDict, painting: Painting, inForms: InForms): Sight {
  const box = pageBoxOf(page);
  const gate = gateFor(box);
  const own: Drawings = new Map();
  const forms = new Set<PDFRawStream>();
  const borrowed = new Set<string>();
  const cropped: CroppedPicture[] = [];
  const resources = entry(page, 'Resources');
  let outside = 0;

  const drawingsOf = (source: Source): Drawings => {
    if (source === 'page') return own;
    const drawings = inForms.get(source) ?? new Map();
    inForms.set(source, drawings);
    return drawings;
  };
  const isOutside = (source: Source) => {
    outside += 1;
    if (source !== 'page') forms.add(source);
  };

  const texts = followPage(page, contentOf(page, painting), box, painting, {
    text(text) {
      if (noteText(drawingsOf(text.source), text, box)) isOutside(text.source);
      else gate.text(text);
    },
    cover: gate.cover,
    drawn(drawn) {
      if (noteDrawn(drawingsOf(drawn.source), drawn, box)) {
        isOutside(drawn.source);
        return false;
      }
      if (drawn.source !== 'page' && drawn.resources === resources && drawn.name !== undefined)
        borrowed.add(drawn.name);
      const crop = drawn.kind === 'picture' && !drawn.isHidden ? croppedPicture(drawn, box) : undefined;
      if (crop) cropped.push(crop);
      return true;
    },
  });
  return { texts, suspects: gate.suspects(), cropped, outside, own, forms, borrowed };
}

/** The page's streams as one (7.8.2). */
function contentOf(page: PDFDict, painting: Painting): Uint8Array {
  const contents = entry(page, 'Contents');
  const parts = contents instanceof PDFArray ? contents.asArray() : [contents];
  const streams = parts
    .map((part) => resolve(page.context, part))
    .flatMap((part) => (part instanceof PDFRawStream ? [painting.content(part)] : []));
  const [only] = streams;
  if (streams.length === 1 && only) return only;
  return Buffer.concat(streams.flatMap((bytes) => [bytes, LINE_END]));
}

const LINE_END = Buffer.from('\n');

function cutPage(page: PDFDict | undefined, { own, borrowed }: Sight, painting: Painting, at: string): void {
  if (!page || ![...own.values()].some(({ isOutside }) => isOutside)) return;
  const cut = cutOutside(contentOf(page, painting), own);
  if (!cut) throw new Refusal('hidden-content', `${at} draws something beside itself that cannot be cut out`);
  const stream = PDFRawStream.of(PDFDict.withContext(page.context), cut.bytes);
  page.set(PDFName.of('Contents'), page.context.register(stream));
  dropXObjects(page, new Set([...cut.unused].filter((name) => !borrowed.has(name))));
}

function cutForm(form: PDFRawStream, inForms: InForms, painting: Painting): void {
  const drawings = inForms.get(form);
  const ref = form.dict.context.getObjectRef(form);
  if (!drawings || !ref || ![...drawings.values()].some(({ isOutside }) => isOutside)) return;
  const cut = cutOutside(painting.content(form), drawings);
  if (!cut) throw new Refusal('hidden-content', 'a form draws something beside a page that cannot be cut out');
  replaceForm(ref, form, cut);
}
