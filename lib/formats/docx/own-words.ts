import type { Context } from '../../core/format.ts';
import { isBuiltInStyle } from '../shared/built-in.ts';
import { isOfficeName } from '../shared/ooxml/object-names.ts';
import { elementsOf, parseXml } from '../shared/xml.ts';
import { contentOf, type Zip } from '../shared/zip.ts';
import { childOf, isWord, wordValue } from './word.ts';

const NAMING = /(?:^|\/)(?:styles|fontTable|theme\d*)\.xml$/i;

/** What the styles that Word comes with, the fonts and the theme are called: in each language something else. */
export function wordsOf(zip: Zip, { limits }: Context): string {
  const words: string[] = [];
  for (const member of zip.members.filter(({ name }) => NAMING.test(name))) {
    const { root } = parseXml(contentOf(member), `member ${member.ordinal}`, limits);
    for (const element of elementsOf(root)) {
      const isOwn = isWord(element, 'style') && wordValue(element, 'customStyle') === undefined;
      if (isOwn) words.push(wordValue(element, 'styleId') ?? '', wordValue(childOf(element, 'name'), 'val') ?? '');
      else if (isWord(element, 'font')) words.push(wordValue(element, 'name') ?? '');
      else if (isWord(element, 'lsdException'))
        words.push(...[wordValue(element, 'name') ?? ''].filter(isBuiltInStyle));
      else
        for (const { uri, local, value } of element.attributes)
          if (uri === '' && (local === 'typeface' || (local === 'name' && isOfficeName(value)))) words.push(value);
    }
  }
  return words.join('\n').toLowerCase();
}
