// PresentationML as rules see it: its elements by name, and where on a slide something stands.

import { ancestorOf, type Job } from '../shared/ooxml/job.ts';
import { vocabularyOf } from '../shared/ooxml/namespaces.ts';
import { placerBy } from '../shared/ooxml/placer.ts';
import type { Element, XmlDocument } from '../shared/xml.ts';

export function isShow(element: Element, local: string): boolean {
  return element.local === local && vocabularyOf(element.uri) === 'p';
}

export function childOf(element: Element | undefined, local: string): Element | undefined {
  return element?.children.find((child) => isShow(child, local));
}

/** An attribute without a prefix, as nearly all of PresentationML and DrawingML are. */
export function plain(element: Element | undefined, local: string): string | undefined {
  return element?.attributes.find((attribute) => attribute.local === local && attribute.uri === '')?.value;
}

/** An attribute that holds the id of a relationship. */
export function leadOf(element: Element | undefined, local = 'id'): string | undefined {
  return element?.attributes.find((attribute) => attribute.local === local && vocabularyOf(attribute.uri) === 'r')
    ?.value;
}

export const isTrue = (value: string | undefined) => ['1', 'true', 'on'].includes(value ?? '');
export const isFalse = (value: string | undefined) => ['0', 'false', 'off'].includes(value ?? '');

const SHAPES = new Set(['sp', 'pic', 'graphicFrame', 'cxnSp', 'grpSp', 'contentPart']);

/** A shape, of a slide or of what stands in one: a diagram's drawing, the drawings over a chart. */
export const isShape = ({ local }: Element) => SHAPES.has(local);

/** The shape that something belongs to: the whole of it, where it is the preview of an object. */
export function frameOf(element: Element): Element | undefined {
  const shape = ancestorOf(element, (one) => isShape(one) || isShow(one, 'bg'));
  if (!shape) return ancestorOf(element, ({ local }) => local === 'blipFill' || local === 'buBlip');
  const isPreview = shape.parent !== undefined && isShow(shape.parent, 'oleObj');
  return isPreview ? (ancestorOf(shape, (one) => isShow(one, 'graphicFrame')) ?? shape) : shape;
}

/** Says where an element stands, by the shapes that have begun. */
export function placer(job: Job, document: Pick<XmlDocument, 'root'>): (element: Element) => string {
  return placerBy(job, document, isShape, 'shape');
}
