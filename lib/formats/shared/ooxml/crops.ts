// Where drawings show a part of a picture: the source of a fill with a picture (ISO/IEC 29500-1 20.1.8.55), its place
// where that is larger than the frame (20.1.8.30), and pictures in VML (part 4, 19.1.2.11).

import { NO_SIDES, type Sides, type Window, windowOf } from '../crop-window.ts';
import { type Attribute, type Element, elementsOf, type XmlDocument } from '../xml.ts';
import type { XmlEdits } from '../xml-edit.ts';
import { ancestorOf } from './job.ts';
import { vocabularyOf } from './namespaces.ts';
import { referencesOf } from './references.ts';

/** A picture that is said to be shown in part. */
export type Crop = {
  /** Where that is said. */
  readonly element: Element;
  /** What leads to the picture; undefined where nothing is drawn. */
  readonly lead: Attribute | undefined;
  /** Undefined where nothing of it is shown. */
  readonly window: Window | undefined;
  /** Why the rest cannot be cut off. */
  readonly obstacle: string | undefined;
  /** How many units of the rest are the whole. */
  readonly units: number;
  /** Leads to another picture, of which `rest` is not shown. */
  rewrite(edits: XmlEdits, id: string, rest: Sides): void;
};

const plain = (element: Element, local: string) =>
  element.attributes.find((attribute) => attribute.local === local && attribute.uri === '');
const isA = ({ uri, local }: Element, name: string) => local === name && vocabularyOf(uri) === 'a';

export function cropsIn({ root, source }: XmlDocument): readonly Crop[] {
  const crops: Crop[] = [];
  for (const element of elementsOf(root)) {
    if (element.local === 'imagedata' && vocabularyOf(element.uri) === 'v') crops.push(...vmlCrop(element, source));
    if (element.local === 'blipFill') crops.push(...fillCrop(element));
    // Without a fill around it, nobody knows which picture is meant.
    const isLost = isA(element, 'srcRect') && !ancestorOf(element, ({ local }) => local === 'blipFill');
    if (isLost && cutsOff(sidesOf(element))) crops.push(uncut(element, undefined, 'a crop of no picture'));
  }
  return crops;
}

const uncut = (element: Element, lead: Attribute | undefined, obstacle: string): Crop => ({
  element,
  lead,
  window: undefined,
  obstacle,
  units: UNITS,
  rewrite: () => undefined,
});

const cutsOff = (sides: Sides | undefined) => !sides || Object.values(sides).some((side) => side > 0);

const UNITS = 100_000;

/** In thousandths of a per cent or, as later versions write it, in per cents. Undefined where a side is neither. */
function sidesOf(element: Element | undefined): Sides | undefined {
  const side = (local: string) => {
    const value = (element && plain(element, local)?.value.trim()) ?? '0';
    if (!/^[-+]?\d{1,9}(?:\.\d{1,9})?%?$/.test(value)) return Number.NaN;
    return Number.parseFloat(value) / (value.endsWith('%') ? 100 : UNITS);
  };
  const sides = { left: side('l'), top: side('t'), right: side('r'), bottom: side('b') };
  return Object.values(sides).some(Number.isNaN) ? undefined : sides;
}

function fillCrop(fill: Element): readonly Crop[] {
  const inside = [...elementsOf(fill)];
  const blips = inside.filter((one) => isA(one, 'blip'));
  const sources = inside.filter((one) => isA(one, 'srcRect'));
  const places = inside.filter((one) => isA(one, 'fillRect') && one.parent?.local === 'stretch');
  const [[blip], [source], [place]] = [blips, sources, places];
  const [taken, free] = [sidesOf(source), sidesOf(place)];
  const isOver = !free || Object.values(free).some((side) => side < 0);
  if (!(cutsOff(taken) || isOver)) return [];
  const element = source ?? place ?? fill;
  const lead = blip && embedded(blip);
  if (blips.length !== 1 || sources.length > 1 || places.length > 1 || !blip || !taken || !free)
    return [uncut(element, lead, 'a crop that cannot be read')];
  return [
    {
      element,
      lead,
      window: windowOf(taken, free),
      obstacle: obstacleIn(blip, inside),
      units: UNITS,
      rewrite(edits, id, rest) {
        if (lead) edits.setAttribute(blip, lead, id);
        const prefix = blip.name.slice(0, blip.name.length - blip.local.length);
        const xml = `<${prefix}srcRect${written(rest)}/>`;
        if (source) edits.replace(source.start, source.end, xml);
        else edits.replace(blip.end, blip.end, xml);
        if (!place) return;
        for (const local of ['l', 't', 'r', 'b']) {
          const attribute = plain(place, local);
          if (attribute?.value.trim().startsWith('-')) edits.removeAttribute(place, attribute);
        }
      },
    },
  ];
}

