// The second pair of eyes, part three: the slides of a presentation in the order in which they are shown, then what they
// are laid out on. Each brings the charts, diagrams and notes that it leads to.

import type { Policy } from '../../core/policy.ts';
import { oldCrop } from '../shared/ooxml/reader-crops.ts';
import { eachTag, type Files, fileOf, type Link, linksOf } from '../shared/ooxml/reader-files.ts';
import type { Cropping, Shown } from '../shared/same-crop.ts';
import type { Beside } from './reader-edges.ts';
import { type Drawn, readSlide, type Story } from './reader-slide.ts';

export type Reading = {
  readonly slides: number;
  /** What each part with text is, and what it says. */
  readonly texts: readonly { readonly kind: string; readonly text: string }[];
  readonly pictures: readonly Shown[];
  /** How many paragraphs stand in the data of diagrams and in no drawing. */
  readonly undrawn: number;
};

/** What to read of the original and of the result: as it is shown under the policy, or as it is. */
export type View = {
  readonly hiddenSlides: boolean;
  readonly hiddenShapes: boolean;
  readonly hiddenInLayouts: boolean;
  readonly besideSlides: boolean;
  readonly besideLayouts: boolean;
  readonly notes: boolean;
};

export const AS_IT_IS: View = {
  hiddenSlides: true,
  hiddenShapes: true,
  hiddenInLayouts: true,
  besideSlides: true,
  besideLayouts: true,
  notes: true,
};

/** As it is shown, with what policy keeps. */
export function asShown(policy: Policy): View {
  const isLeft = (carrier: string) => policy.actionFor(`pptx.${carrier}`) === 'keep';
  return {
    hiddenSlides: isLeft('slide.hidden'),
    hiddenShapes: isLeft('shape.hidden'),
    hiddenInLayouts: isLeft('layout.hidden'),
    besideSlides: isLeft('shape.off-slide'),
    besideLayouts: isLeft('layout.off-slide'),
    notes: isLeft('notes'),
  };
}

const LED_TO = /\/(?:chart|chartEx|chartUserShapes|diagramData|diagramDrawing)$/;
const MAX_PARTS = 20_000;

export function readShow(files: Files, view: View): Reading {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const { order, masters, size } = readMain(fileOf(files, main), linksOf(files, main));
  const texts: { kind: string; text: string }[] = [];
  const pictures: Shown[] = [];
  const data: string[] = [];
  const seen = new Set<string>();
  const drawn = new Set<string>();
  let slides = 0;

  const visit = (name: string, type: string): Story | undefined => {
    const content = fileOf(files, name);
    if (!content || seen.has(name) || seen.size >= MAX_PARTS) return undefined;
    seen.add(name);
    const kind = type.slice(type.lastIndexOf('/') + 1);
    const isSlide = kind === 'slide';
    const isLayout = kind === 'slideLayout' || kind === 'slideMaster';
    const isBeside = (isSlide && !view.besideSlides) || (isLayout && !view.besideLayouts);
    const shapes = isLayout ? view.hiddenInLayouts : view.hiddenShapes;
    const story = readSlide(content, { shapes, beside: isBeside ? size : undefined });
    if (isSlide && story.hidden && !view.hiddenSlides) return undefined;
    const links = linksOf(files, name);
    const hasDrawing = kind === 'diagramData' && drawn.has(name);
    if (hasDrawing) data.push(story.text);
    else texts.push({ kind, text: story.text });
    for (const picture of story.pictures) pictures.push(pictureOf(files, links, picture));
    // Where a drawing shows it, the data of a diagram is more than what is shown.
    const led = links.filter(({ external, type: to }) => !external && LED_TO.test(to));
    if (led.some(({ type: to }) => to.endsWith('/diagramDrawing'))) for (const one of led) drawn.add(one.target);
    for (const { id, type: to, target } of led)
      if (story.used.includes(id) || to.endsWith('/diagramDrawing')) visit(target, to);
    return story;
  };

  const layouts: Link[] = [];
  for (const slide of order) {
    const story = visit(slide.target, slide.type);
    if (!story) continue;
    slides++;
    for (const link of linksOf(files, slide.target)) {
      if (link.type.endsWith('/slideLayout')) layouts.push(link);
      if (link.type.endsWith('/notesSlide') && view.notes) visit(link.target, link.type);
    }
  }
  for (const layout of layouts) visit(layout.target, layout.type);
  for (const master of masters) {
    const story = visit(master.target, master.type);
    const used = new Set(story?.used);
    for (const { id, type, target } of linksOf(files, master.target))
      if (type.endsWith('/slideLayout') && used.has(id)) visit(target, type);
  }
  const said = squeezed(texts.map(({ text }) => text).join(''));
  const undrawn = data.flatMap((text) => text.split('\n')).filter((line) => !said.includes(squeezed(line))).length;
  return { slides, texts, pictures, undrawn };
}

const squeezed = (text: string) => text.replace(/\s+/g, '');

function readMain(content: Buffer | undefined, links: readonly Link[]) {
  const order: Link[] = [];
  const masters: Link[] = [];
  let size: Beside | undefined;
  if (content)
    eachTag(content, (name, attributes) => {
      const id = Object.entries(attributes).find(([attribute]) => /:id$/.test(attribute))?.[1];
      const link = links.find((one) => one.id === id && !one.external);
      if (name === 'sldId' && link?.type.endsWith('/slide')) order.push(link);
      if (name === 'sldMasterId' && link) masters.push(link);
      if (name === 'sldSz') size = { width: Number(attributes.cx), height: Number(attributes.cy) };
    });
  return { order, masters, size };
}

function pictureOf(files: Files, links: readonly Link[], { id, shape, crop }: Drawn): Shown {
  const at = (all: readonly Link[], wanted: string) =>
    fileAt(
      files,
      all.find((one) => one.id === wanted),
    );
  if (shape === '') return { bytes: at(links, id), crop };
  for (const { type, target } of links) {
    if (!type.endsWith('/vmlDrawing')) continue;
    const picture = oldPictures(fileOf(files, target)).get(/\d*$/.exec(shape)?.[0] ?? '');
    if (picture !== undefined) return { bytes: at(linksOf(files, target), picture.id), crop: picture.crop };
  }
  return { bytes: undefined, crop };
}

const fileAt = (files: Files, link: Link | undefined) =>
  link && !link.external ? fileOf(files, link.target) : undefined;

type OldPicture = { readonly id: string; readonly crop: Cropping };

/** The pictures of an old drawing by the numbers of their shapes; it is text rather than XML. */
function oldPictures(drawing: Buffer | undefined): ReadonlyMap<string, OldPicture> {
  const pictures = new Map<string, OldPicture>();
  for (const shape of (drawing?.toString('utf8') ?? '').split(/<v:(?=shape |rect )/).slice(1)) {
    const tag = shape.slice(0, shape.indexOf('>'));
    const id =
      /o:spid=["'][^"']{0,200}?(\d{1,12})["']/.exec(tag)?.[1] ?? /\bid=["'][^"']{0,200}?(\d{1,12})["']/.exec(tag)?.[1];
    const data = /<v:imagedata[^>]{0,2000}/.exec(shape)?.[0] ?? '';
    const value = (name: string) => new RegExp(`\\s${name}=["']([^"']{1,200})["']`).exec(data)?.[1];
    const picture = value('o:relid');
    if (id !== undefined && picture !== undefined) pictures.set(id, { id: picture, crop: oldCrop(value) });
  }
  return pictures;
}
