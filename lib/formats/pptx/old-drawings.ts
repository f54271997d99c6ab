// PowerPoint 2007 kept the pictures of objects and controls in a drawing of VML beside the slide, which is not well-formed
// XML where it speaks to single programs. It is searched for three things: shapes, their pictures, and where they stand.

import { Refusal } from '../../core/refusal.ts';
import { ancestorOf } from '../shared/ooxml/job.ts';
import type { Package } from '../shared/ooxml/package.ts';
import { relationshipName } from '../shared/ooxml/part-table.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { readRelationships, relationshipsOf } from '../shared/opc.ts';
import { type Element, elementsOf } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { contentOf, type Member } from '../shared/zip.ts';
import { KEPT_PARTS } from './parts.ts';
import { childOf, isShow, placer, plain } from './show.ts';

type OldPicture = { readonly member: Member; readonly style: string; readonly crop: string };

/** Gives objects and controls without a picture of their own the one that the old drawing has. */
export function takeOldPictures(part: Xml, pack: Package): XmlEdits {
  const { document, job } = part;
  const edits = editXml(document);
  const bare = [...elementsOf(document.root)].filter(
    (one) => (isShow(one, 'oleObj') || isShow(one, 'control')) && !childOf(one, 'pic') && plain(one, 'spid'),
  );
  const shapes = bare.length === 0 ? new Map<string, OldPicture>() : picturesBeside(part, pack);
  for (const object of bare) {
    const shape = shapes.get(numberOf(plain(object, 'spid') ?? ''));
    if (!shape) throw new Refusal('unsupported', `${placer(job, document)(object)}: an object without a picture`);
    const xml = pictureXml(object, leadTo(shape.member, part, pack), shape);
    const isEmpty = object.openEnd === object.end;
    if (isEmpty) edits.replace(object.openEnd - 2, object.openEnd, `>${xml}</${object.name}>`);
    else edits.replace(object.closeStart, object.closeStart, xml);
  }
  return edits;
}

/** '_x0000_s1026' and '1026' are one shape. */
const numberOf = (id: string) => /(\d{1,12})$/.exec(id)?.[1] ?? '';

function picturesBeside({ relationships }: Xml, { zip, context }: Package): ReadonlyMap<string, OldPicture> {
  const pictures = new Map<string, OldPicture>();
  const memberOf = (name: string | undefined) =>
    zip.members.find((one) => one.name.toLowerCase() === name?.toLowerCase());
  for (const { relationship } of relationships) {
    const drawing = relationshipName(relationship.type) === 'vmlDrawing' ? memberOf(relationship.member) : undefined;
    const list = drawing && memberOf(relationshipsOf(drawing.name));
    if (!drawing || !list) continue;
    const leads = readRelationships(contentOf(list), drawing.name, `member ${list.ordinal}`, context.limits);
    for (const { ids, relid, style, crop } of shapesIn(Buffer.from(contentOf(drawing)).toString('utf8'))) {
      const member = memberOf(leads.find(({ id }) => id === relid)?.member);
      if (member) for (const id of ids) pictures.set(numberOf(id), { member, style, crop });
    }
  }
  return pictures;
}

const TAG = /<v:(shape|rect|imagedata)\b([^<>]{0,20000})>/g;