const embedded = (blip: Element) => referencesOf(blip).find(({ local }) => local === 'embed') ?? referencesOf(blip)[0];

function written({ left, top, right, bottom }: Sides): string {
  return Object.entries({ l: left, t: top, r: right, b: bottom })
    .map(([local, side]) => (side === 0 ? '' : ` ${local}="${side}"`))
    .join('');
}

/** Effects that change each pixel by itself (20.1.8.13 and around it); a blur, for one, mixes in what is cut off. */
const PIXELWISE = new Set(
  `alphaBiLevel alphaCeiling alphaFloor alphaInv alphaModFix alphaRepl biLevel clrChange clrRepl duotone grayscl hsl lum
  tint`.split(/\s+/),
);

function obstacleIn(blip: Element, inside: readonly Element[]): string | undefined {
  // The size of a tile is that of the picture.
  if (inside.some((one) => isA(one, 'tile'))) return 'a picture that is laid in tiles';
  if (referencesOf(blip).length > 1) return 'a picture that is elsewhere too';
  for (const child of blip.children) {
    if (child.local === 'extLst') {
      const known = ['extLst', 'ext', 'useLocalDpi'];
      if ([...elementsOf(child)].some(({ local }) => !known.includes(local))) return 'a second version of the picture';
    } else if (!PIXELWISE.has(child.local)) return 'an effect that mixes pixels';
  }
  return undefined;
}

const VML_UNITS = 65_536;
const VML_SIDES = { left: 'cropleft', top: 'croptop', right: 'cropright', bottom: 'cropbottom' } as const;

/** Sides are shares, or with an f behind them parts of 65536. */
function vmlSides(data: Element): Sides | undefined {
  const side = (name: string) => {
    const value = plain(data, name)?.value.trim() || '0';
    const [, number, unit] = /^([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))(f|%)?$/.exec(value) ?? [];
    return Number(number) / (unit === 'f' ? VML_UNITS : unit === '%' ? 100 : 1);
  };
  const sides = {
    left: side(VML_SIDES.left),
    top: side(VML_SIDES.top),
    right: side(VML_SIDES.right),
    bottom: side(VML_SIDES.bottom),
  };
  return Object.values(sides).some(Number.isNaN) ? undefined : sides;
}

function vmlCrop(data: Element, source: string): readonly Crop[] {
  const sides = vmlSides(data);
  if (!cutsOff(sides)) return [];
  const leads = referencesOf(data);
  const lead = leads.find(({ local }) => local === 'id' || local === 'relid') ?? leads[0];
  if (!sides) return [uncut(data, lead, 'a crop that cannot be read')];
  // A shape may hold its own older version as a package of its own.
  const shape = data.parent;
  const isDouble =
    leads.length > 1 || /\sgfxdata\s*=|:gfxdata\s*=/.test(shape ? source.slice(shape.start, data.end) : '');
  return [
    {
      element: data,
      lead,
      window: windowOf(sides, NO_SIDES),
      obstacle: isDouble ? 'a picture that is elsewhere too' : undefined,
      units: VML_UNITS,
      rewrite(edits, id, rest) {
        if (lead) edits.setAttribute(data, lead, id);
        for (const side of ['left', 'top', 'right', 'bottom'] as const) {
          const attribute = plain(data, VML_SIDES[side]);
          if (!attribute) continue;
          if (rest[side] === 0) edits.removeAttribute(data, attribute);
          else edits.setAttribute(data, attribute, `${rest[side]}f`);
        }
      },
    },
  ];
}
