// What people call layouts and custom shows. Layouts keep their names, by which authors choose them, unless those name a
// person or a place in a file system; custom shows are numbered.

import type { Job } from '../shared/ooxml/job.ts';
import { isPrivateText } from '../shared/ooxml/places.ts';
import { type Element, elementsOf, type XmlDocument } from '../shared/xml.ts';
import type { XmlEdits } from '../shared/xml-edit.ts';
import { isShow } from './show.ts';

const MIN_NAME = 4;

export function cleanNames(document: XmlDocument, people: ReadonlySet<string>, edits: XmlEdits, job: Job): void {
  const names = [...people].filter((name) => name.length >= MIN_NAME).map((name) => name.toLowerCase());
  const isPersonal = (text: string) => isPrivateText(text) || names.some((name) => text.toLowerCase().includes(name));
  let shows = 0;
  for (const element of elementsOf(document.root)) {
    if (isShow(element, 'custShow')) {
      shows++;
      rename(element, 'name', `Show ${shows}`, /^(?:Show|Custom Show|Aangepaste voorstelling) \d{1,4}$/, 'custom-show');
    }
    if (isShow(element, 'cSld')) rename(element, 'name', 'Layout', isPersonal, 'layout.name');
    if (isShow(element, 'sldLayout')) rename(element, 'matchingName', 'Layout', isPersonal, 'layout.name');
  }

  function rename(
    element: Element,
    local: string,
    name: string,
    rule: RegExp | ((text: string) => boolean),
    carrier: string,
  ): void {
    const attribute = element.attributes.find((one) => one.local === local && one.uri === '');
    if (!attribute) return;
    const stays = rule instanceof RegExp ? rule.test(attribute.value) : !rule(attribute.value);
    if (!stays && job.drop(carrier, job.what, [attribute.value])) edits.setAttribute(element, attribute, name);
  }
}
