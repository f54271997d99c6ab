// Objects, controls and ink have a picture for programs that do not know them (ISO/IEC 29500-1 19.3.2.4, [MS-OE376]).
// That picture is what is published: it stands in the fallback of alternate content, and takes the object's place.

import { Refusal } from '../../core/refusal.ts';
import { ancestorOf } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import type { Xml } from '../shared/ooxml/rounds.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { editXml, type XmlEdits } from '../shared/xml-edit.ts';
import { childOf, isShow, leadOf, placer, plain } from './show.ts';

const GUESTS: Readonly<Record<string, string>> = { oleObj: 'embedded.ole', control: 'active-x', contentPart: 'ink' };

/** Takes the fallback of alternate content whose choice is an object, a control or ink. */
export function takeFallbacks({ document, job }: Xml): XmlEdits {
  const edits = editXml(document);
  for (const alternate of elementsOf(document.root)) {
    if (alternate.local !== 'AlternateContent' || vocabularyOf(alternate.uri) !== 'mc') continue;
    const guest = [...elementsOf(alternate)].find(({ local }) => GUESTS[local] !== undefined);
    const fallback = alternate.children.find(({ local }) => local === 'Fallback');
    const picture = fallback && [...elementsOf(fallback)].find((one) => isShow(one, 'pic'));
    const carrier = `${job.dialect.id}.${GUESTS[guest?.local ?? ''] ?? ''}`;
    if (!guest || !fallback || !picture || job.context.policy.actionFor(carrier) === 'keep') continue;
    if (guest.local === 'contentPart') job.drop('ink', placer(job, document)(alternate));
    edits.replace(alternate.start, fallback.openEnd, '');
    edits.replace(fallback.closeStart, alternate.end, '');
    for (const child of fallback.children) declare(child, [fallback, alternate], document, edits);
  }
  return edits;
}

/** Puts the pictures of controls among the shapes, and takes the controls away. */
export function takeControls({ document, job }: Xml): XmlEdits {
  const edits = editXml(document);
  const content = childOf(document.root, 'cSld');
  const controls = childOf(content, 'controls');
  const tree = childOf(content, 'spTree');
  if (!controls || !tree || !job.drop('active-x', placer(job, document)(controls), namesIn(controls))) return edits;
  const ids = [...elementsOf(document.root)].flatMap((one) => Number.parseInt(plain(one, 'id') ?? '', 10) || []);
  let id = Math.max(0, ...ids.filter((one) => one < 2 ** 30));
  const pictures = [...elementsOf(controls)]
    .filter((one) => isShow(one, 'control'))
    .map((control) => {
      const picture = childOf(control, 'pic');
      if (!picture) throw new Refusal('unsupported', `${job.what}: a control whose picture only older versions show`);
      id++;
      return alone(picture, [control, controls], document, id);
    });
  edits.replace(tree.closeStart, tree.closeStart, pictures.join(''));
  edits.removeElement(controls);
  return edits;
}

/** Replaces objects that are not there any more by their pictures, with the name and place of the object. */
export function takePictures({ document, job }: Xml, staying: ReadonlySet<string>): XmlEdits {
  const edits = editXml(document);
  for (const object of elementsOf(document.root)) {
    if (!isShow(object, 'oleObj') || staying.has(leadOf(object) ?? '')) continue;
    const frame = ancestorOf(object, (one) => isShow(one, 'graphicFrame'));
    const picture = childOf(object, 'pic');
    if (!frame || !picture)
      throw new Refusal('unsupported', `${job.what}: an object whose picture only older versions show`);
    edits.replace(frame.start, picture.start, '');
    edits.replace(picture.end, frame.end, '');
    declare(picture, betweenOf(picture, frame), document, edits);
    const [from, to] = [childOf(frame, 'nvGraphicFramePr'), childOf(picture, 'nvPicPr')];
    for (const name of ['cNvPr', 'nvPr']) {
      const [own, other] = [childOf(to, name), childOf(from, name)];
      if (own && other) edits.replace(own.start, own.end, document.source.slice(other.start, other.end));
    }
  }
  return edits;
}

/** An object that stays needs its picture as well. */
export function hasPictures({ document }: Xml): boolean {
  return [...elementsOf(document.root)].every((one) => !isShow(one, 'oleObj') || childOf(one, 'pic') !== undefined);
}

function betweenOf(element: Element, outer: Element): Element[] {
  const between: Element[] = [];
  for (let one = element.parent; one && one !== outer.parent; one = one.parent) between.push(one);
  return between;
}

/** Gives an element the prefixes that were declared around it and that it uses. */
function declare(element: Element, around: readonly Element[], document: XmlDocument, edits: XmlEdits): void {
  const at = element.start + 1 + element.name.length;
  const declarations = declarationsFor(element, around, document);
  if (declarations !== '') edits.replace(at, at, declarations);
}

function declarationsFor(element: Element, around: readonly Element[], { source }: XmlDocument): string {
  const text = source.slice(element.start, element.end);
  const names = new Set(element.attributes.map(({ name }) => name));
  const pieces: string[] = [];
  for (const { attributes } of around) {
    for (const { name, value } of attributes) {
      const prefix = /^xmlns:(.+)$/.exec(name)?.[1];
      if (prefix === undefined || names.has(name) || !text.includes(`${prefix}:`)) continue;
      names.add(name);
      pieces.push(` ${name}="${value}"`);
    }
  }
  return pieces.join('');
}

/** The source of a picture that is moved elsewhere, with an id of its own. */
function alone(picture: Element, around: readonly Element[], document: XmlDocument, id: number): string {
  const { source } = document;
  const at = picture.start + 1 + picture.name.length;
  const properties = childOf(childOf(picture, 'nvPicPr'), 'cNvPr');
  const numbered = properties ? source.slice(at, properties.start) : source.slice(at, picture.end);
  const head = `<${picture.name}${declarationsFor(picture, around, document)}`;
  if (!properties) return `${head}${numbered}`;
  const own = source.slice(properties.start, properties.end).replace(/(\sid\s*=\s*)(?:"[^"]*"|'[^']*')/, `$1"${id}"`);
  return `${head}${numbered}${own}${source.slice(properties.end, picture.end)}`;
}

const namesIn = (controls: Element) =>
  [...elementsOf(controls)].flatMap((one) => (isShow(one, 'control') ? (plain(one, 'name') ?? []) : []));