function* shapesIn(drawing: string) {
  let shape = { ids: [] as string[], style: '' };
  for (const [, name, attributes = ''] of drawing.matchAll(TAG)) {
    const value = (of: string) =>
      new RegExp(`(?:^|\\s)${of}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes)?.slice(1).join('');
    if (name !== 'imagedata') {
      const ids = [value('o:spid'), value('id')].filter((id) => id !== undefined && /\d$/.test(id)) as string[];
      // What a control is called ends in a number too; its own id goes first.
      shape = { ids: ids.slice(0, 1), style: value('style') ?? '' };
    } else yield { ...shape, relid: value('o:relid') ?? '', crop: cropOf(value) };
  }
}

const SIDES = { l: 'cropleft', t: 'croptop', r: 'cropright', b: 'cropbottom' };

function cropOf(value: (of: string) => string | undefined): string {
  const sides = Object.entries(SIDES).flatMap(([side, name]) => {
    const crop = value(name) ?? '';
    const share = Number.parseFloat(crop) / (crop.endsWith('f') ? 65536 : 1);
    return Number.isFinite(share) && share !== 0 ? [` ${side}="${Math.round(share * 100000)}"`] : [];
  });
  return sides.length === 0 ? '' : `<a:srcRect${sides.join('')}/>`;
}

/** The id of a relationship of the part that leads to the picture. */
function leadTo(member: Member, part: Xml, pack: Package): string {
  const key = member.name.toLowerCase();
  const kept = KEPT_PARTS.get('image');
  if (!kept) throw new Error('the table of parts has no pictures');
  const contentType = pack.types.of(member.name) ?? '';
  if (!pack.parts.has(key))
    pack.parts.set(key, {
      member,
      job: { ...part.job, what: `member ${member.ordinal}` },
      part: kept,
      contentType,
      relationships: [],
      document: undefined,
      content: undefined,
      extension: undefined,
      lifted: undefined,
    });
  const numbers = part.relationships.map(({ relationship }) =>
    Number(/^rId(\d{1,6})$/.exec(relationship.id)?.[1] ?? 0),
  );
  const id = `rId${Math.max(0, ...numbers) + 1}`;
  const isStrict = part.document.root.uri.startsWith('http://purl.oclc.org/');
  const family = isStrict ? 'http://purl.oclc.org/ooxml' : 'http://schemas.openxmlformats.org';
  const type = `${family}/officeDocument/${isStrict ? '' : '2006/'}relationships/image`;
  part.relationships.push({
    relationship: { id, type, target: `/${member.name}`, external: false, member: member.name },
    fate: { is: 'part', member: member.name, part: kept, contentType },
  });
  return id;
}

function pictureXml(object: Element, id: string, { style, crop }: OldPicture): string {
  const p = object.name.slice(0, object.name.length - object.local.length);
  const isStrict = object.uri.startsWith('http://purl.oclc.org/');
  const [a, r] = isStrict
    ? ['http://purl.oclc.org/ooxml/drawingml/main', 'http://purl.oclc.org/ooxml/officeDocument/relationships']
    : [
        'http://schemas.openxmlformats.org/drawingml/2006/main',
        'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
      ];
  const [x, y, cx, cy] = placeOf(object) ?? placeIn(style);
  return `<${p}pic xmlns:a="${a}" xmlns:r="${r}"><${p}nvPicPr><${p}cNvPr id="0" name=""/><${p}cNvPicPr/><${p}nvPr/></${p}nvPicPr><${p}blipFill><a:blip r:embed="${id}"/>${crop}<a:stretch><a:fillRect/></a:stretch></${p}blipFill><${p}spPr><a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></${p}spPr></${p}pic>`;
}

type Place = readonly [x: number, y: number, cx: number, cy: number];

/** Where the frame of an object stands. */
function placeOf(object: Element): Place | undefined {
  const transform = childOf(
    ancestorOf(object, (one) => isShow(one, 'graphicFrame')),
    'xfrm',
  );
  const [off, ext] = ['off', 'ext'].map((name) => transform?.children.find(({ local }) => local === name));
  const numbers = [plain(off, 'x'), plain(off, 'y'), plain(ext, 'cx'), plain(ext, 'cy')].map(Number);
  const [x, y, cx, cy] = numbers;
  if (x === undefined || y === undefined || cx === undefined || cy === undefined) return undefined;
  return numbers.every(Number.isInteger) ? [x, y, cx, cy] : undefined;
}

const UNITS: Readonly<Record<string, number>> = { pt: 12700, in: 914400, cm: 360000, mm: 36000, px: 9525, '': 12700 };

/** Where the old drawing says that a control stands. */
function placeIn(style: string): Place {
  const length = (name: string) => {
    const [, number, unit = ''] =
      new RegExp(`(?:^|[;\\s])${name}\\s*:\\s*(-?[\\d.]{1,12})(pt|in|cm|mm|px)?`).exec(style) ?? [];
    return Math.round(Number(number ?? 0) * (UNITS[unit] ?? 0)) || 0;
  };
  return [length('left'), length('top'), length('width'), length('height')];
}
