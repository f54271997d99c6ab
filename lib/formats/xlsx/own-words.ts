import type { Context } from '../../core/format.ts';
import { isOfficeName } from '../shared/ooxml/object-names.ts';
import { elementsOf, parseXml } from '../shared/xml.ts';
import { contentOf, type Zip } from '../shared/zip.ts';
import { isSheet, plainValue } from './spreadsheet.ts';

const NAMING = /(?:^|\/)(?:styles|theme\d*)\.xml$/i;

/** What the styles and fonts of the workbook are called, and its theme: in each language something else. */
export function wordsOf(zip: Zip, { limits }: Context): string {
  const words: string[] = [];
  for (const member of zip.members.filter(({ name }) => NAMING.test(name))) {
    const { root } = parseXml(contentOf(member), `member ${member.ordinal}`, limits);
    for (const element of elementsOf(root)) {
      if (isSheet(element, 'cellStyle') && plainValue(element, 'builtinId') !== undefined)
        words.push(plainValue(element, 'name') ?? '');
      else if (isSheet(element, 'name') || isSheet(element, 'rFont')) words.push(plainValue(element, 'val') ?? '');
      else
        for (const { uri, local, value } of element.attributes)
          if (uri === '' && (local === 'typeface' || (local === 'name' && isOfficeName(value)))) words.push(value);
    }
  }
  return words.join('\n').toLowerCase();
}
