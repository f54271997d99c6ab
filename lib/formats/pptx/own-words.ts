import type { Context } from '../../core/format.ts';
import { isOfficeName } from '../shared/ooxml/object-names.ts';
import { elementsOf, parseXml } from '../shared/xml.ts';
import { contentOf, type Zip } from '../shared/zip.ts';
import { isShow } from './show.ts';

const NAMING = /^ppt\/(?:.*\/)?(?:theme|slideLayout|tableStyles)\d*\.xml$/i;

/** What the fonts, the theme, the layouts and the styles of tables are called: in each language something else. */
export function wordsOf(zip: Zip, { limits }: Context): string {
  const words = new Set<string>();
  for (const member of zip.members.filter(({ name }) => NAMING.test(name))) {
    const { root } = parseXml(contentOf(member), `member ${member.ordinal}`, limits);
    for (const element of elementsOf(root)) {
      for (const { uri, local, value } of element.attributes) {
        const isName = local === 'name' && (isOfficeName(value) || isShow(element, 'cSld'));
        if (uri === '' && (local === 'typeface' || local === 'styleName' || isName)) words.add(value);
      }
    }
  }
  return [...words].join('\n').toLowerCase();
}
