// What a reader does not see: text with text:display "none" by its style, sections and fields that hide, drawings,
// layers, slides and sheets that are not displayed (ODF 1.3 part 3, 19.809, 20.337 and others).

import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import { attributeNamed, nameOf } from './vocabulary.ts';

type Style = { readonly parent: string | undefined; readonly hides: boolean | undefined };
/** By family and name. Automatic styles of a document come before the common ones of the same name. */
export type Styles = (family: string, name: string | undefined) => boolean | undefined;

/** The styles that `document` sees: its own, and those that styles.xml shares. */
export function stylesFor(document: XmlDocument, shared: XmlDocument | undefined): Styles {
  const known = new Map<string, Style>();
  for (const { root } of shared && shared !== document ? [shared, document] : [document])
    for (const element of elementsOf(root)) {
      const name = nameOf(element);
      if (name !== 'style:style' && name !== 'style:default-style') continue;
      const isForeign = root !== document.root && element.parent?.local === 'automatic-styles';
      if (isForeign) continue;
      const key = `${attributeNamed(element, 'style:family')} ${attributeNamed(element, 'style:name') ?? ''}`;
      known.set(key, { parent: attributeNamed(element, 'style:parent-style-name'), hides: hidesBy(element) });
    }
  return (family, name) => {
    let key = name;
    for (let i = 0; key !== undefined && i < MAX_PARENTS; i++) {
      const style = known.get(`${family} ${key}`);
      if (style?.hides !== undefined) return style.hides;
      key = style?.parent;
    }
    return known.get(`${family} `)?.hides;
  };
}

const MAX_PARENTS = 64;

function hidesBy(style: Element): boolean | undefined {
  let hides: boolean | undefined;
  for (const properties of style.children) {
    const display = attributeNamed(properties, 'text:display') ?? attributeNamed(properties, 'table:display');
    const visibility = attributeNamed(properties, 'presentation:visibility');
    // A condition of "none" is how a style says that it depends on nothing: hidden.
    if (display === 'none' || display === 'false' || display === 'condition') hides = true;
    else if (display === 'true') hides ??= false;
    if (visibility === 'hidden') hides = true;
  }
  return hides;
}

export type Hiding = { readonly carrier: string; readonly element: Element };

/** The carrier of an element that is not shown, with the element that has to go. */
export function hidingOf(element: Element, styles: Styles): Hiding | undefined {
  const by = (carrier: string) => ({ carrier, element });
  const name = nameOf(element);
  switch (name) {
    case 'text:span':
    case 'text:a':
      return styles('text', attributeNamed(element, 'text:style-name')) ? by('text.hidden') : undefined;
    case 'text:p':
    case 'text:h':
      return styles('paragraph', attributeNamed(element, 'text:style-name')) || holdsHider(element)
        ? by('text.hidden')
        : undefined;
    case 'text:section':
      return isHiddenSection(element) ? by('text.hidden') : undefined;
    case 'text:hidden-text':
      return isShownText(element) ? undefined : by('text.hidden');
    case 'text:variable-set':
    case 'text:variable-input':
    case 'text:user-field-get':
      return attributeNamed(element, 'text:display') === 'none' ? by('text.hidden') : undefined;
    case 'table:table':
      return styles('table', attributeNamed(element, 'table:style-name')) ? by('sheet.hidden') : undefined;
    case 'draw:page':
      return styles('drawing-page', attributeNamed(element, 'draw:style-name')) ? by('slide.hidden') : undefined;
    default:
      return isHiddenShape(element, name) ? by('shape.hidden') : undefined;
  }
}

/** Whether what a hidden element holds would be shown all the same: the two cannot be parted by taking one away. */
export function showsInside(element: Element, styles: Styles): boolean {
  return [...elementsOf(element)].some(
    (inner) => inner !== element && nameOf(inner) === 'text:span' && isShownAgain(inner, styles),
  );
}

function isShownAgain(span: Element, styles: Styles): boolean {
  return styles('text', attributeNamed(span, 'text:style-name')) === false;
}

function isHiddenSection(section: Element): boolean {
  const display = attributeNamed(section, 'text:display');
  return display === 'none' || (display === 'condition' && attributeNamed(section, 'text:is-hidden') === 'true');
}

function holdsHider(paragraph: Element): boolean {
  return paragraph.children.some(
    (child) => nameOf(child) === 'text:hidden-paragraph' && attributeNamed(child, 'text:is-hidden') === 'true',
  );
}

/** Writers say "hidden" of texts whose condition never holds, and show them. */
function isShownText(field: Element): boolean {
  const condition = attributeNamed(field, 'text:condition') ?? '';
  return attributeNamed(field, 'text:is-hidden') === 'false' || /^(?:\w+:)?\s*(?:false|0)\s*$/i.test(condition);
}

function isHiddenShape(element: Element, name: string): boolean {
  const display = attributeNamed(element, 'draw:display');
  const shown = name === 'draw:layer' ? ['always'] : ['always', 'printer', 'screen'];
  return name.startsWith('draw:') && display !== undefined && !shown.includes(display);
}
