// The second pair of eyes: a workbook as its readers see it, by rules that the sanitizer does not have. Sheets in their
// order, strings by their number, formats by theirs.

import { eachTag, eachToken, type Files, fileOf, linksOf } from '../shared/ooxml/reader-files.ts';
import { type Blank, blankFormats } from './reader-blank.ts';

export type Book = {
  readonly sheets: readonly SheetEntry[];
  readonly strings: readonly string[];
  /** Everything that formats of cells are made of, as one text. */
  readonly formats: string;
  /** Which formats show nothing, and of what. */
  readonly blank: ReadonlyMap<string, Blank>;
};

export type SheetEntry = {
  readonly name: string;
  readonly state: string;
  readonly part: string;
  readonly kind: string;
};

export function readBook(files: Files): Book {
  const main = linksOf(files, '').find(({ type }) => type.endsWith('/officeDocument'))?.target ?? '';
  const links = linksOf(files, main);
  const partOf = (name: string) => links.find(({ type }) => type.endsWith(`/${name}`))?.target;
  const content = fileOf(files, main);
  const sheets: SheetEntry[] = [];
  if (content)
    eachTag(content, (name, attributes) => {
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
      const link = links.find((one) => one.id === id);
      sheets.push({
        name: attributes.name ?? '',
        state: attributes.state ?? 'visible',
        part: link?.target ?? '',
        kind: link?.type.replace(/^.*\//, '') ?? '',
      });
    });
  const stringsFile = fileOf(files, partOf('sharedStrings') ?? '');
  const stylesFile = fileOf(files, partOf('styles') ?? '');
  return { sheets, strings: stringsFile ? readStrings(stringsFile) : [], ...readFormats(stylesFile) };
}

function readStrings(content: Buffer): string[] {
  const strings: string[] = [];
  let text: string | undefined;
  let phonetic = 0;
  let isText = false;
  eachToken(content, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic++;
      isText = name === 't' && phonetic === 0;
    },
    text(value) {
      if (isText && text !== undefined) text += value;
    },
    close(name) {
      isText = false;
      if (name === 'rPh') phonetic--;
      if (name !== 'si') return;
      strings.push(text ?? '');
      text = undefined;
    },
  });
  return strings;
}

const FORMATS = new Set(['numFmts', 'fonts', 'fills', 'borders', 'cellStyleXfs', 'cellXfs', 'dxfs']);

function readFormats(content: Buffer | undefined): Pick<Book, 'formats' | 'blank'> {
  const lines: string[] = [];
  const blank = blankFormats();
  let list = '';
  if (content)
    eachToken(content, {
      open(name, attributes) {
        if (FORMATS.has(name)) list = name;
        if (list === '' || name === 'ext') return;
        blank.see(list, name, attributes);
        const plain = Object.entries(attributes).filter(([key]) => !key.includes(':'));
        lines.push(
          `${list} ${name} ${plain
            .map(([key, value]) => `${key}=${value}`)
            .sort()
            .join(' ')}`,
        );
      },
      text: () => undefined,
      close(name) {
        if (name === list) list = '';
      },
    });
  return { formats: lines.filter((line) => !/ extLst /.test(line)).join('\n'), blank: blank.list() };
}
